"""The degradation as a job: its pieces, its first picture, and what is kept when it is stopped."""

from typing import Any

import orjson

from skipscope.model.experiments.degradation.events import start
from skipscope.model.experiments.degradation.kind import DegradationRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.degradation.test_sweep import QUICK


def request(**fields: Any) -> DegradationRequest:
    return DegradationRequest.model_validate({**QUICK, "steps": 4, **fields})


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = [event for event in start(request(depths=[8, 14], rates=[0.01, 0.02]), None).events if event is not None]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    assert events[-1].kind == "result"
    assert [(row["depth"], row["rate"]) for row in found["variants"][1]["rows"]] == [
        (8, 0.01), (8, 0.02), (14, 0.01), (14, 0.02),
    ]  # fmt: skip
    assert len(found["sentences"]) == 2
    assert figure["data"]
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"] == len(done)


def test_the_first_picture_is_the_course_of_the_first_training() -> None:
    event = next(event for event in start(request(steps=40), None).events if event and event.kind == "partial")
    (course,) = event.data["result"]["variants"][0]["courses"]
    assert course["steps"]
    assert event.data["result"]["variants"][0]["rows"] == []


def test_one_that_is_stopped_keeps_the_cells_that_it_has() -> None:
    events = start(request(depths=[8, 14]), None).events
    while (event := next(events)) is None or event.kind != "progress" or event.data["done"] < event.data["total"] - 3:
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert last.kind == "result"
    assert [row["depth"] for row in last.data["result"]["variants"][0]["rows"]] == [8]


def test_the_same_request_gives_the_same_result() -> None:
    one, two = ([event for event in start(request(), None).events if event][-1].data["result"] for _ in range(2))
    assert one == two
