"""The first values of weights: the architecture's `init` for all weights, its `residual_init` for the branches."""

from collections.abc import Iterable
from math import sqrt
from typing import cast

import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import CONVOLUTIONS, Architecture
from skipscope.model.describe.graph import Layer


@torch.no_grad()
def initialise(
    modules: Iterable[tuple[Layer, nn.Module]], architecture: Architecture, generator: torch.Generator
) -> None:
    """Draw the weights of convolutions and linear layers and zero their biases, in the order given."""
    for layer, module in modules:
        if layer.type not in ("conv", "linear"):
            continue
        module = cast("nn.Conv2d | nn.Linear", module)
        if module.weight.is_meta:
            continue
        if module.weight.device == generator.device:
            _draw(module.weight, layer, architecture, generator)
        else:  # the same weights on every device
            drawn = torch.empty(module.weight.shape, device=generator.device)
            _draw(drawn, layer, architecture, generator)
            module.weight.copy_(drawn)
        if module.bias is not None:
            module.bias.fill_(architecture.gate_bias if layer.name.endswith(".gate.conv") else 0.0)


def _draw(weight: Tensor, layer: Layer, architecture: Architecture, generator: torch.Generator) -> None:
    fan_in = weight[0].numel()
    fan_out = weight.numel() // weight.shape[1]
    if architecture.init == "orthogonal":
        nn.init.orthogonal_(weight, generator=generator)
        return
    if architecture.init == "delta_orthogonal":
        weight.zero_()
        centre = weight[:, :, weight.shape[2] // 2, weight.shape[3] // 2] if weight.ndim > 2 else weight
        for group in centre.chunk(layer.groups):
            nn.init.orthogonal_(group, generator=generator)
        return
    if architecture.init == "kaiming_normal":
        std = sqrt(2 / fan_out)
    elif architecture.init == "xavier_normal":
        std = sqrt(2 / (fan_in + fan_out))
    else:
        std = architecture.init_std
    weight.normal_(0, std, generator=generator)


@torch.no_grad()
def initialise_residual(net: nn.Module, architecture: Architecture, blocks: Iterable[nn.Module]) -> None:
    """Set what makes each branch start near zero, beyond its learned scale.

    zero_gamma: the branch's last norm starts with weight 0 (Goyal et al. 2017). fixup: the last convolution and the
    classifier are 0, the other convolutions of L branches of m layers scaled by L^(-1/(2m-2)) (Zhang et al. 2019).
    """
    num_convolutions = CONVOLUTIONS[architecture.block]
    if architecture.residual_init == "zero_gamma":
        for block in blocks:
            cast("nn.BatchNorm2d", block.get_submodule(f"bn{num_convolutions}")).weight.fill_(0)
    elif architecture.residual_init == "fixup":
        factor = architecture.num_blocks ** (-1 / (2 * num_convolutions - 2))
        for block in blocks:
            for place in range(1, num_convolutions + 1):
                weight = cast("nn.Conv2d", block.get_submodule(f"conv{place}")).weight
                weight.mul_(0 if place == num_convolutions else factor)
        cast("nn.Linear", net.get_submodule("fc")).weight.fill_(0)
