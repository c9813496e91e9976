"""Two tensors to the products of their images, one after the other."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from skipscope.model.measure import scaled
from skipscope.model.measure.reductions import LARGEST, SMALLEST

LEAST, MOST = math.sqrt(SMALLEST), math.sqrt(LARGEST)
"""Norms in between come of squares that lost nothing that matters in float32."""


class Norms(NamedTuple):
    """The L2 norm of each image, the first dimension, on the device; whether float32 is exact enough for it.

    A device without float64 divides each image by its largest number before.
    """

    numbers: Tensor
    exact: bool


def norms_of(x: Tensor) -> Norms:
    """Return the norms of images. On the CPU float32 is summed as it is, unless it under- or overflows; all else in
    float64."""
    images = _dimensions(x)
    if x.device.type in scaled.NO_FLOAT64:
        return Norms(torch.linalg.vector_norm(_scaled(x), dim=images), exact=False)
    if x.is_cpu and x.dtype is torch.float32 and x.numel():
        numbers = torch.linalg.vector_norm(x, dim=images)
        least, most = torch.aminmax(numbers)
        if least.item() > LEAST and most.item() < MOST:
            return Norms(numbers, exact=True)
    return Norms(torch.linalg.vector_norm(x, dim=images, dtype=torch.float64), exact=False)


def dots_of(a: Tensor, b: Tensor, *, exact: bool) -> Tensor:
    """Return the product of each image of a with that of b; `exact`: float32 is exact enough for both."""
    # a product of matrices would take five times as long, and autocast would take its digits
    if exact:
        return (a * b).sum(_dimensions(a))
    if a.device.type in scaled.NO_FLOAT64:
        return (_scaled(a) * _scaled(b)).sum(_dimensions(a))
    return (a.double() * b).sum(_dimensions(a))


def _dimensions(x: Tensor) -> tuple[int, ...]:
    return tuple(range(1, x.dim()))


def _scaled(x: Tensor) -> Tensor:
    x = x.float()
    largest = x.abs().amax(_dimensions(x), keepdim=True)
    return x / torch.where(largest > 0, largest, 1.0)  # of NaN too, which the quotient then has
