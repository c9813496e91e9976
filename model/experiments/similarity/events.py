"""How alike the layers of trained networks are: within each network, and between each two (Kornblith et al. 2019)."""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.similarity.cka import Alignment, gram
from skipscope.model.experiments.similarity.figure import figure_of
from skipscope.model.experiments.similarity.kind import SIMILARITY, SimilarityRequest, chosen_layers
from skipscope.model.experiments.similarity.layers import Layers, to_dict
from skipscope.model.experiments.trained import Trained, trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.network.resnet import ResNet


def start(request: SimilarityRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


def _events(request: SimilarityRequest, state: bytes | None) -> Generator[Event | None]:
    rounds = max(1, request.minibatches)
    networks = yield from trained(request, rounds * len(request.variants), state, SIMILARITY)
    found = _Found(networks)
    pace = Pace(request.steps, request.steps + rounds * len(networks.nets), found.to_dict, figure_of)
    yield from pace.events(_work(request, networks, found))


class _Found:
    """Errors and similarities of the networks, as far as they are known."""

    def __init__(self, networks: Trained) -> None:
        self._labels, self.errors = networks.labels, list[float]()
        self._layers = [_names(net) for net in networks.nets]
        self.alignment = Alignment(len(networks.nets))

    def to_dict(self) -> dict[str, Any]:
        if not self.errors:
            return {"variants": [], "pairs": [], "sentences": []}
        return to_dict(self._labels, self._layers, self.errors, self.alignment.cka())


def _names(net: ResNet) -> Layers:
    names = ("stem", *net.blocks)
    return tuple(names[number] for number in chosen_layers(len(names)))


def _work(request: SimilarityRequest, networks: Trained, found: _Found) -> Iterator[bool]:
    data = networks.dataset
    generator = torch.Generator().manual_seed(request.seed)
    for images, labels in _batches(data.test_pixels, data.test_labels, request, generator):
        for net in networks.nets:
            grams, last = list[Tensor](), list[Tensor]()
            chosen = chosen_layers(len(net.blocks) + 1)
            for number, parts in enumerate(trunk(net, data.prepare(images).split(request.batch_size))):
                last = parts
                if number in chosen:
                    grams.append(gram(torch.cat([part.flatten(1) for part in parts]), unbiased=request.minibatches > 0))
                yield False
            if len(found.errors) < len(networks.nets):
                found.errors.append(_error(net, last, data.send(labels)))
            found.alignment.add(grams)
            yield True


def _batches(
    pixels: Tensor, labels: Tensor, request: SimilarityRequest, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield images with their labels: the first ones, or draws of so many, all of them before one comes again."""
    count = min(request.images, len(labels))
    if not request.minibatches:
        yield pixels[:count], labels[:count]
        return
    waiting = torch.empty(0, dtype=torch.int64)
    for _ in range(request.minibatches):
        if len(waiting) < count:
            waiting = torch.randperm(len(labels), generator=generator)
        yield pixels[waiting[:count]], labels[waiting[:count]]
        waiting = waiting[count:]


@torch.no_grad()
def trunk(net: ResNet, images: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Yield the outputs of the stem and of each block, for images in parts; those of one layer at a time are kept."""
    parts = [net.enter_trunk(part) for part in images]
    yield parts
    for block in net.blocks.values():
        parts = [block(part) for part in parts]
        yield parts


@torch.no_grad()
def _error(net: ResNet, parts: Sequence[Tensor], labels: Tensor) -> float:
    logits = torch.cat([net.leave_trunk(part) for part in parts])
    right = (logits.argmax(1) == labels) & logits.isfinite().all(1)
    return 1 - right.double().mean().item()
