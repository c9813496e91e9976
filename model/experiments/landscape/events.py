"""The loss around networks, on a plane of two random directions through their weights (Li et al. 2018)."""

import math
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from skipscope.model.data.loader import Dataset
from skipscope.model.experiments.landscape.directions import draw_direction
from skipscope.model.experiments.landscape.figure import figure_of
from skipscope.model.experiments.landscape.grid import COARSEST, points_of
from skipscope.model.experiments.landscape.kind import LandscapeRequest
from skipscope.model.experiments.landscape.plane import Plane, Planes
from skipscope.model.experiments.landscape.terrain import Terrain, sentence_of
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.trained import trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.network.resnet import ResNet

PART_BYTES = 2**20
"""Of a layer's output that goes through a network at once: it stays in the processor's cache."""


def start(request: LandscapeRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


def planes_of(net: ResNet, images: Tensor, labels: Tensor, seed: int) -> Planes:
    """Return a plane through a network; nets whose weights have the same shapes draw the same numbers."""
    generator = torch.Generator().manual_seed(seed)
    directions = [draw_direction(net, generator) for _ in range(2)]
    together = max(1, PART_BYTES // (net.graph.largest_output * images.element_size()))
    num_threads = torch.get_num_threads() if images.is_cpu else 1
    return Planes(lambda: Plane(net, images, labels, directions, together=together), num_threads)


def _images(request: LandscapeRequest, data: Dataset) -> tuple[Tensor, Tensor]:
    held_out = request.part == "held_out"
    pixels, labels = (data.test_pixels, data.test_labels) if held_out else (data.train_pixels, data.train_labels)
    return data.prepare(pixels[: request.images]), data.send(labels[: request.images])


def _events(request: LandscapeRequest, state: bytes | None) -> Generator[Event | None]:
    pieces = 1 + request.points**2 - COARSEST
    networks = yield from trained(request, pieces, state)
    images, labels = _images(request, networks.dataset)
    planes = [planes_of(net, images, labels, request.seed) for net in networks.nets]
    found = [
        Terrain(
            label, request.points, request.span,
            num_images=len(labels), chance=math.log(net.architecture.num_classes),
        )
        for label, net in zip(networks.labels, networks.nets, strict=True)
    ]  # fmt: skip
    pace = Pace(request.steps, request.steps + pieces, lambda: _wire(found), figure_of)
    yield from pace.events(_work(planes, found))


def _work(planes: Sequence[Planes], found: Sequence[Terrain]) -> Iterator[bool]:
    """Measure all networks at some points, then at the next; the coarsest grid is the first piece that counts."""
    order, places, most = list(points_of(found[0].points)), found[0].places, planes[0].num_threads
    for begin in range(0, len(order), most):
        points = order[begin : begin + most]
        for terrain, plane in zip(found, planes, strict=True):
            numbers = plane.at([(places[column], places[row]) for row, column in points])
            terrain.known.update(zip(points, numbers, strict=True))
            yield False
        for number in range(begin, begin + len(points)):
            yield number + 1 >= COARSEST


def _wire(found: Sequence[Terrain]) -> dict[str, Any]:
    variants = [one.to_dict() for one in found if one.has_centre]
    return {"variants": variants, "sentences": [sentence_of(one) for one in variants]}
