"""Which units of an activation were other than zero for any image, at any position; the others are dead."""

import numpy as np
import torch
from torch import Tensor

from skipscope.model.measure.reductions import Mask

DIMENSIONS = (2, 4, 5)
"""Of tensors [N, C, …] a unit is one of C. Of three dimensions it may be the second or the third, so none is told."""


class Units:
    """The units of all tensors that pass within a step; on another device nothing waits for it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self._alive: Tensor | None = None
        self._is_unknown = False

    def add(self, x: Tensor, mask: Mask | None) -> None:
        """Look at a tensor that needs no gradient; `mask` says where it is not zero, in the order of `flat`."""
        self._is_unknown |= x.dim() not in DIMENSIONS or x.dtype.itemsize == 1
        if not self._is_unknown and x.numel():
            self._join(_any(x) if mask is None else _alive_in(x, mask))

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


def _alive_in(x: Tensor, mask: Mask) -> Tensor:
    num_images, num_units = x.shape[:2]
    is_last = x.dim() == 4 and not x.is_contiguous() and x.is_contiguous(memory_format=torch.channels_last)
    maps = mask.reshape(num_images, -1, num_units) if is_last else mask.reshape(num_images, num_units, -1)
    # most units show in the first image; of the others alone are all the images read
    alive = _join_rows(maps[0]) if is_last else _join_columns(maps[0])
    if not alive.all():
        waiting = np.flatnonzero(~alive)
        alive[waiting] = maps[:, :, waiting].any((0, 1)) if is_last else maps[:, waiting].any((0, 2))
    return torch.from_numpy(alive)


def _join_rows(image: Mask) -> Mask:
    # eight at a time
    words = image.view(np.uint64) if image.shape[1] % 8 == 0 else image
    return np.bitwise_or.reduce(words, axis=0).view(np.bool_)


def _join_columns(image: Mask) -> Mask:
    words = image.view(np.uint64) if image.shape[1] % 8 == 0 else image
    return np.bitwise_or.reduce(words, axis=1) != 0


def _any(x: Tensor) -> Tensor:
    return torch.any(x.transpose(0, 1).flatten(1), 1)
