"""The mean angle between tensors that blocks have: one cosine an image, of the first images of each batch."""

from collections.abc import Iterable
from typing import NamedTuple, cast

import torch
from torch import Tensor

from skipscope.model.measure import scaled
from skipscope.model.measure.plain import why_not
from skipscope.model.measure.products import Norms, dots_of, norms_of
from skipscope.model.measure.reductions import Count, wide
from skipscope.model.measure.trail import Trail

IMAGES = 8
"""So many images of each batch are looked at: those of a branch are kept until its gradient comes."""


class Found(NamedTuple):
    """The numbers of one pass: of each image the product of two tensors, and the norms of both."""

    dots: Tensor
    norms: Tensor
    others: Tensor
    sign: int
    whole: bool


class Angle:
    """The mean of the cosines of all images that pass within a step; an image with a vector of zeros does not count."""

    NUMBERS = ("total", "counted")

    def __init__(self) -> None:
        self.epoch = 0
        """Counts resets: a hook on a graph that outlives its step does nothing."""
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.total: Count = 0.0
        self.counted: Count = 0.0
        self.found: list[Found] = []
        self._counts_parts = self.is_lost = False
        self.epoch += 1

    def count_part(self) -> None:
        """Count the gradients of torch.autograd.grad, for there are no others."""
        self._counts_parts = True

    def due(self) -> Iterable[Found]:
        """Return, once, all that passes have brought and that counts."""
        found, self.found = self.found, []
        return (one for one in found if one.whole or self._counts_parts)

    def mean(self) -> float | None:
        """Return the mean cosine; None where no image counted."""
        return None if self.is_lost or not self.counted else cast("float", self.total) / cast("float", self.counted)


def settle(angles: Iterable[Angle]) -> None:
    """Sum the cosines of all angles, together; on a device they stay there."""
    waiting: dict[tuple[torch.device, int], list[tuple[Angle, Found]]] = {}
    for angle in angles:
        for one in angle.due():
            waiting.setdefault((one.others.device, one.others.numel()), []).append((angle, one))
    for pairs in waiting.values():
        _sum_up(pairs)


@torch.no_grad()
def _sum_up(pairs: list[tuple[Angle, Found]]) -> None:
    dots, norms, others = (torch.stack(column) for column in zip(*[one[:3] for _, one in pairs], strict=True))
    if norms.device.type not in scaled.NO_FLOAT64:
        dots, norms, others = dots.double(), norms.double(), others.double()
    lengths = norms * others
    is_counted = lengths != 0
    totals = torch.where(is_counted, dots / lengths, 0.0).sum(1)
    counts = wide(is_counted.sum(1))
    sums = zip(totals.tolist(), counts.tolist(), strict=True) if totals.is_cpu else zip(totals, counts, strict=True)
    for (angle, one), (total, count) in zip(pairs, sums, strict=True):
        angle.total = angle.total + one.sign * total
        angle.counted = angle.counted + count


class Branch:
    """The first images of F(x) of one block in one pass."""

    def __init__(self, branch: Tensor, number: int) -> None:
        self.number, self.shape = number, branch.shape
        images = branch.detach()
        # a part of a tensor would keep the whole
        self.images = images[:IMAGES].clone() if len(images) > IMAGES else images
        self._version = self.images._version
        self.norms: Norms | None = None
        self.met_before = self.met_next = False

    def measure(self) -> Norms:
        """Return the norms of the images."""
        if self.norms is None:
            self.norms = norms_of(self.images)
        return self.norms

    def meet(self, x: Tensor, norms: Norms, angle: Angle, *, sign: int = 1, whole: bool = True) -> None:
        """Add the cosines with the images of x, of which the norms are given."""
        if self.images._version != self._version:
            angle.is_lost = True
            return
        own = self.measure()
        dots = dots_of(self.images, x, exact=own.exact and norms.exact)
        angle.found.append(Found(dots, norms.numbers, own.numbers, sign, whole))


class Descent:
    """The gradient at the input of a block in one pass, which meets the branch of that pass."""

    def __init__(self, angle: Angle, trail: Trail, x: Tensor) -> None:
        self._angle, self._trail, self._shape = angle, trail, x.shape
        self._branch: Branch | None = None

    @property
    def epoch(self) -> int:
        """Count resets."""
        return self._angle.epoch

    def wait(self, branch: Branch) -> None:
        """Expect a gradient for a branch, which it meets if both are of one shape."""
        if branch.shape == self._shape:
            self._branch = branch

    def seen_of(self, gradient: Tensor) -> Tensor:
        """Return the part of a gradient that is looked at."""
        return gradient[:IMAGES]

    def add(self, x: Tensor) -> bool:
        """Meet the whole gradient."""
        self._meet(x, whole=True)
        return True

    def add_part(self, x: Tensor) -> None:
        """Meet the gradient of a pass of torch.autograd.grad."""
        self._meet(x, whole=False)
        self._trail.have_part(self._angle.count_part)

    def lose(self, problem: str) -> None:
        """Be told that the angle cannot be told in this step."""
        self._angle.is_lost = True

    @torch.no_grad()
    def _meet(self, x: Tensor, *, whole: bool) -> None:
        branch, self._branch = self._branch, None
        if branch is not None and why_not(x) is None:
            seen = self.seen_of(x.detach())
            branch.meet(seen, norms_of(seen), self._angle, sign=-1, whole=whole)
