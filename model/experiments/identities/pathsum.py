"""The gradients of all paths through the last blocks of a network, each followed alone, added up."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.experiments.identities.kind import TOGETHER
from skipscope.model.experiments.paths.cut import Cut
from skipscope.model.network.resnet import ResNet


class PathSum(NamedTuple):
    """Its difference from the gradient that autograd gives, relatively, and that of the sum without the path that takes
    each shortcut."""

    paths: int
    difference: float
    control: float | None


class Paths:
    """A copy of a network in float64 and evaluation mode, and the sum of its paths, piece by piece."""

    def __init__(self, net: ResNet, images: Tensor, labels: Tensor, num_blocks: int) -> None:
        copy = ResNet(net.architecture).double()
        copy.load_state_dict(net.state_dict())
        self._net, self._images, self._labels = copy.eval().requires_grad_(False), images.double(), labels
        self._first = len(net.blocks) - min(num_blocks, len(net.blocks))
        self._cut = Cut(copy, self._images, labels)
        self._blocks = self._cut.blocks[self._first :]
        self._count = 0
        self._sum: Tensor | None = None

    def pieces(self) -> Iterator[None]:
        """Follow all paths, some together; yield after each block."""
        most = max(1, TOGETHER // self._cut.largest)
        open_ends = [(len(self._blocks), self._cut.gradient[None])]
        while open_ends:
            number, gradients = open_ends.pop()
            if number == 0:
                self._count += len(gradients)
                total = gradients.sum(0)
                self._sum = total if self._sum is None else self._sum + total
                continue
            block = self._blocks[number - 1]
            for path in block.paths:
                open_ends += [(number - 1, part) for part in block.pull(gradients, path).split(most)]
            yield

    def found(self) -> PathSum:
        """Return the result, after all pieces."""
        assert self._sum is not None
        whole = self._whole()
        size, control = torch.linalg.vector_norm(whole), None
        if any(len(block.paths) == 2 for block in self._blocks):
            shortest = self._cut.gradient[None]
            for block in reversed(self._blocks):
                shortest = block.pull(shortest, block.paths[-1])
            control = (torch.linalg.vector_norm(self._sum - shortest[0] - whole) / size).item()
        difference = (torch.linalg.vector_norm(self._sum - whole) / size).item()
        return PathSum(self._count, difference, control)

    def _whole(self) -> Tensor:
        """Return autograd's gradient at the input of the first of the blocks."""
        blocks = list(self._net.blocks.values())
        x = self._net.enter_trunk(self._images)
        for block in blocks[: self._first]:
            x = block(x)
        first = x = x.detach().requires_grad_()
        with torch.enable_grad():
            for block in blocks[self._first :]:
                x = block(x)
            loss = nn.functional.cross_entropy(self._net.leave_trunk(x), self._labels)
        return torch.autograd.grad(loss, first)[0]
