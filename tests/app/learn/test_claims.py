"""Every claim of every chapter is measured, with its seeds; and the recordings are those that are measured today."""

from functools import lru_cache
from typing import Any

import pytest

from scripts import recordings
from scripts.recordings import MODULE, TRAININGS, figure_of, measure, read_numbers
from skipscope.app.learn.lesson import Claim
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import OWN, read_folder, read_shelf
from skipscope.model.show.node import draw

CHAPTERS = read_folder(OWN)
CLAIMS = [(chapter, claim) for chapter in CHAPTERS for claim in chapter.lesson.claims]
TRAINED = ("accuracy", "test_accuracy")
USUAL = 5
"""Claims of fewer seeds are slow: trainings, and networks of a thousand layers."""
REACH = 1e-3
"""Recordings have four digits, and another machine's sums differ in the last ones."""


@lru_cache(maxsize=200)
def measured(address: str, seed: int) -> list[dict[str, Any]]:
    return measure(address, seed)


@lru_cache(maxsize=50)
def trained(address: str, seed: int) -> list[dict[str, list[float | None]]]:
    return recordings.trained(address, seed)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_chapters_claims_hold(chapter: Chapter) -> None:
    assert _wrong([claim for claim in chapter.lesson.claims if claim.seeds >= USUAL]) == []


@pytest.mark.claims
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_chapters_slow_claims_hold(chapter: Chapter) -> None:
    assert _wrong([claim for claim in chapter.lesson.claims if claim.seeds < USUAL]) == []


def _wrong(claims: list[Claim]) -> list[str]:
    wrong: list[str] = []
    for claim in claims:
        found = _numbers(claim)
        low, high = claim.interval
        if not all(low <= value <= high for value in found):
            wrong.append(f"{claim.sentence} {claim.number} of {claim.address}: {found}, and it says {low} to {high}")
    return wrong


def test_an_interval_is_no_wider_than_it_has_to_be() -> None:
    """A claim that anything fulfils says nothing: an interval spans two decades at most."""
    wide = [
        claim.sentence for _, claim in CLAIMS if claim.interval[0] <= 0 or claim.interval[1] > 100 * claim.interval[0]
    ]
    assert wide == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_recordings_are_what_is_measured(chapter: Chapter) -> None:
    recorded = read_shelf().recorded(chapter.name)
    for index, step in enumerate(chapter.lesson.steps):
        found = recorded.step(index)
        assert found is not None
        figure = figure_of(step)
        networks = measured(step.figure.address, 0)
        if step.figure.show in TRAININGS:  # minutes of work: their numbers are among the slow claims
            assert all(reading["run"]["steps"] for reading in found.readings)
        asked = {"asked": "recording", "figure": figure, "networks": networks, "low": bool(step.figure.parts)}
        now = draw(asked, MODULE)
        for old, new in zip(found.readings, now["readings"], strict=True):
            for name in ("gradient", "activation", "residual", "identity"):
                assert new[name] == [None if one is None else pytest.approx(one, rel=REACH) for one in old[name]]
        assert found.wide.startswith("<svg")
        assert found.numbers.keys() == now["numbers"].keys()


def _numbers(claim: Claim) -> list[float]:
    if claim.number in TRAINED:
        runs = [
            [
                {**network, "run": run}
                for network, run in zip(measured(claim.address, seed), trained(claim.address, seed), strict=True)
            ]
            for seed in range(claim.seeds)
        ]
    else:
        runs = [measured(claim.address, seed) for seed in range(claim.seeds)]
    return read_numbers(claim.number, claim.network, claim.blocks, runs)
