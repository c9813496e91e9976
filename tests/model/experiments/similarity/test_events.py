"""Similarity as a job: the layers of small networks, round by round, and what is kept when it is stopped."""

from typing import Any

import orjson
import pytest
import torch

from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.similarity import kind as kinds
from skipscope.model.experiments.similarity.events import start, trunk
from skipscope.model.experiments.similarity.kind import SIMILARITY, SimilarityRequest, chosen_layers
from skipscope.model.jobs.job import Stopped
from tests.model.experiments.paths.test_cut import made
from tests.model.experiments.paths.test_events import TINY

QUICK = {"dataset": "digits", "batch_size": 16, "steps": 1, "images": 40}


def run(**fields: Any) -> list[Any]:
    request = SimilarityRequest.model_validate({**QUICK, **fields})
    return [event for event in start(request, None).events if event is not None]


def test_the_experiment_ends_with_its_result_and_a_figure() -> None:
    events = run(variants=[TINY, {**TINY, "skips": False}])
    found, figure = events[-1].data["result"], events[-1].data["figure"]
    assert events[-1].kind == "result"
    for one in found["variants"]:
        assert one["layers"] == ["stem", "layer1.0", "layer2.0", "layer3.0"]
        assert [one["cka"][i][i] for i in range(4)] == [1.0] * 4
        assert 0 <= one["error"] <= 1
    [pair] = found["pairs"]
    assert (pair["first"], pair["second"]) == ("ResNet-8", "plain-8")
    assert pair["cka"][0][0] > 0.99, "the stems begin alike, and one step changes them little"
    assert [trace["type"] for trace in figure["data"]] == ["heatmap"] * 3
    assert found["sentences"][0].startswith("ResNet-8 (")
    orjson.dumps(events[-1].data)
    done = [event.data for event in events if event.kind == "progress"]
    assert done[-1]["done"] == done[-1]["total"] == 3


def test_the_trunk_is_the_network_s_own_in_any_parts() -> None:
    net, images, _ = made({})
    layers = [torch.cat(parts) for parts in trunk(net, images.split(2))]
    assert len(layers) == 5
    torch.testing.assert_close(net.leave_trunk(layers[-1]), net(images))


def test_minibatches_are_draws_without_bias() -> None:
    one, two = (run(variants=[TINY], minibatches=3, images=100)[-1].data["result"] for _ in range(2))
    assert one == two
    whole = run(variants=[TINY], images=359)[-1].data["result"]["variants"][0]["cka"]
    for own, other in zip(one["variants"][0]["cka"], whole, strict=True):
        assert own == pytest.approx(other, abs=0.1)
    assert one["variants"][0]["cka"] != whole


def test_one_that_is_stopped_keeps_what_it_has() -> None:
    variants = [TINY, {**TINY, "skips": False}]
    request = SimilarityRequest.model_validate({**QUICK, "variants": variants, "steps": 0})
    events = start(request, None).events
    while (event := next(events)) is None or event.kind != "partial":
        pass
    last = events.throw(Stopped())
    assert last is not None
    assert [one["label"] for one in last.data["result"]["variants"]] == ["ResNet-8"]


def test_one_that_is_stopped_at_once_has_nothing() -> None:
    events = start(SimilarityRequest.model_validate({**QUICK, "variants": [TINY], "steps": 0}), None).events
    next(events)
    last = events.throw(Stopped())
    assert last is not None
    assert last.data["result"] == {"variants": [], "pairs": [], "sentences": []}


def test_of_very_many_layers_some_are_compared_the_ends_among_them() -> None:
    chosen = chosen_layers(600)
    assert (len(set(chosen)), chosen[0], chosen[-1]) == (64, 0, 599)
    assert chosen_layers(28) == tuple(range(28))


def test_more_images_and_rounds_are_estimated_to_take_more() -> None:
    def estimate(**fields: object) -> Any:
        return SIMILARITY.estimate(SimilarityRequest.model_validate({**QUICK, **fields}))

    assert estimate(images=64).bytes < estimate(images=256).bytes
    assert estimate().seconds < estimate(minibatches=50).seconds


def test_a_data_set_with_too_few_images_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "FEWEST", 1000)
    with pytest.raises(FieldError, match="359 of its images are held out, and 1000 or more"):
        SIMILARITY.estimate(SimilarityRequest.model_validate(QUICK))
