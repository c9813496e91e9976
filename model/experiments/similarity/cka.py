"""Linear centred kernel alignment (CKA) of layers, through the Gram matrices of their features (Kornblith et al. 2019),
and without bias over minibatches (Nguyen et al. 2021)."""

from collections.abc import Sequence

import torch
from torch import Tensor

ROUNDING = 4 * torch.finfo(torch.float32).eps
"""Features that differ from their mean by a smaller part of their size are alike for all images: it is rounding."""


def gram(features: Tensor, *, unbiased: bool = False) -> Tensor:
    """Return the Gram matrix, [n, n] float64, of features, [n, ...], centred over the images.

    The sum of the product of two of them is HSIC but for a factor; the unbiased one is that of Song et al. 2012. It is
    0 if the features are the same for all images.
    """
    x = features.flatten(1).cpu().double()  # squares of a deep network's features leave the range of float32
    centred = x - x.mean(0)
    if torch.linalg.vector_norm(centred) <= ROUNDING * torch.linalg.vector_norm(x):
        return x.new_zeros(len(x), len(x))
    products = centred @ centred.T
    if not unbiased:
        return products
    count = len(x)
    products.fill_diagonal_(0)
    sums = products.sum(1) / (count - 2)
    products -= sums[:, None] + sums[None, :]
    products += sums.sum() / (count - 1)
    return products.fill_diagonal_(0)


class Alignment:
    """The sums of HSIC of all layers of some networks with all, over the rounds of images that are added."""

    def __init__(self, num_networks: int) -> None:
        self._num_networks = num_networks
        self._round: list[Tensor] = []
        self._sums: Tensor | None = None

    def add(self, grams: Sequence[Tensor]) -> None:
        """Take the Gram matrices of the next network's layers into account; after the last one a round begins anew."""
        self._round.append(torch.stack(list(grams)).flatten(1))
        if len(self._round) == self._num_networks:
            sums = self._products()
            self._sums = sums if self._sums is None else self._sums + sums
            self._round.clear()

    def _products(self) -> Tensor:
        rows = torch.cat(self._round)
        return rows @ rows.T

    def cka(self) -> Tensor:
        """Return the CKA of all layers with all, [L, L], in the order in which they were added: those of the whole
        rounds, or of the first one so far. It is NaN for a layer that is the same for all images."""
        sums = self._products() if self._sums is None else self._sums
        own = sums.diagonal()
        # each root alone: the product of two would leave the range
        found = sums / own.sqrt()[:, None] / own.sqrt()[None, :]
        return found.clamp(max=1.0)
