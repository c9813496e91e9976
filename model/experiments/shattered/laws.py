"""The laws of the correlation of two inputs' gradients, in the limit of wide layers: x' = W phi(x) or x + W phi(x), phi
the ReLU, the variance of weights 2 over the width, inputs independent (Balduzzi et al. 2017; Cho & Saul 2009)."""

from collections.abc import Sequence
from math import acos, pi, sqrt


def kappa_0(r: float) -> float:
    """Return the share of units that are active for one of two inputs and for the other too, twice."""
    return (pi - acos(_within(r))) / pi


def kappa_1(r: float) -> float:
    """Return the correlation of a layer's outputs for two inputs, of the correlation of its own inputs."""
    r = _within(r)
    return (sqrt(1 - r * r) + r * (pi - acos(r))) / pi


def _within(r: float) -> float:
    return max(-1.0, min(1.0, r))


def correlations(depths: Sequence[int], *, residual: bool, normed: bool) -> list[float]:
    """Return the correlation of the gradients of two independent inputs, after each number of layers.

    With batch norm, whose statistics stay as they are, each layer's inputs are uncorrelated, for the mean over the
    batch is taken out.
    """
    found = {0: 1.0}
    r, variance, correlation = 0.0, 1.0, 1.0
    for depth in range(1, max(depths) + 1):
        # the part of the gradient through F, over the part by the shortcut
        share = 1 / variance if normed else 1.0
        through = kappa_0(0.0 if normed else r)
        correlation *= (1 + share * through) / (1 + share) if residual else through
        variance += 1 - kappa_1(0.0)  # of a normed F, without the mean over the batch
        r = (r + kappa_1(r)) / 2 if residual else kappa_1(r)
        found[depth] = correlation
    return [found[depth] for depth in depths]


def papers_law(depth: int, *, residual: bool, normed: bool) -> float:
    """Return the paper's law, which is simpler: 2^-L; (3/4)^L; with batch norm 2^-L and 1/sqrt(L)."""
    if not residual:
        return 0.5**depth
    return 1 / sqrt(depth) if normed else 0.75**depth
