"""The directions as a job: its moments, its result, and a training that does not notice."""

from typing import Any

import orjson
import pytest
import torch

from skipscope.model.experiments.blocks.events import start
from skipscope.model.experiments.blocks.kind import BLOCKS, BlocksRequest, moments_of
from skipscope.model.jobs.job import JobFailed, Stopped
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY

QUICK: dict[str, Any] = {"dataset": "digits", "batch_size": 16, "steps": 12, "images": 20, "moments": 4}
DEEP = {**TINY, "depths": [2, 2, 1]}


def asked(**fields: Any) -> BlocksRequest:
    return BlocksRequest.model_validate({"variants": [DEEP, {**DEEP, "skips": False}], **QUICK, **fields})


def test_moments_are_even_in_the_logarithm_of_the_steps() -> None:
    assert moments_of(asked(steps=1000, moments=5)) == (0, 1, 10, 100, 1000)
    assert moments_of(asked(steps=200, moments=8)) == (0, 1, 2, 6, 14, 34, 83, 200)
    assert moments_of(asked(steps=200, moments=2)) == (0, 200)
    assert moments_of(asked(steps=3, moments=64)) == (0, 1, 2, 3)
    assert moments_of(asked(steps=0)) == (0,)


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = [event for event in start(asked(), None).events if event]
    assert events[1].kind == "partial", "the first moment is before the first step"
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    residual, plain = found["variants"]
    assert [moment["step"] for moment in residual["moments"]] == [0, 1, 3, 12]
    descent, successive = (residual["moments"][-1][name] for name in ("descent", "successive"))
    assert [one is None for one in descent["blocks"]] == [False, False, True, False, True]
    assert [one is None for one in successive["blocks"]] == [False, True, False, True, True]
    known = [one for one in descent["blocks"] if one is not None]
    assert descent["mean"] == pytest.approx(sum(known) / 3, rel=1e-3)
    assert (descent["positive"], descent["of"]) == (sum(one > 0 for one in known), 3)
    assert plain["moments"][0]["step"] == 0
    assert found["sentences"][0].startswith("ResNet-12, after 12 steps: cos(F(x), \u2212dL/dx) is ")
    assert figure["layout"]["xaxis3"]["type"] == "category"
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"]


def test_the_training_is_the_same_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    trainings: list[Any] = []

    def kept(*args: Any) -> Any:
        trainings.append(train(*args))
        return trainings[-1]

    monkeypatch.setattr("skipscope.model.experiments.blocks.events.train", kept)
    list(start(asked(), None).events)
    alone = train(asked().training())
    for _ in alone:
        pass
    for own, other in zip(trainings[0].variants, alone.variants, strict=True):
        for (name, value), wanted in zip(own.net.state_dict().items(), other.net.state_dict().values(), strict=True):
            assert torch.equal(value, wanted), name


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    events = start(asked(), None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert [moment["step"] for moment in last.data["result"]["variants"][0]["moments"]] == [0]


def test_a_loss_that_is_not_finite_ends_it() -> None:
    with pytest.raises(JobFailed, match="loss is not finite"):
        list(start(asked(steps=50, lr=100.0, variants=[{**TINY, "norm": "none"}]), None).events)


def test_more_moments_are_estimated_to_take_longer() -> None:
    assert BLOCKS.estimate(asked(moments=8)).seconds > BLOCKS.estimate(asked(moments=2)).seconds
    assert BLOCKS.estimate(asked(images=400)).bytes > BLOCKS.estimate(asked()).bytes
