"""Networks that are trained first, as a request asks, and then stay as they are while they are measured."""

from collections.abc import Generator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.data.loader import Dataset
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.jobs.events import progress
from skipscope.model.jobs.job import Event, JobFailed
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.training import train

EVERY = 10
"""Steps of training from one event of progress to the next."""


class Trained(NamedTuple):
    """The networks with their names, in evaluation mode, and the images."""

    labels: tuple[str, ...]
    nets: tuple[ResNet, ...]
    dataset: Dataset

    def batch(self, batch_size: int) -> tuple[Tensor, Tensor]:
        """Return the images and labels of the first batch."""
        _, images, labels = next(self.dataset.batches(batch_size))
        return images, labels


def trained(request: TrainedRequest, rest: int) -> Generator[Event | None, None, Trained]:
    """Train the networks, with an event of progress every few steps; `rest` pieces of work come after the training.

    Networks that are not trained at all take the statistics of their norms from the first batch: the running ones know
    of no image yet. Raise JobFailed if all losses are not finite.
    """
    training = train(request.training())
    total = request.steps + rest
    try:
        while training.step < request.steps and training.reason is None:
            training.advance()
            yield progress(training.step, total) if training.step % EVERY == 0 else None
        if training.reason is not None:
            raise JobFailed(training.reason)
    finally:
        training.close()
    nets = tuple(variant.net for variant in training.variants)
    found = Trained(tuple(variant.label for variant in training.variants), nets, training.dataset)
    for net in nets:
        net.requires_grad_(False)
        if request.steps == 0:
            _take_statistics(net, found.batch(request.batch_size)[0])
        net.eval()
    return found


def _take_statistics(net: nn.Module, images: Tensor) -> None:
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        net(images)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
