"""A small load is measured whole, and each part of it has its verdict."""

import argparse

import pytest

from benchmarks.budgets import lags
from benchmarks.load import PATHS, POST, judge, serve_and_load


@pytest.mark.slow
def test_a_small_load_is_measured_whole() -> None:
    options = argparse.Namespace(readers=4, stream=5.0, clients=4, within=1.0, starts=12.0)
    figures, starts = serve_and_load(options)
    assert (figures.errors, starts.errors) == ([], [])
    assert (figures.gaps, figures.ended) == (0, 4)
    assert len(lags(figures)) == len(figures.arrivals) > 0
    # made and arrived are of one clock: nothing comes before it is made
    assert min(lags(figures)) > 0
    assert set(starts.took) == {POST, *(f"GET {path}" for path in PATHS)}
    assert len(starts.took[POST]) == len(starts.runs) == 4
    assert sum(run.began is not None for run in starts.runs) > 0
    assert any(run.places for run in starts.runs)
    verdicts = {verdict.budget: verdict for verdict in judge(figures, starts, options)}
    assert verdicts["no error"].held
    assert verdicts["no event lost"].held
    assert sum("p99 of" in budget for budget in verdicts) == 4
    starts.took[POST].append(9.0)
    broken = {verdict.budget for verdict in judge(figures, starts, options) if not verdict.held}
    assert f"p99 of {POST} under 100 ms" in broken
    starts.errors.append("GET / answered 500")
    assert not judge(figures, starts, options)[0].held
