"""Networks that are trained first, as a request asks, or those of a run; they stay as they are while they are
measured."""

from collections.abc import Generator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.data.loader import Dataset, load
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.course import Course
from skipscope.model.experiments.remaining import Remaining
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.jobs.events import progress
from skipscope.model.jobs.job import Event, JobFailed
from skipscope.model.jobs.kind import Kind
from skipscope.model.network.memory_format import memory_format_of, put_weights
from skipscope.model.network.resnet import ResNet
from skipscope.model.train import weights
from skipscope.model.train.device import device_of
from skipscope.model.train.training import train


class Trained(NamedTuple):
    """The networks with their names, in evaluation mode, and the images."""

    labels: tuple[str, ...]
    nets: tuple[ResNet, ...]
    dataset: Dataset

    def batch(self, batch_size: int) -> tuple[Tensor, Tensor]:
        """Return the images and labels of the first batch."""
        _, images, labels = next(self.dataset.batches(batch_size))
        return images, labels

    def save(self, step: int) -> bytes:
        """Return the networks after so many steps, for `trained` elsewhere."""
        return weights.save_nets(self.labels, self.nets, step)


def trained(
    request: TrainedRequest, rest: int, state: bytes | None = None, kind: Kind[Any] | None = None
) -> Generator[Event | None, None, Trained]:  # fmt: skip
    """Train the networks, with the time left every few steps and a picture of their losses each second; `rest` pieces
    of work come after the training, whose time is in the estimate of their `kind`. They start from the weights in
    `state` if the request names some; or they are those of a run, or of the first part of the experiment, as its
    `state` has them.

    Networks that are not trained at all take the statistics of their norms from the first batch: the running ones know
    of no image yet. Raise JobFailed if all losses are not finite.
    """
    if request.run is not None or (state is not None and request.weights is None):
        return _from_state(request, state)
    training = train(request.training(), state)
    total = request.steps + rest
    course = Course(tuple(variant.label for variant in training.variants))
    remaining = Remaining(request, 0.0 if kind is None else kind.estimate(request).seconds)
    try:
        while training.step < request.steps and training.reason is None:
            record = training.advance(record=course.is_due)
            left = remaining.after(training.step)
            yield None if left is None else progress(training.step, total, left)
            if record is not None:
                yield from course.add(record)
        if training.reason is not None:
            raise JobFailed(training.reason)
    finally:
        training.close()
    nets = tuple(variant.net for variant in training.variants)
    found = Trained(tuple(variant.label for variant in training.variants), nets, training.dataset)
    for net in nets:
        net.requires_grad_(False)
        if request.steps == 0 and request.weights is None:
            _take_statistics(net, found.batch(request.batch_size)[0])
        net.eval()
    return found


def _from_state(request: TrainedRequest, state: bytes | None) -> Trained:
    if state is None:
        limit = "runs are a server's, and this program has none"
        raise FieldError("run", request.run, limit, "ask the server by POST /api/experiments, or name variants")
    device = device_of(request.device)
    kept = weights.load(state)
    nets = tuple(one.build() for one in kept)
    for net in nets:
        put_weights(net, memory_format_of(net.architecture, request.channels_last, device))
        net.to(device).requires_grad_(False).eval()
    size = adapt_all(request)[0].image_size
    dataset = load(request.dataset, image_size=size, seed=request.seed).on(device)
    return Trained(tuple(one.label for one in kept), nets, dataset)


def _take_statistics(net: nn.Module, images: Tensor) -> None:
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        net(images)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
