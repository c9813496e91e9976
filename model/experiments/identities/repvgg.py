"""The RepVGG block, conv3(x) + conv1(x) + x with a batch norm each, and the one convolution that it folds into in
evaluation mode (Ding et al. 2021)."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn


class RepVGG(nn.Module):
    """act(bn3(conv3(x)) + bn1(conv1(x)) + bn0(x)) with the ReLU as act; its own weights and statistics are drawn."""

    def __init__(self, channels: int, generator: torch.Generator) -> None:
        super().__init__()
        self.conv3 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv1 = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn3, self.bn1, self.bn0 = (nn.BatchNorm2d(channels) for _ in range(3))
        self.relu = nn.ReLU()
        with torch.no_grad():
            for conv in (self.conv3, self.conv1):
                conv.weight.normal_(0, (2 / conv.weight[0].numel()) ** 0.5, generator=generator)
            for norm in (self.bn3, self.bn1, self.bn0):
                assert norm.running_mean is not None
                assert norm.running_var is not None
                norm.weight.uniform_(0.5, 1.5, generator=generator)
                norm.bias.normal_(0, 0.5, generator=generator)
                norm.running_mean.normal_(0, 0.5, generator=generator)
                norm.running_var.uniform_(0.5, 1.5, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, [N, C, H, W]."""
        return self.relu(self.bn3(self.conv3(x)) + self.bn1(self.conv1(x)) + self.bn0(x))


@torch.no_grad()
def folded(block: RepVGG, *, with_identity: bool = True) -> nn.Sequential:
    """Return one convolution and the ReLU, equal to the block in evaluation mode; or without its identity path."""
    branches = [Branch(block.conv3, block.bn3), Branch(block.conv1, block.bn1), Branch(None, block.bn0)]
    return nn.Sequential(fold(branches if with_identity else branches[:2]), nn.ReLU())


class Branch(NamedTuple):
    """A convolution of 3x3 or 1x1, or the identity, its norm, and a factor on both."""

    conv: nn.Conv2d | None
    norm: nn.BatchNorm2d
    factor: float = 1.0


@torch.no_grad()
def fold(branches: Sequence[Branch]) -> nn.Conv2d:
    """Return one convolution of 3x3 that is equal to the sum of branches in evaluation mode; the first has a 3x3."""
    first = branches[0].conv
    assert first is not None
    conv = nn.Conv2d(first.in_channels, first.out_channels, 3, first.stride[0], 1).to(first.weight)
    assert conv.bias is not None
    conv.weight.zero_()
    conv.bias.zero_()
    for branch, norm, factor in branches:
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = factor * norm.weight / (norm.running_var + norm.eps).sqrt()
        conv.weight += _kernel(branch, conv) * scale[:, None, None, None]
        conv.bias += factor * norm.bias - norm.running_mean * scale
    return conv


def _kernel(branch: nn.Conv2d | None, like: nn.Conv2d) -> Tensor:
    """Return the weights of a branch as those of a 3x3 convolution."""
    if branch is None:
        identity = torch.zeros_like(like.weight)
        identity[range(like.out_channels), range(like.out_channels), 1, 1] = 1
        return identity
    return branch.weight if branch.kernel_size == (3, 3) else nn.functional.pad(branch.weight, (1, 1, 1, 1))
