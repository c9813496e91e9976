"""The loss of a network on a plane through its weights, which stay as they are (Li et al. 2018)."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

from skipscope.model.experiments.landscape.directions import Direction
from skipscope.model.experiments.landscape.straight import Straight

Numbers = tuple[float, float]
"""Loss and error, from 0 to 1."""


class Plane:
    """A plane that two directions span; norms keep the statistics that they have."""

    def __init__(
        self, net: nn.Module, images: Sequence[Tensor], labels: Tensor, directions: Sequence[Direction], *,
        loss_of: Callable[[Tensor, Tensor], Tensor] = functional.cross_entropy,
    ) -> None:  # fmt: skip
        """Take a network in evaluation mode, and images in parts of which each goes through it at once."""
        self._labels, self._loss_of = labels, loss_of
        self._parts = images
        self._program = Straight(net, images[0][:1])
        self._centre = self._program.weights.clone()
        self._directions = [self._program.vector_of(direction) for direction in directions]

    @torch.no_grad()
    def at(self, *distances: float) -> Numbers:
        """Return loss and error at a point, so far from the network in each direction."""
        weights = self._program.weights.copy_(self._centre)
        for direction, distance in zip(self._directions, distances, strict=True):
            weights.add_(direction, alpha=distance)
        logits = torch.cat([self._program(part) for part in self._parts])
        loss = self._loss_of(logits, self._labels).item()
        right = (logits.argmax(1) == self._labels) & logits.isfinite().all(1)
        return loss, 1 - right.double().mean().item()


class Planes:
    """A plane in as many copies as there are threads. A point is the work of one: layers are too small to share."""

    def __init__(self, make: Callable[[], Plane], num_threads: int) -> None:
        self._planes = [make() for _ in range(num_threads)]

    @property
    def num_threads(self) -> int:
        """Return how many points are measured at once."""
        return len(self._planes)

    def at(self, points: Sequence[Sequence[float]]) -> list[Numbers]:
        """Return loss and error at points, no more than there are threads."""
        assert len(points) <= len(self._planes)
        if len(points) == 1:
            with _one_thread():
                return [self._planes[0].at(*points[0])]
        with _one_thread(), ThreadPoolExecutor(len(points)) as pool:
            return list(pool.map(lambda plane, point: plane.at(*point), self._planes[: len(points)], points))


@contextmanager
def _one_thread() -> Generator[None]:
    """Let each operation work on one thread, so that a point is the same however many there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
