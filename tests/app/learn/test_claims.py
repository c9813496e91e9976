"""Every claim of every chapter is measured, with its seeds; and the recordings are those that are measured today."""

from functools import lru_cache
from typing import Any

import pytest

from scripts.claims import broken, is_slow, measure_claims, train_briefly
from scripts.recordings import MODULE, TRAININGS, figure_of, measure, measure_figure, trained, with_layers
from skipscope.app.learn.lesson import Claim
from skipscope.app.learn.measured import read_measured
from skipscope.app.learn.numbers import LAYERED, MAPPED
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import read_shelf
from skipscope.model.show.node import draw

SHELF = read_shelf()
CHAPTERS = [*SHELF.chapters.values()]
CLAIMS = [(chapter, claim) for chapter in CHAPTERS for claim in chapter.lesson.claims]
SEEDS = 5
REACH = 1e-3
"""Recordings have four digits, and another machine's sums differ in the last ones."""


def silent(_: str) -> None:
    """Say nothing of the progress."""


@lru_cache(maxsize=200)
def measured(address: str, seed: int) -> list[dict[str, Any]]:
    return measure(address, seed)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_chapters_claims_hold(chapter: Chapter) -> None:
    """The quick ones, measured anew; and they are what was measured last."""
    found = measure_claims([claim for claim in chapter.lesson.claims if not is_slow(claim)], silent)
    assert broken(found) == []
    known = read_measured(chapter.folder)
    for claim, values in found.items():
        assert values == pytest.approx(known.values(claim), rel=REACH), f"{claim.sentence} Run `make claims`."


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_chapters_claims_held_when_they_were_measured_last(chapter: Chapter) -> None:
    known = read_measured(chapter.folder)
    found = {claim: known.values(claim) for claim in chapter.lesson.claims}
    assert [claim.sentence for claim, values in found.items() if not values] == [], "run `make claims`"
    assert broken(found) == []


@pytest.mark.claims
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_a_chapters_slow_claims_hold(chapter: Chapter) -> None:
    assert broken(measure_claims([claim for claim in chapter.lesson.claims if is_slow(claim)])) == []


def test_a_sentence_that_does_not_hold_is_found() -> None:
    claim = Claim.model_validate({
        "sentence": "Much arrives.", "step": 1, "address": "net=plain20,norm:none,init:xavier_normal",
        "number": "ratio", "interval": (0.1, 1), "seeds": 2,
    })  # fmt: skip
    found = measure_claims([claim], silent)
    assert all(value < 1e-3 for value in found[claim])
    assert [said.split(".")[0] for said in broken(found)] == ["Much arrives"]


def test_a_training_that_is_hardly_recorded_ends_where_a_recorded_one_does() -> None:
    address = "net=resnet20,depths:1-1-1&net=plain20,depths:1-1-1&steps=24&batch_size=16"
    brief, whole = train_briefly(address, 3), trained(address, 3)
    for short, long in zip(brief, whole, strict=True):
        assert short["steps"] == list(range(4, 24))
        assert short["accuracy"] == long["accuracy"][-20:]
        assert short["test"][-1] == long["test"][-1] is not None
        assert short["test"][:-1] == [None] * 19


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_every_claim_has_five_seeds(chapter: Chapter) -> None:
    assert [claim.sentence for claim in chapter.lesson.claims if claim.seeds != SEEDS] == []


def test_an_interval_is_no_wider_than_it_has_to_be() -> None:
    """A claim that anything fulfils says nothing: an interval spans two decades at most."""
    wide = [
        claim.sentence for _, claim in CLAIMS if claim.interval[0] <= 0 or claim.interval[1] > 100 * claim.interval[0]
    ]
    assert wide == []


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda one: one.name)
def test_recordings_are_what_is_measured(chapter: Chapter) -> None:
    recorded = SHELF.recorded(chapter.name)
    for index, step in enumerate(chapter.lesson.steps):
        found = recorded.step(index)
        assert found is not None
        figure = figure_of(step)
        mapped = step.figure.show in MAPPED
        networks = measure_figure(step.figure, 0) if mapped else measured(step.figure.address, 0)
        if step.figure.show in LAYERED:
            networks = with_layers(networks, step.figure.address)
        if step.figure.show in TRAININGS:  # minutes of work: the last test measures them anew
            assert all(reading["run"]["steps"] for reading in found.readings)
        asked = {"asked": "recording", "figure": figure, "networks": networks, "low": bool(step.figure.parts)}
        now = draw(asked, MODULE)
        for old, new in zip(found.readings, now["readings"], strict=True):
            for name in ("gradient", "activation", "residual", "identity"):
                assert new[name] == [None if one is None else pytest.approx(one, rel=REACH) for one in old[name]]
            assert (new.get("anatomy") or {}).get("layers") == (old.get("anatomy") or {}).get("layers")
            assert ("maps" in old) == ("maps" in new) == mapped
            for name, one in old["maps"]["maps"].items() if mapped else ():
                pairs = zip(one["pixels"], new["maps"]["maps"][name]["pixels"], strict=True)
                assert all(b == pytest.approx(a, rel=REACH, abs=REACH * one["peak"]) for a, b in pairs), name
        assert found.wide.startswith("<svg")
        assert found.numbers.keys() == now["numbers"].keys()


RUNS = [
    pytest.param(chapter, index, id=f"{chapter.name}-{index + 1}")
    for chapter in CHAPTERS
    for index, found in enumerate(SHELF.recorded(chapter.name).steps)
    if found is not None and any(reading["run"] for reading in found.readings)
]


@pytest.mark.claims
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("chapter", "index"), RUNS)
def test_recorded_trainings_are_what_is_trained(chapter: Chapter, index: int) -> None:
    """On this machine with one thread; where a training fails, another's digits may differ."""
    step = chapter.lesson.steps[index]
    found = SHELF.recorded(chapter.name).step(index)
    assert found is not None
    runs = trained(step.figure.address)
    networks = [{**one, "run": run} for one, run in zip(measured(step.figure.address, 0), runs, strict=True)]
    asked = {"asked": "recording", "figure": figure_of(step), "networks": networks, "low": False}
    now = draw(asked, MODULE)
    assert [reading["run"] for reading in now["readings"]] == [reading["run"] for reading in found.readings]
