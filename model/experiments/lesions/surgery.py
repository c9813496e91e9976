"""A network that stays as it is, with blocks deleted or in another order: its loss and its error."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from skipscope.model.network.resnet import ResNet

KEPT_BYTES = 128 * 2**20
"""Of activations that lesions go on from; those of the blocks before a lesion are the whole network's."""
CHANGES_SHAPE = "its output has another shape than its input, and it has no shortcut"

Numbers = tuple[float, float]
"""Loss and error, from 0 to 1."""


class Surgery:
    """Evaluate a network on images, whole and changed, without a gradient."""

    def __init__(self, net: ResNet, images: Tensor, labels: Tensor) -> None:
        self._net, self._labels = net, labels
        self._blocks = list(net.blocks.values())
        self.names = tuple(net.blocks)
        self.num_images = len(labels)
        self.influence: list[float | None] = []
        """For each block 1 - cos(x, y) of its input and output, in the mean of the images; None where shapes differ."""
        self.reasons: dict[int, str] = {}
        """For blocks that cannot be deleted, why."""
        self._shapes: list[torch.Size] = []
        self._kept: dict[int, Tensor] = {}
        self.whole: Numbers = self._look(images)
        self.deletable = [number for number in range(len(self._blocks)) if number not in self.reasons]
        self._stages = self._alike()

    @property
    def has_swaps(self) -> bool:
        """Say whether two blocks or more can change places."""
        return any(len(stage) > 1 for stage in self._stages)

    @torch.no_grad()
    def _look(self, images: Tensor) -> Numbers:
        """Run the whole network, and keep some of its activations."""
        x = self._net.enter_trunk(images)
        every = max(1, -(-len(self._blocks) * x.numel() * x.element_size() // KEPT_BYTES))
        for number, block in enumerate(self._blocks):
            self._shapes.append(x.shape)
            if number % every == 0:
                self._kept[number] = x
            y = block(x)
            same = y.shape == x.shape
            cosine = nn.functional.cosine_similarity(x.flatten(1), y.flatten(1)).mean().item() if same else None
            self.influence.append(None if cosine is None else 1 - cosine)
            if not same and not block.skip:
                self.reasons[number] = CHANGES_SHAPE
            x = y
        self._shapes.append(x.shape)
        return self._judge(x)

    def _judge(self, x: Tensor) -> Numbers:
        logits = self._net.leave_trunk(x)
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
        x = self._kept[begin]
        for number in order[begin:]:
            block = self._blocks[number]
            if number not in deleted:
                x = block(x)
            elif block.skip:
                x = block.leave(block.alone(block.enter(x)))
        return self._judge(x)

    def _alike(self) -> list[list[int]]:
        stages: dict[torch.Size, list[int]] = {}
        for number, (before, after) in enumerate(pairwise(self._shapes)):
            if before == after:
                stages.setdefault(before, []).append(number)
        return list(stages.values())
