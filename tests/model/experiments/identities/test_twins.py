"""Two trainings of one network, with x + F(x) and with x - F(x)."""

import pytest
import torch

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.experiments.identities.twins import Twins
from skipscope.model.train.training import train
from tests.model.experiments.paths.test_events import TINY


def trained(optimizer: str = "sgd", **fields: object) -> tuple[Twins, TrainingRequest]:
    request = TrainingRequest.model_validate({
        "variants": [{**TINY, **fields}], "batch_size": 16, "steps": 6, "optimizer": optimizer, "schedule": "cosine",
        "weight_decay": 1e-3, "clip_norm": 1.0, "channels_last": False,
    })  # fmt: skip
    training = train(request)
    batches = training.dataset.batches(16)
    twins = Twins(adapt_all(request)[0], request)
    for _ in range(6):
        _, images, labels = next(batches)
        twins.advance(images, labels)
    assert twins.broken_at is None
    return twins, request


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_both_run_the_same_to_the_bit(optimizer: str) -> None:
    twins, _ = trained(optimizer)
    assert twins.losses == twins.twins_losses
    assert twins.largest_difference == 0
    assert twins.equal_parameters
    assert twins.control is not None
    assert twins.control > 1e-3


def test_it_is_the_training_of_the_request() -> None:
    twins, request = trained()
    training = train(request)
    for _ in training:
        pass
    for own, other in zip(twins.net.parameters(), training.variants[0].net.parameters(), strict=True):
        torch.testing.assert_close(own, other)


def test_a_network_without_skips_is_trained_alone() -> None:
    twins, _ = trained(skips=False)
    assert twins.obstacle == "it has no skip connection"
    assert (len(twins.losses), twins.twins_losses, twins.control) == (6, [], None)


def test_a_difference_is_told() -> None:
    twins, _ = trained()
    twins.twins_losses[2] *= 1.5
    assert twins.largest_difference == pytest.approx(0.5)
    with torch.no_grad():
        next(twins.twin.parameters()).add_(1)
    assert not twins.equal_parameters
