"""The loss around networks, on a plane of two random directions through their weights (Li et al. 2018)."""

import math
from collections.abc import Generator, Iterator, Sequence

import torch
from torch import Tensor

from skipscope.model.data.loader import Dataset
from skipscope.model.experiments.frozen import parts_of
from skipscope.model.experiments.landscape.directions import draw_direction
from skipscope.model.experiments.landscape.figure import figure_of
from skipscope.model.experiments.landscape.grid import COARSEST, points_of
from skipscope.model.experiments.landscape.kind import BAND, LANDSCAPE, BandRequest, LandscapeRequest
from skipscope.model.experiments.landscape.plane import Plane, Planes
from skipscope.model.experiments.landscape.terrain import Terrain, landscapes_of
from skipscope.model.experiments.pace import Pace
from skipscope.model.experiments.trained import Trained, trained
from skipscope.model.jobs.job import Event, Job
from skipscope.model.network.resnet import ResNet


def start(request: LandscapeRequest, state: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request, state))


def start_band(request: BandRequest, state: bytes | None) -> Job:
    """Begin with some of the points; the networks are those of a `state`, if there is one."""
    band = _Band(request, state)
    return Job(band.events(), final=band.final)


def planes_of(net: ResNet, images: Tensor, labels: Tensor, seed: int) -> Planes:
    """Return a plane through a network; nets whose weights have the same shapes draw the same numbers."""
    generator = torch.Generator().manual_seed(seed)
    directions = [draw_direction(net, generator) for _ in range(2)]
    parts = parts_of(net, images)
    num_threads = torch.get_num_threads() if images.is_cpu else 1
    return Planes(lambda: Plane(net, parts, labels, directions), num_threads)


def _images(request: LandscapeRequest, data: Dataset) -> tuple[Tensor, Tensor]:
    held_out = request.part == "held_out"
    pixels, labels = (data.test_pixels, data.test_labels) if held_out else (data.train_pixels, data.train_labels)
    return data.prepare(pixels[: request.images]), data.send(labels[: request.images])


def _events(request: LandscapeRequest, state: bytes | None) -> Generator[Event | None]:
    order = list(points_of(request.points))
    pieces = 1 + len(order) - COARSEST
    networks = yield from trained(request, pieces, state, LANDSCAPE)
    planes, found = _prepared(request, networks)
    pace = Pace(request.steps, request.steps + pieces, lambda: landscapes_of(found), figure_of)
    yield from pace.events(_work(planes, found, order, COARSEST))


class _Band:
    """Some of the points of a landscape; the first band trains the networks, or has those of a run."""

    def __init__(self, request: BandRequest, state: bytes | None) -> None:
        self._request, self._state = request, state
        self._networks: Trained | None = None

    def final(self) -> bytes:
        """Return the networks, for the bands that go on from them; nothing if they have not trained to their end."""
        return b"" if self._networks is None else self._networks.save(self._request.steps)

    def events(self) -> Generator[Event | None]:
        request = self._request
        order = list(points_of(request.points))[request.begin : request.end]
        # the whole has a first picture as soon as the coarsest grid is measured
        coarsest = 1 if request.begin else len(order)
        trains = self._state is None or request.weights is not None
        steps, pieces = request.steps if trains else 0, 1 + len(order) - coarsest
        networks = self._networks = yield from trained(request, pieces, self._state, BAND)
        planes, found = _prepared(request, networks)
        pace = Pace(steps, steps + pieces, lambda: {"terrains": [one.known_dict() for one in found]}, lambda _: None)
        yield from pace.events(_work(planes, found, order, coarsest))


def _prepared(request: LandscapeRequest, networks: Trained) -> tuple[list[Planes], list[Terrain]]:
    images, labels = _images(request, networks.dataset)
    planes = [planes_of(net, images, labels, request.seed) for net in networks.nets]
    found = [
        Terrain(
            label, request.points, request.span,
            num_images=len(labels), chance=math.log(net.architecture.num_classes),
        )
        for label, net in zip(networks.labels, networks.nets, strict=True)
    ]  # fmt: skip
    return planes, found


def _work(
    planes: Sequence[Planes], found: Sequence[Terrain], order: Sequence[tuple[int, int]], coarsest: int
) -> Iterator[bool]:
    """Measure all networks at some points, then at the next; so many of the coarsest are one piece of work."""
    places, most = found[0].places, planes[0].num_threads
    for begin in range(0, len(order), most):
        points = order[begin : begin + most]
        for terrain, plane in zip(found, planes, strict=True):
            numbers = plane.at([(places[column], places[row]) for row, column in points])
            terrain.known.update(zip(points, numbers, strict=True))
            yield False
        for number in range(begin, begin + len(points)):
            yield number + 1 >= coarsest
