"""Networks before an experiment: trained as asked, or as they begin, with the first batch's statistics."""

from typing import Any

import pytest
import torch
from torch import nn

from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.experiments.trained import Trained, trained
from skipscope.model.jobs.job import JobFailed
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY


def prepared(state: bytes | None = None, **fields: Any) -> tuple[Trained, list[Any]]:
    request = TrainedRequest.model_validate({"variants": [TINY], "batch_size": 16, **fields})
    work, events = trained(request, 5, state), list[Any]()
    while True:
        try:
            events.append(next(work))
        except StopIteration as end:
            return end.value, events


def test_it_is_the_training_of_the_same_request() -> None:
    found, events = prepared(steps=20)
    training = train(TrainedRequest.model_validate({"variants": [TINY], "batch_size": 16, "steps": 20}).training())
    for _ in training:
        pass
    for own, other in zip(found.nets[0].parameters(), training.variants[0].net.parameters(), strict=True):
        assert torch.equal(own, other)
    assert not found.nets[0].training
    told = [event.data for event in events if event is not None and event.kind == "progress"]
    assert [(each["done"], each["total"]) for each in told] == [(10, 25), (20, 25)]


def test_a_network_that_is_not_trained_has_the_statistics_of_the_first_batch() -> None:
    found, _ = prepared(steps=0)
    images, _ = found.batch(16)
    norm = found.nets[0].bn1
    assert isinstance(norm, nn.BatchNorm2d)
    conv = found.nets[0].conv1
    assert isinstance(conv, nn.Conv2d)
    torch.testing.assert_close(norm.running_mean, conv(images).mean((0, 2, 3)))
    assert norm.momentum == 0.1


def test_a_loss_that_is_not_finite_ends_it() -> None:
    with pytest.raises(JobFailed, match="loss is not finite"):
        prepared(steps=50, lr=100.0, variants=[{**TINY, "norm": "none"}])


def test_the_networks_of_a_run_are_those_that_it_has() -> None:
    fields: dict[str, Any] = {"variants": [TINY], "batch_size": 16, "seed": 2}
    training = train(TrainedRequest.model_validate({**fields, "steps": 5}).training())
    for _ in training:
        pass
    training.set_strength(0, {"layer1.0": 0.5})
    training.variants[0].label = "as it was called"
    found, events = prepared(training.weights(), **fields, steps=0, run="its id")
    assert events == []
    assert found.labels == ("as it was called",)
    (net,) = found.nets
    images, _ = found.batch(16)
    assert not net.training
    assert not any(parameter.requires_grad for parameter in net.parameters())
    assert torch.equal(net(images), training.variants[0].net.eval()(images))
    assert torch.equal(found.dataset.test_pixels, training.dataset.test_pixels)


def test_a_program_of_ones_own_has_no_runs() -> None:
    with pytest.raises(ValueError, match=r"run=\"abc\": runs are a server's.*POST /api/experiments") as refused:
        prepared(run="abc")
    assert isinstance(refused.value, FieldError)
