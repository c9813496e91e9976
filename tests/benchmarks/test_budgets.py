"""The budgets of a class break when what they are about breaks, and a real class of four is measured whole."""

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.budgets import ROW, judge, lags, overtaken, row
from benchmarks.classroom import serve_and_hold
from benchmarks.students import Figures, Probe

STUDENTS = 2


def well() -> Figures:
    """Return what two students see where all is well."""
    return Figures(
        probes=[Probe(0, 0.0, 2.0), Probe(1, 0.5, 1.0)],
        received=Counter({1: 2, 2: 2, 3: 2}),
        arrivals=[(step, step + 0.05) for step in (1, 2, 2)],
        made={1: 1.0, 2: 2.0},
        ended=2,
        rest=500,
        web=[100.0] * 10,
        tree=[600.0] * 10,
        cpu=0.2,
    )


def lose_one(figures: Figures) -> None:
    figures.received[2] -= 1


def come_late(figures: Figures) -> None:
    figures.arrivals.append((1, 1.6))


def answer_no_probe(figures: Figures) -> None:
    figures.probes.clear()


def pass_over(figures: Figures) -> None:
    figures.probes.append(Probe(1, 1.2, 1.4))


def grow(figures: Figures) -> None:
    figures.tree[-3:] = [700.0] * 3


def test_a_hostile_client_has_budgets_of_its_own() -> None:
    figures = well()
    figures.hostile, figures.light = "{}", [0.01] * 200
    held = {verdict.budget: verdict.held for verdict in judge(figures, STUDENTS)}
    assert set(held.values()) == {True}
    figures.light[:3] = [0.3] * 3
    figures.web[4] = 201.0
    figures.arrivals.append((1, 1.3))
    broken = [verdict.budget for verdict in judge(figures, STUDENTS) if not verdict.held]
    assert [words.split(",")[0] for words in broken] == [
        "p99 of a light request under 250 ms", "p99 from made to arrived under 250 ms", "web process +100 MB at most"
    ]  # fmt: skip


def test_a_class_where_all_is_well_holds_every_budget() -> None:
    assert [verdict.budget for verdict in judge(well(), STUDENTS) if not verdict.held] == []


@pytest.mark.parametrize(
    ("harm", "budget"),
    [
        (lambda figures: figures.errors.append("student 3: TypeError"), "no error"),
        (lose_one, "no event lost"),
        (lambda figures: setattr(figures, "gaps", 1), "no event lost"),
        (lambda figures: setattr(figures, "ended", 1), "no event lost"),
        (lambda figures: figures.received.clear(), "no event lost"),
        (come_late, "p99"),
        (lambda figures: figures.made.clear(), "p99"),
        (answer_no_probe, "probes"),
        (pass_over, "probes"),
        (grow, "memory"),
    ],
)
def test_a_budget_breaks_by_what_it_is_about(harm: Callable[[Figures], None], budget: str) -> None:
    figures = well()
    harm(figures)
    (broken,) = (verdict for verdict in judge(figures, STUDENTS) if not verdict.held)
    assert broken.budget.startswith(budget)


def test_being_served_twice_while_another_waits_is_seen() -> None:
    figures = Figures(probes=[Probe(0, 0.0, 9.0), Probe(1, 1.0, 2.0), Probe(2, 1.5, 3.0)])
    assert overtaken(figures) == 1
    figures.probes.append(Probe(1, 3.0, 4.0))
    assert overtaken(figures) == 2
    # asked before, or answered after: no turn was taken
    assert overtaken(Figures(probes=[Probe(0, 1.0, 2.0), Probe(1, 0.5, 1.5), Probe(1, 1.6, 2.5)])) == 0


@pytest.mark.slow
def test_a_class_of_four_is_measured_whole() -> None:
    options = argparse.Namespace(students=4, seconds=6.0, rate=20, url=None, hostile=False)
    figures, num_assets = serve_and_hold(options)
    assert figures.errors == []
    assert (figures.gaps, figures.ended) == (0, 4)
    assert figures.received.total() == 4 * max(figures.received)
    # the page's modules come in few files
    assert num_assets >= 10
    assert len(figures.pages) == 4
    measured = lags(figures)
    assert len(measured) == len(figures.arrivals) > 0
    # made and arrived are of one clock: nothing comes before it is made
    assert min(measured) > 0
    assert 0 < figures.web[0] < figures.tree[0]
    assert ROW.splitlines()[0] in (Path(__file__).parents[2] / "docs" / "workshop.md").read_text(encoding="utf-8")
    assert len(row(figures, 4, 2).split("|")) == len(ROW.splitlines()[0].split("|"))
