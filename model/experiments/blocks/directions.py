"""Directions of a network's branches on a batch: against the gradient at their input, and against the next branch."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.network.resnet import ResNet

Cosines = tuple[float | None, ...]
"""One a block, in the mean of the images; None where shapes differ, or a vector is zero for all images."""


class Directions(NamedTuple):
    """The batch's loss, and for each block cos(F(x), -dL/dx) and cos(F_l, F_l+1)."""

    loss: float
    descent: Cosines
    successive: Cosines


def directions_of(net: ResNet, images: Tensor, labels: Tensor) -> Directions:
    """Measure the directions; x is the input at the fork and F(x) the branch's part of the sum.

    Norms take the statistics of the batch, as in training; nothing is dropped. The network stays as it is.
    """
    blocks = list(net.blocks.values())
    descent: list[float | None] = [None] * len(blocks)
    successive: list[float | None] = [None] * len(blocks)
    before: Tensor | None = None

    with torch.enable_grad(), _statistics_of_the_batch(net):
        x = net.enter_trunk(images).detach().requires_grad_()
        for number, block in enumerate(blocks):
            fork = block.enter(x)
            branch, identity = block.paths(fork, fork if block.skip else None)
            assert branch is not None, "nothing is dropped in evaluation mode"
            x = block.leave(block.junction(branch, identity))
            now = branch.detach()
            if now.shape == fork.shape:
                fork.register_hook(_Listener(descent, number, now))
            if before is not None and before.shape == now.shape:
                successive[number - 1] = cosine(before, now)
            before = now
        loss = nn.functional.cross_entropy(net.leave_trunk(x), labels)
        loss.backward()
    return Directions(loss.item(), tuple(descent), tuple(successive))


class _Listener:
    """Receives the gradient at a fork, which is kept no longer than the cosine takes."""

    def __init__(self, found: list[float | None], number: int, branch: Tensor) -> None:
        self._found, self._number, self._branch = found, number, branch

    def __call__(self, gradient: Tensor) -> None:
        self._found[self._number] = cosine(self._branch, -gradient)


def cosine(a: Tensor, b: Tensor) -> float | None:
    """Return the mean of the images' cosines; an image with a vector of zeros does not count."""
    a, b = a.flatten(1).double(), b.flatten(1).double()
    lengths = torch.linalg.vector_norm(a, dim=1) * torch.linalg.vector_norm(b, dim=1)
    counted = lengths != 0
    if not counted.any():
        return None
    return ((a * b).sum(1)[counted] / lengths[counted]).mean().item()


@contextmanager
def _statistics_of_the_batch(net: nn.Module) -> Generator[None]:
    """Put a network in evaluation mode, but for its norms, which do not remember what they see."""
    was = net.training
    net.eval()
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.train()
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True
        net.train(was)
