"""A sum of squares on a device that has no float64: float32 alone would lose the very small and the very large."""

from collections.abc import Iterator
from typing import Self

import torch
from torch import Tensor

NO_FLOAT64 = frozenset({"mps"})
"""Devices without such numbers."""


class Scaled:
    """Parts that stay on the device, two numbers each: a scale, and the norm of what was divided by it.

    Parts add up, and are multiplied, on the host, in float64.
    """

    def __init__(self, parts: tuple[tuple[Tensor, Tensor], ...], factor: float = 1.0) -> None:
        self._parts, self._factor = parts, factor

    @classmethod
    def of(cls, x: Tensor) -> Self:
        """Sum the squares of a tensor that has elements."""
        x = x.float()
        largest = torch.linalg.vector_norm(x, float("inf"))
        scale = torch.where(largest > 0, largest, 1.0)  # of NaN too, which the norm then has
        return cls(((scale, torch.linalg.vector_norm(x / scale)),))

    def __add__(self, other: "Scaled | float") -> "Scaled":
        if isinstance(other, Scaled):
            assert self._factor == other._factor == 1, "what is multiplied is not added to"
            return Scaled((*self._parts, *other._parts))
        assert other == 0, "a sum begins with nothing"
        return self

    __radd__ = __add__

    def __rmul__(self, factor: float) -> "Scaled":
        return Scaled(self._parts, self._factor * factor)

    @property
    def tensors(self) -> list[Tensor]:
        """Return the numbers on the device."""
        return [number for part in self._parts for number in part]

    def value(self, arrived: Iterator[float]) -> float:
        """Return the sum, with the numbers as they have come over."""
        return self._factor * sum((next(arrived) * next(arrived)) ** 2 for _ in self._parts)
