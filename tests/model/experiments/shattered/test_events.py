"""Shattered gradients as a job: its result, its sentences, and what is kept when it is stopped."""

from typing import Any

import orjson

from skipscope.model.experiments.shattered.events import start
from skipscope.model.experiments.shattered.kind import SHATTERED, ShatteredRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_events import TINY

QUICK = {"dataset": "digits", "batch_size": 8, "images": 8, "width": 64, "depth": 10, "inputs": 16, "draws": 2}


def requested(**fields: Any) -> ShatteredRequest:
    return ShatteredRequest.model_validate({"variants": [TINY, {**TINY, "skips": False}], **QUICK, **fields})


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = [event for event in start(requested(), None).events if event is not None]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    assert events[-1].kind == "result"
    assert [(one["residual"], one["normed"]) for one in found["dense"]] == [
        (False, False), (True, False), (False, True), (True, True),
    ]  # fmt: skip
    for one in found["dense"]:
        assert one["depths"] == [1, 2, 3, 4, 6, 8]
        assert len(one["draws"]) == 2
        assert abs(one["correlation"][0] - one["law"][0]) < 0.1
    residual, plain = found["variants"]
    assert residual["places"] == plain["places"] == ["stem", "layer1.0", "layer2.0", "layer3.0"]
    assert residual["correlation"][-1] == 1
    assert found["sentences"][0].startswith("Fully connected, plain, no norm: after 8 layers")
    assert "the law says 0.05" in found["sentences"][0]
    assert len(found["sentences"]) == 6
    assert {trace["name"] for trace in figure["data"]} >= {"residual, BatchNorm", "A ResNet-8", "B plain-8"}
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"] == 12


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(requested(), None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    found = last.data["result"]
    assert [one["name"] for one in found["dense"]] == ["plain, no norm"]
    assert found["variants"] == []


def test_the_same_seed_gives_the_same() -> None:
    one, two = ([event for event in start(requested(), None).events if event][-1].data["result"] for _ in range(2))
    assert one == two


def test_wide_and_deep_ones_are_estimated_to_take_longer() -> None:
    seconds = [SHATTERED.estimate(requested(**more)).seconds for more in ({}, {"width": 512}, {"depth": 64})]
    assert seconds[0] < min(seconds[1:])
