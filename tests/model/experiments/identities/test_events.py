"""The identities as a job: their numbers, their sentences, and what is kept when it is stopped."""

from typing import Any

import orjson

from skipscope.model.experiments.identities.events import start
from skipscope.model.experiments.identities.figure import ZERO, drawn
from skipscope.model.experiments.identities.kind import IDENTITIES, IdentitiesRequest
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_events import TINY

QUICK = {"dataset": "digits", "batch_size": 16, "steps": 3, "folds": 2, "channels": 8}


def requested(**fields: Any) -> IdentitiesRequest:
    return IdentitiesRequest.model_validate({"variants": [TINY, {**TINY, "skips": False}], **QUICK, **fields})


def test_the_equations_hold_and_their_controls_do_not() -> None:
    events = [event for event in start(requested(), None).events if event is not None]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    assert [(one["precision"], one["blocks"]) for one in found["folds"]] == [("float32", 2), ("float64", 2)]
    assert [one["difference"] < limit for one, limit in zip(found["folds"], (1e-6, 1e-14), strict=True)] == [True] * 2
    assert all(one["control"] > 0.01 for one in found["folds"])
    residual, plain = found["variants"]
    assert (residual["subtraction"]["difference"], residual["subtraction"]["equal_parameters"]) == (0, True)
    assert residual["subtraction"]["losses"] == residual["losses"]
    assert residual["subtraction"]["control"] > 1e-3
    assert (residual["paths"]["paths"], plain["paths"]["paths"]) == (8, 1)
    assert residual["paths"]["difference"] < 1e-12
    assert plain["subtraction"] is None
    assert residual["folds"] == plain["folds"] == []
    assert set(found["predict"]) == {"fold", "subtraction", "paths"}
    said = "\n".join(found["sentences"])
    assert "ResNet-8 with x - F(x) and its branches negated, 3 steps: the losses differ by 0, to the last bit" in said
    assert "plain-8: it has no skip connection" in said
    assert "the gradients of 8 paths" in said
    assert {trace["name"] for trace in figure["data"]} == {"RepVGG", "A ResNet-8", "B plain-8"}
    heads = {(trace["name"], *set(trace["hovertext"])) for trace in figure["data"]}
    assert {("RepVGG", "difference"), ("RepVGG", "control"), ("A ResNet-8", "x - F(x)")} <= heads
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"] == 10


def test_the_blocks_of_a_repvgg_network_fold_after_training() -> None:
    repvgg = {**TINY, "block": "repvgg", "norm": "batch", "projection": "B"}
    request = requested(variants=[repvgg, {**repvgg, "skips": False}, {**repvgg, "skips": [True, *[False] * 2]}])
    events = [event for event in start(request, None).events if event is not None]
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    whole, plain, mixed = found["variants"]
    for one in (whole, plain, mixed):
        assert [(fold["precision"], fold["blocks"]) for fold in one["folds"]] == [("float32", 3), ("float64", 3)]
        assert one["folds"][0]["difference"] < 1e-5
        assert one["folds"][1]["difference"] < 1e-13
    assert whole["folds"][0]["control"] > 0.01
    assert mixed["folds"][0]["control"] > 0.01
    assert plain["folds"][0]["control"] is None
    said = "\n".join(found["sentences"])
    assert "after training, in float64: each of its 3 blocks and the convolution that it folds into differ by" in said
    assert any("fold, float32" in trace["x"] for trace in figure["data"])
    orjson.dumps(events[-1].data)


def test_a_loss_that_is_not_finite_ends_that_network_s_part() -> None:
    request = requested(variants=[{**TINY, "norm": "none"}, TINY], lr=100.0, steps=20)
    found = [event for event in start(request, None).events if event][-1].data["result"]
    broken, whole = found["variants"]
    assert broken["paths"] is None
    assert any("loss is not finite at step" in text for text in found["sentences"])
    assert whole["subtraction"]["difference"] == 0
    assert orjson.loads(orjson.dumps(broken))["losses"][-1] in ("nan", "inf")


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(requested(), None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert [one["blocks"] for one in last.data["result"]["folds"]] == [1, 1]
    assert last.data["result"]["variants"] == []


def test_it_works_on_the_cpu_whatever_is_asked_for() -> None:
    on_cpu, on_gpu = (IDENTITIES.estimate(requested(device=device)) for device in ("cpu", "cuda"))
    assert on_cpu == on_gpu


def test_a_difference_of_zero_is_drawn_at_the_bottom() -> None:
    assert (drawn(0.0), drawn(1e-7), drawn(None)) == (ZERO, -7, None)


def test_more_steps_and_paths_are_estimated_to_take_longer() -> None:
    seconds = [IDENTITIES.estimate(requested(**more)).seconds for more in ({}, {"steps": 300}, {"path_blocks": 12})]
    assert seconds[0] < min(seconds[1:])
