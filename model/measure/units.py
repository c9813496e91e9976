"""Which units of an activation were other than zero for any image, at any position; the others are dead."""

import torch
from torch import Tensor

DIMENSIONS = (2, 4, 5)
"""Of tensors [N, C, …] a unit is one of C. Of three dimensions it may be the second or the third, so none is told."""

WIDE = 64
"""Positions in an image."""


class Units:
    """The units of all tensors that pass within a step; on another device nothing waits for it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self._alive: Tensor | None = None
        self._is_unknown = False

    def add(self, x: Tensor) -> None:
        """Look at a tensor that needs no gradient."""
        self._is_unknown |= x.dim() not in DIMENSIONS or x.dtype.itemsize == 1
        if not self._is_unknown and x.numel():
            self._join(_alive_in(x))

    def _join(self, alive: Tensor) -> None:
        if self._alive is None:
            self._alive = alive
        elif self._alive.shape == alive.shape:
            self._alive = self._alive | alive
        else:
            self._is_unknown = True

    def merge(self, other: "Units") -> None:
        """Add what others have seen, and empty those."""
        self._is_unknown |= other._is_unknown
        if other._alive is not None:
            self._join(other._alive)
        other.reset()

    @property
    def num_dead(self) -> Tensor | None:
        """Return how many were zero for every image at every position; None where it cannot be told."""
        return None if self._is_unknown or self._alive is None else self._alive.logical_not().sum()


def _alive_in(x: Tensor) -> Tensor:
    if not x.is_cpu:
        return _any(x)
    # most units show in the first image; of the others alone are all the images read
    first = x[0].flatten(1) if x.dim() > 2 else x[:1].t()
    # of wide maps the largest number is found in a fifth of the time; where it is 0 there may be negative ones
    alive = first.amax(1) != 0 if first.shape[1] >= WIDE else torch.any(first, 1)
    if not alive.all():
        waiting = alive.logical_not().nonzero().view(-1)
        alive[waiting] = _any(x.index_select(1, waiting))
    return alive


def _any(x: Tensor) -> Tensor:
    return torch.any(x.transpose(0, 1).flatten(1), 1)
