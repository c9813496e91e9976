"""The answers in a record are those of the plain network on the plain batch."""

from typing import Any

import pytest
import torch
from torch import Tensor

from skipscope.model.data.loader import load
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.probe import probe
from skipscope.model.train.records import SHOWN
from skipscope.model.train.training import Training

pytestmark = pytest.mark.usefixtures("engine")

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6]}
OTHER = {**SMALL, "norm": "batch", "skips": False}


def request(**fields: Any) -> TrainingRequest:
    """Ask for a training of two small networks."""
    given = {"variants": [SMALL, OTHER], "batch_size": 80, "steps": 6, "lr": 0.1, **fields}
    return TrainingRequest.model_validate(given)


def answered(net: ResNet, images: Tensor) -> list[int]:
    """Ask a copy of a network, in training as it is."""
    copy = ResNet(net.architecture)
    copy.load_state_dict(net.state_dict())
    with torch.no_grad():
        return copy.train()(images).argmax(1).tolist()


@pytest.mark.parametrize("seed", [0, 5])
def test_answers_are_argmax_of_the_network_before_the_update(seed: int) -> None:
    training = Training(request(seed=seed))
    batches = load("digits", seed=seed).batches(80)
    several: set[int | None] = set()
    for _ in range(6):
        _, images, labels = next(batches)
        expected = [answered(variant.net, images) for variant in training.variants]
        record = training.advance(record=True)
        assert record is not None
        assert record.batch.labels == tuple(labels[:SHOWN].tolist())
        assert len(record.batch.images) == SHOWN < len(labels)
        for found, wanted in zip(record.variants, expected, strict=True):
            assert list(found.answers) == wanted[:SHOWN]
            assert found.accuracy == pytest.approx((torch.tensor(wanted) == labels).float().mean().item())
            several |= set(found.answers)
    assert len(several) > 2, "networks that always say the same would prove little"


def test_a_probe_has_the_batch_and_the_answers_of_step_0() -> None:
    first = Training(request()).advance(record=True)
    assert first is not None
    asked = {"variants": [SMALL, OTHER], "batch_size": 80}
    found = probe(ProbeRequest.model_validate(asked))
    assert found["batch"] == first.batch.to_dict()
    assert [one["answers"] for one in found["variants"]] == [list(one.answers) for one in first.variants]


def test_a_small_batch_is_told_whole() -> None:
    record = Training(request(batch_size=5)).advance(record=True)
    assert record is not None
    assert len(record.batch.images) == len(record.batch.labels) == len(record.variants[0].answers) == 5


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_network_that_overflowed_answers_nothing(value: float) -> None:
    training = Training(request())
    with torch.no_grad():
        training.variants[0].net.get_submodule("fc").get_parameter("bias")[3] = value
    record = training.advance(record=True)
    assert record is not None
    broken, whole = record.variants
    assert set(broken.answers) == {None}
    assert None not in whole.answers
    assert broken.to_dict()["answers"][0] is None
