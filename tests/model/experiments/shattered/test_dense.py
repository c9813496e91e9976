"""Random fully connected networks: against plain autograd, and against the laws."""

import math

import pytest
import torch
from torch import Tensor

from skipscope.model.experiments.shattered import laws
from skipscope.model.experiments.shattered.dense import EPS, SHAPES, Shape, correlations, mean_cosine

# Balduzzi et al. 2017, and our own measurements at width 512
DEPTHS = (1, 2, 4, 8)
TOLERANCE = 0.03


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_correlations_follow_the_law(shape: Shape) -> None:
    generator = torch.Generator().manual_seed(0)
    draws = [correlations(shape, DEPTHS, width=512, inputs=64, generator=generator) for _ in range(4)]
    found = [math.fsum(values) / len(values) for values in zip(*draws, strict=True)]
    law = laws.correlations(DEPTHS, residual=shape.residual, normed=shape.normed)
    assert found == pytest.approx(law, abs=TOLERANCE)


def by_autograd(shape: Shape, depth: int, deepest: int, *, frozen: bool = True) -> Tensor:
    """Return the gradients by 8 inputs, of the numbers that the function draws."""
    generator = torch.Generator().manual_seed(1)
    first = x = torch.randn(8, 16, generator=generator).requires_grad_()
    weights = [torch.randn(16, 16, generator=generator) * math.sqrt(2 / 16) for _ in range(deepest)]
    for weight in weights[:depth]:
        mean, variance = x.mean(0), x.var(0, correction=0)
        if frozen:
            mean, variance = mean.detach(), variance.detach()
        z = (x - mean) / (variance + EPS).sqrt() if shape.normed else x
        f = z.relu() @ weight.T
        x = x + f if shape.residual else f
    direction = torch.randn(16, generator=generator)
    return torch.autograd.grad((x @ direction).sum(), first)[0]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_gradients_are_autograd_s_with_frozen_statistics(shape: Shape) -> None:
    found = correlations(shape, (1, 2, 5), width=16, inputs=8, generator=torch.Generator().manual_seed(1))
    assert found == pytest.approx([mean_cosine(by_autograd(shape, depth, 5)) for depth in (1, 2, 5)], rel=1e-4)


def test_with_statistics_that_follow_the_batch_gradients_add_up_to_nothing() -> None:
    gradients = by_autograd(Shape(residual=False, normed=True), 3, 3, frozen=False)
    torch.testing.assert_close(gradients.sum(0), torch.zeros(16), rtol=0, atol=1e-4)
    frozen = by_autograd(Shape(residual=False, normed=True), 3, 3)
    assert frozen.sum(0).abs().max() > 0.1


def test_the_mean_cosine_is_that_of_each_two() -> None:
    rows = torch.randn(5, 3, 2, generator=torch.Generator().manual_seed(0))
    pairs = [(i, j) for i in range(5) for j in range(i)]
    each = [torch.cosine_similarity(rows[i].flatten(), rows[j].flatten(), dim=0).item() for i, j in pairs]
    assert mean_cosine(rows) == pytest.approx(sum(each) / len(each), rel=1e-5)
    assert math.isnan(mean_cosine(torch.zeros(3, 4)))
