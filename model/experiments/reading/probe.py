"""A linear probe in closed form: ridge regression on standardised features, solved in float64."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Probe(NamedTuple):
    """Scores of the classes that are linear in the features: z W + b, z the standardised features.

    W and b have the least mean of |z W + b - y|^2, y the class as a vector of zeros and a one, plus `ridge` |W|^2.
    """

    mean: Tensor
    deviation: Tensor
    weights: Tensor
    bias: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """Return the scores, [N, classes] float64, of features, [N, C]; those of an image add up to 1."""
        return (features.double() - self.mean) / self.deviation @ self.weights + self.bias


def fit(features: Tensor, labels: Tensor, num_classes: int, ridge: float) -> Probe | None:
    """Fit a probe to features, [N, C], and labels, [N]; return None if a feature is not finite.

    A feature that is the same for all images has no part in it.
    """
    x = features.double()
    if not x.isfinite().all():
        return None
    mean, deviation = x.mean(0), x.std(0, correction=0)
    deviation = torch.where(deviation > 0, deviation, 1.0)
    y = nn.functional.one_hot(labels, num_classes).double()
    bias = y.mean(0)
    return Probe(mean, deviation, solve((x - mean) / deviation, y - bias, ridge), bias)


def solve(z: Tensor, y: Tensor, ridge: float) -> Tensor:
    """Return W, [C, K], with the least mean of |z W - y|^2 over the rows plus `ridge` |W|^2."""
    count, width = z.shape
    normal = z.T @ z / count + ridge * torch.eye(width, dtype=z.dtype)
    return torch.cholesky_solve(z.T @ y / count, torch.linalg.cholesky(normal))
