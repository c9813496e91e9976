"""Networks before an experiment: trained as asked, or as they begin, with the first batch's statistics."""

from typing import Any

import pytest
import torch
from torch import nn

from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.experiments.trained import Trained, trained
from skipscope.model.jobs.job import JobFailed
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY


def prepared(**fields: Any) -> tuple[Trained, list[Any]]:
    request = TrainedRequest.model_validate({"variants": [TINY], "batch_size": 16, **fields})
    work, events = trained(request, 5), list[Any]()
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
    told = [event.data for event in events if event is not None]
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
