"""A random network of fully connected layers, and how alike its gradients are for two inputs (Balduzzi et al. 2017)."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor

EPS = 1e-5


class Shape(NamedTuple):
    """Which network: x' = W phi(x), or x + W phi(x), phi the ReLU, of x or of its batch norm."""

    residual: bool
    normed: bool

    @property
    def name(self) -> str:
        """Return its name for people."""
        return f"{'residual' if self.residual else 'plain'}, {'BatchNorm' if self.normed else 'no norm'}"


SHAPES = tuple(Shape(residual, normed) for normed in (False, True) for residual in (False, True))


class Layer(NamedTuple):
    """One layer of a forward pass: the derivative of its activation, norm included, and its weights."""

    slope: Tensor
    weight: Tensor


@torch.no_grad()
def correlations(
    shape: Shape, depths: Sequence[int], *, width: int, inputs: int, generator: torch.Generator
) -> list[float]:
    """Draw inputs and weights; return for each number of layers the mean correlation of two inputs' gradients.

    The gradient is that of a random direction of the outputs, by the input. The statistics of norms stay those of the
    forward pass: with those that follow the batch, gradients add up to 0, and the mean correlation is -1/(inputs - 1).
    """
    x, layers = torch.randn(inputs, width, generator=generator), list[Layer]()
    for _ in range(max(depths)):
        weight = torch.randn(width, width, generator=generator) * sqrt(2 / width)
        z, scale = x, torch.ones(width)
        if shape.normed:
            scale = (x.var(0, correction=0) + EPS).rsqrt()
            z = (x - x.mean(0)) * scale
        layers.append(Layer((z > 0) * scale, weight))
        f = z.relu() @ weight.T
        x = x + f if shape.residual else f
    direction = torch.randn(width, generator=generator)
    found, gradients = dict[int, float](), torch.empty(0, inputs, width)
    began = sorted(depths, reverse=True)
    for number in reversed(range(max(depths))):
        if number + 1 in depths:
            gradients = torch.cat([gradients, direction.expand(1, inputs, width)])
        slope, weight = layers[number]
        through = (gradients @ weight) * slope
        gradients = gradients + through if shape.residual else through
    for depth, own in zip(began, gradients, strict=True):
        found[depth] = mean_cosine(own)
    return [found[depth] for depth in depths]


def mean_cosine(gradients: Tensor) -> float:
    """Return the mean cosine of each two of some vectors, [n, ...]; NaN if one is 0."""
    rows = gradients.flatten(1).double()
    units = rows / torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    count = len(units)
    return ((units.sum(0).square().sum() - count) / (count * (count - 1))).item()
