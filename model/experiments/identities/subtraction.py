"""A network with x - F(x) in each block, equal to that with x + F(x) to the bit once each branch's last layer is
negated: in forward and backward passes, and so in training."""

import torch
from torch import Tensor, nn

from skipscope.model.network.blocks import Bias, Block, Factor, Junction, Scale
from skipscope.model.network.resnet import ResNet

LINEAR = (nn.Conv2d, nn.BatchNorm2d, nn.GroupNorm, Scale)
"""Layers whose output is negated with their parameters."""


class Minus(Junction):
    """Subtract F(x) from the shortcut's output."""

    def forward(self, residual: Tensor | None, identity: Tensor | None) -> Tensor:
        if identity is None or residual is None:
            return super().forward(residual, identity)
        return identity - residual


def subtract(net: ResNet) -> None:
    """Let each block with a shortcut subtract its branch."""
    for block in net.blocks.values():
        if block.skip:
            block.junction = Minus()


def obstacle(net: ResNet) -> str | None:
    """Return why a network's branches cannot be negated by their last layers; None if they can."""
    forked = [block for block in net.blocks.values() if block.skip]
    if not forked:
        return "it has no skip connection"
    if any(_negated(block) is None for block in forked):
        return "its branches do not end in a layer whose sign its parameters decide"
    return None


@torch.no_grad()
def negate(net: ResNet) -> None:
    """Negate the last layer of each branch that has a shortcut beside it."""
    for block in net.blocks.values():
        for parameter in (_negated(block) or ()) if block.skip else ():
            parameter.neg_()


def _negated(block: Block) -> list[nn.Parameter] | None:
    """Return the parameters whose negation negates F(x); None if no such layer ends the branch."""
    found = list[nn.Parameter]()
    for name in reversed(block.residual):
        module = block.get_submodule(name)
        found += module.parameters()
        if isinstance(module, LINEAR):
            return found
        if not isinstance(module, Bias | Factor):
            return None
    return None


def names_of_negated(net: ResNet) -> set[str]:
    """Return the names of the parameters that `negate` negates."""
    chosen = {id(one) for block in net.blocks.values() if block.skip for one in _negated(block) or ()}
    return {name for name, parameter in net.named_parameters() if id(parameter) in chosen}
