"""The picture of a training before an experiment: it comes with the first step, and grows."""

from typing import Any

import pytest

from skipscope.model.experiments import course
from skipscope.model.experiments.course import Course, figure_of
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event
from tests.model.clock import Clock

TINY = {"preset": "resnet20", "depths": [1, 1], "widths": [4, 8], "stem_width": 4}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(course, "time", found)
    return found


def partials(clock: Clock, seconds: float, steps: int = 30) -> list[Event]:
    request = TrainedRequest.model_validate({"variants": [TINY, {**TINY, "skips": False}], "steps": steps})
    found: list[Event] = []
    for event in trained(request, 1):
        clock.now += seconds
        if event is not None and event.kind == "partial":
            found.append(event)
    return found


def test_the_first_step_is_a_picture_and_then_one_a_second_at_most(clock: Clock) -> None:
    assert [one.data["result"]["training"][0]["steps"] for one in partials(clock, 0.0)][:1] == [[0]]
    shown = partials(clock, 0.125)
    times = [one.data["result"]["training"][0]["steps"] for one in shown]
    assert len(shown) >= 3
    assert all(len(points) > 1 for points in times[-1:])
    assert times[-1] == sorted(set(times[-1]))


def test_the_numbers_are_those_of_the_training(clock: Clock) -> None:
    found = partials(clock, 10.0, 4)[-1].data
    assert found["result"]["variants"] == found["result"]["sentences"] == []
    first, second = found["result"]["training"]
    assert (first["label"], second["label"]) == ("ResNet-6", "plain-6")
    assert first["steps"] == [0, 1, 2, 3]
    assert all(0 <= error <= 1 for error in first["error"])
    assert first["loss"][0] > 1.5
    assert [trace["y"] for trace in found["figure"]["data"]] == [
        first["loss"], first["error"], second["loss"], second["error"]
    ]  # fmt: skip


def test_a_loss_that_is_not_finite_is_a_gap() -> None:
    points: list[Any] = [{"label": "net", "steps": [0, 1], "loss": [1.0, "nan"], "error": [0.5, 0.5]}]
    assert figure_of(points)["data"][0]["y"] == [1.0, None]


def test_a_point_is_due_at_once_and_then_five_times_a_second(clock: Clock) -> None:
    found = Course(("net",))
    assert found.is_due
    found._pointed = clock.now
    assert not found.is_due
    clock.now += 0.2
    assert found.is_due
