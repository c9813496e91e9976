"""A network that stays as it is, with blocks deleted or in another order: its loss and its error. Lesions go on from
the activations before them; norms are folded, and images go in parts that the cache holds."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from skipscope.model.experiments.frozen import Frozen, FrozenBlock, parts_of
from skipscope.model.network.resnet import ResNet

KEPT_BYTES = 128 * 2**20
"""Of activations that lesions go on from; those of the blocks before a lesion are the whole network's."""
CHANGES_SHAPE = "its output has another shape than its input, and it has no shortcut"

Numbers = tuple[float, float]
"""Loss and error, from 0 to 1."""
Parts = list[Tensor]
"""Activations, [n, C, H, W], of some images each."""


class Surgery:
    """Evaluate a network on images, whole and changed, without a gradient."""

    def __init__(self, net: ResNet, images: Tensor, labels: Tensor) -> None:
        self._labels = labels
        self._blocks = list(net.blocks.values())
        self._stem, self._head = Frozen(net.stem), Frozen(net.head)
        self._frozen = [FrozenBlock(block) for block in self._blocks]
        self.names = tuple(net.blocks)
        self.num_images = len(labels)
        self.influence: list[float | None] = []
        """For each block 1 - cos(x, y) of its input and output, in the mean of the images; None where shapes differ."""
        self.reasons: dict[int, str] = {}
        """For blocks that cannot be deleted, why."""
        self._shapes: list[torch.Size] = []
        self._kept: dict[int, Parts] = {}
        self.whole: Numbers = self._look(parts_of(net, images))
        self.deletable = [number for number in range(len(self._blocks)) if number not in self.reasons]
        self._stages = self._alike()

    @property
    def has_swaps(self) -> bool:
        """Say whether two blocks or more can change places."""
        return any(len(stage) > 1 for stage in self._stages)

    @torch.no_grad()
    def _look(self, images: Sequence[Tensor]) -> Numbers:
        """Run the whole network, and keep some of its activations."""
        xs = [self._stem(part) for part in images]
        every = max(1, -(-len(self._blocks) * _bytes_of(xs) // KEPT_BYTES))
        for number, (block, frozen) in enumerate(zip(self._blocks, self._frozen, strict=True)):
            self._shapes.append(xs[0].shape[1:])
            if number % every == 0:
                self._kept[number] = xs
            ys = [frozen(x) for x in xs]
            same = ys[0].shape == xs[0].shape
            self.influence.append(1 - _cosine(xs, ys) if same else None)
            if not same and not block.skip:
                self.reasons[number] = CHANGES_SHAPE
            xs = ys
        self._shapes.append(xs[0].shape[1:])
        return self._judge(xs)

    def _judge(self, xs: Parts) -> Numbers:
        logits = torch.cat([self._head(x) for x in xs])
        loss = nn.functional.cross_entropy(logits, self._labels).item()
        right = (logits.argmax(1) == self._labels) & logits.isfinite().all(1)
        return loss, 1 - right.double().mean().item()

    def without(self, deleted: set[int]) -> Numbers:
        """Delete blocks: the shortcut alone stays, or, of a block that has none, the input."""
        return self._run(range(len(self._blocks)), deleted)

    def reordered(self, swaps: int, generator: torch.Generator) -> Numbers:
        """Swap so many pairs of blocks, each within blocks whose input and output have one shape, drawn at random."""
        order = list(range(len(self._blocks)))
        pairs = [(a, b) for stage in self._stages for a in stage for b in stage if a < b]
        for number in torch.randint(len(pairs), (swaps,), generator=generator).tolist():
            a, b = pairs[number]
            order[a], order[b] = order[b], order[a]
        return self._run(order, set())

    @torch.no_grad()
    def _run(self, order: Sequence[int], deleted: set[int]) -> Numbers:
        first = min((i for i, number in enumerate(order) if i != number or number in deleted), default=len(order) - 1)
        begin = max(number for number in self._kept if number <= first)
        return self._judge([self._through(x, order[begin:], deleted) for x in self._kept[begin]])

    def _through(self, x: Tensor, order: Sequence[int], deleted: set[int]) -> Tensor:
        for number in order:
            if number not in deleted:
                x = self._frozen[number](x)
            elif self._blocks[number].skip:
                x = self._frozen[number].alone(x)
        return x

    def _alike(self) -> list[list[int]]:
        stages: dict[torch.Size, list[int]] = {}
        for number, (before, after) in enumerate(pairwise(self._shapes)):
            if before == after:
                stages.setdefault(before, []).append(number)
        return list(stages.values())


def _bytes_of(xs: Parts) -> int:
    return sum(x.numel() * x.element_size() for x in xs)


def _cosine(xs: Parts, ys: Parts) -> float:
    """Return the mean of the images' cosines of input and output."""
    least = torch.finfo(xs[0].dtype).tiny
    cosines = [
        _dots(x, y) / (_dots(x, x).sqrt() * _dots(y, y).sqrt()).clamp_min(least) for x, y in zip(xs, ys, strict=True)
    ]
    return torch.cat(cosines).mean().item()


def _dots(x: Tensor, y: Tensor) -> Tensor:
    """Return the product of each image of x with its own of y, as they lie in memory."""
    return torch.linalg.vecdot(*(one.permute(0, 2, 3, 1).flatten(1) for one in (x, y)))
