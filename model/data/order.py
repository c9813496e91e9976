"""The order in which images are shown: a permutation for each epoch, drawn one after the other from the seed."""

from typing import Self, TypedDict

import torch
from torch import Tensor


class OrderState(TypedDict):
    """The random state before the permutation of an epoch, and the order that it belongs to."""

    seed: int
    count: int
    epoch: int
    generator: Tensor


class Order:
    """Yield (number of images shown before, indices of the batch) for ever, from batch `start` on.

    Permutations of earlier epochs are drawn and dropped, since each leaves the random state to the next. `known`, the
    state of an order of the same seed and as many images, replaces those before its epoch: going on from there takes
    the same time at every step. A state that does not fit is ignored.
    """

    def __init__(
        self, count: int, batch_size: int, seed: int, *, start: int = 0, known: OrderState | None = None
    ) -> None:
        self._count, self._seed, self._step = count, seed, start
        self._size = min(batch_size, count)
        self._generator = torch.Generator().manual_seed(seed)
        self._epoch = 0
        if known is not None and (known["seed"], known["count"]) == (seed, count) and known["epoch"] <= self._due()[0]:
            self._epoch = known["epoch"]
            self._generator.set_state(known["generator"])
        self._draw()
        self._advance(self._due()[0])

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[int, Tensor]:
        epoch, index = self._due()
        self._advance(epoch)
        shown = self._step * self._size
        self._step += 1
        return shown, self._permutation[index * self._size : (index + 1) * self._size]

    def state(self) -> OrderState:
        """Return the state from which an order of the same images goes on."""
        return {"seed": self._seed, "count": self._count, "epoch": self._epoch, "generator": self._before}

    def _due(self) -> tuple[int, int]:
        """Return the epoch of the next batch and its index in it; images that fill no batch are left out."""
        return divmod(self._step, self._count // self._size)

    def _advance(self, epoch: int) -> None:
        while self._epoch < epoch:
            self._epoch += 1
            self._draw()

    def _draw(self) -> None:
        self._before = self._generator.get_state()
        self._permutation = torch.randperm(self._count, generator=self._generator)
