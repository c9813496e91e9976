"""One tensor to one number: sums of squares and counts, exact where float32 alone would not be.

On the CPU a number is a float at once. On another device it stays there, a float64 tensor without dimensions (or Scaled
where there is no float64), until `bring_over` fetches all in one copy: nothing waits for the device.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from skipscope.model.measure import native, scaled
from skipscope.model.measure.scaled import Scaled

SMALLEST, LARGEST = 1e-30, 1e36
"""Float32 sums of squares in between lost nothing that matters to underflow or overflow."""
SHORT, ROW = 2**19, 2**14
"""A float32 dot product of `SHORT` elements is exact to 5e-4 where all are equal, far better where they are not; of 25
million to 2e-2 only. Of more, rows of `ROW` are summed by all threads and add up in float64."""
TOGETHER = 2**16
"""Calling for the sum of so few elements takes longer than the sum."""

Count = float | Tensor
Number = Count | Scaled


def flat(x: Tensor) -> Tensor:
    """View a dense tensor of any memory format as one dimension; copy where it is not dense."""
    if x.is_contiguous():
        return x.view(-1)
    if x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last):
        return x.as_strided((x.numel(),), (1,))
    return x.reshape(-1)


def _dot(row: Tensor) -> float:
    if row.numel() <= SHORT:
        return row.dot(row).item()
    end = row.numel() // ROW * ROW
    norms = torch.linalg.vector_norm(row[:end].view(-1, ROW), dim=1).double()
    total, rest = norms.dot(norms).item(), row[end:]
    return total + rest.dot(rest).item() if end < row.numel() else total


def sum_of_squares(x: Tensor) -> Number:
    """Sum the squares of a tensor that needs no gradient.

    If float32 under- or overflows the sum is computed again in float64, so that 0 is an exact zero; a result that is
    not finite stands for elements that are not.
    """
    if x.is_complex():
        x = torch.view_as_real(x.resolve_conj())
    if x.dtype.itemsize == 1:
        # eight-bit floats, which torch stores and does not reduce
        x = x.float()
    if not x.is_cpu:
        if x.device.type in scaled.NO_FLOAT64:
            return Scaled.of(x) if x.numel() else 0.0
        norm = torch.linalg.vector_norm(x, dtype=torch.float64)
        return norm * norm
    engine = native.load()
    if engine is not None:
        return engine.sum_of_squares(x)
    if x.dtype is torch.float32 or x.dtype is torch.bfloat16:
        row = flat(x)
        total = _dot(row if row.dtype is torch.float32 else row.float())
        if SMALLEST < total < LARGEST:
            return total
    if x.numel() == 0:
        return 0.0
    norm = torch.linalg.vector_norm(x, dtype=torch.float64).item()
    return norm * norm


def sums_of_squares(tensors: Sequence[Tensor]) -> list[Number]:
    """Sum the squares of each of several tensors; those that are short take one call together."""
    engine = native.load()
    if engine is not None and all(x.is_cpu for x in tensors):
        return cast("list[Number]", engine.sums_of_squares(tensors))
    short = [x for x in tensors if _is_short(x)]
    norms = iter(torch.stack(torch._foreach_norm(short)).tolist() if short else ())
    sums: list[Number] = []
    for x in tensors:
        squares = next(norms) ** 2 if _is_short(x) else LARGEST
        sums.append(squares if SMALLEST < squares < LARGEST else sum_of_squares(x))
    return sums


def _is_short(x: Tensor) -> bool:
    return x.numel() <= TOGETHER and x.is_cpu and x.dtype is torch.float32


def plus(one: Number, other: Number) -> Number:
    """Add two numbers of one device, or nothing yet and a number."""
    if isinstance(one, Scaled):
        assert not isinstance(other, Tensor), "numbers of a device are of one make"
        return one + other
    return one + cast("Count", other)


def num_nonfinite(x: Tensor, squares: Number) -> Count:
    """Count NaN and infinite elements of a tensor whose sum of squares is known."""
    if not isinstance(squares, float):
        return x.numel() - wide(torch.isfinite(x).sum())
    return 0.0 if math.isfinite(squares) else x.numel() - torch.isfinite(x).sum().item()


def wide(count: Tensor) -> Tensor:
    """Return a count of a device in the widest numbers that it has."""
    return count.float() if count.device.type in scaled.NO_FLOAT64 else count.double()


def root(square: float) -> float:
    """Return the square root, NaN of NaN."""
    return math.sqrt(square) if square >= 0 else square


Mask = np.ndarray[Any, np.dtype[np.bool_]]


class NonzeroCounter:
    """Count what is not exactly zero, NaN included; -0 is a zero. Keeps one mask to write into, as large as needed."""

    def __init__(self) -> None:
        self.mask: Mask | None = None
        """The places that are not zero in the last tensor, as `flat` has them, until the next; None on a device."""
        # whatever device is the default
        self._mask = torch.empty(0, dtype=torch.bool, device="cpu")
        self._parts: dict[int, tuple[Tensor, Mask]] = {}

    def __call__(self, x: Tensor) -> Count:
        if not x.is_cpu:
            self.mask = None
            return wide(torch.count_nonzero(x))
        mask, self.mask = self._parts.get(x.numel()) or self._part(x.numel())
        # converting is vectorised and each thread reads what it has just written, which no comparison of torch's is
        mask.copy_(flat(x))
        return float(np.count_nonzero(self.mask))

    def _part(self, size: int) -> tuple[Tensor, Mask]:
        if self._mask.numel() < size:
            self._mask = torch.empty(size, dtype=torch.bool, device="cpu")
            self._parts.clear()
        part = self._mask[:size]
        self._parts[size] = part, part.numpy()
        return self._parts[size]


def bring_over(numbers: Sequence[Number]) -> list[float]:
    """Return numbers as floats; those that lie on a device come in one copy, from each device."""
    waiting: dict[torch.device, list[Tensor]] = {}
    for number in numbers:
        for tensor in _tensors_of(number):
            waiting.setdefault(tensor.device, []).append(tensor)
    arrived = {device: iter(cast("list[float]", torch.stack(own).tolist())) for device, own in waiting.items()}
    return [_brought(number, arrived) for number in numbers]


def _tensors_of(number: Number) -> list[Tensor]:
    if isinstance(number, Tensor):
        return [number]
    return number.tensors if isinstance(number, Scaled) else []


def _brought(number: Number, arrived: dict[torch.device, Iterator[float]]) -> float:
    if isinstance(number, Tensor):
        return next(arrived[number.device])
    return number.value(arrived[number.tensors[0].device]) if isinstance(number, Scaled) else number
