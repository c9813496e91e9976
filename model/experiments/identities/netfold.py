"""The RepVGG blocks of a network, each folded into one convolution, and how much that changes their outputs."""

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from skipscope.model.experiments.identities.repvgg import Branch, fold
from skipscope.model.network.blocks import Block
from skipscope.model.network.resnet import ResNet


class NetFold(NamedTuple):
    """The largest difference of a folded block's output, over the output's largest number, and the smallest of those
    that are folded without the shortcut; None where no block has one."""

    precision: str
    blocks: int
    difference: float
    control: float | None


@torch.no_grad()
def fold_blocks(net: ResNet, images: Tensor, dtype: torch.dtype) -> NetFold | None:
    """Fold each block of a network as it is after training; None if its blocks are no RepVGG blocks."""
    if net.architecture.block != "repvgg":
        return None
    copy = ResNet(net.architecture)
    copy.load_state_dict(net.state_dict())
    copy.to(dtype).eval()
    x = copy.enter_trunk(images.to(dtype))
    differences, controls = list[float](), list[float]()
    for block in copy.blocks.values():
        wanted = block(x)
        branches = branches_of(block)
        differences.append(_difference(block, branches, x, wanted))
        if len(branches) > 1:
            controls.append(_difference(block, branches[:1], x, wanted))
        x = wanted
    name = str(dtype).removeprefix("torch.")
    return NetFold(name, len(differences), max(differences), min(controls, default=None))


def branches_of(block: Block) -> list[Branch]:
    """Return the branches of a RepVGG block: F, and those of its shortcut if that is connected."""
    modules = cast("dict[str, nn.Module]", block._modules)
    branches = [Branch(cast("nn.Conv2d", modules["conv1"]), cast("nn.BatchNorm2d", modules["bn1"]))]
    if block.skip:
        conv, norm = cast("nn.Sequential", modules["downsample"])
        strength = block.skip_strength
        branches.append(Branch(cast("nn.Conv2d", conv), cast("nn.BatchNorm2d", norm), strength))
        if "identity" in modules:
            branches.append(Branch(None, cast("nn.BatchNorm2d", modules["identity"]), strength))
    return branches


def _difference(block: Block, branches: list[Branch], x: Tensor, wanted: Tensor) -> float:
    return ((block.leave(fold(branches)(x)) - wanted).abs().amax() / wanted.abs().amax()).item()
