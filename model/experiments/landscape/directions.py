"""Random directions through a network's weights, each filter as long as the weights' own (Li et al. 2018)."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

Direction = Mapping[str, Tensor]
"""For each weight that is moved, by name, how far it goes."""


def moved_weights(net: nn.Module) -> dict[str, Tensor]:
    """Return the weights of convolutions and linear layers; biases, and the parameters of norms and scales, stay."""
    kinds = (nn.Linear, nn.modules.conv._ConvNd)
    return {f"{name}.weight": module.weight for name, module in net.named_modules() if isinstance(module, kinds)}


def draw_direction(net: nn.Module, generator: torch.Generator) -> Direction:
    """Draw a direction for all weights that are moved, from N(0, 1), each filter as long as the weight's."""
    return {name: _like(weight, generator) for name, weight in moved_weights(net).items()}


def _like(weight: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.randn(weight.shape, generator=generator, dtype=weight.dtype).to(weight.device)
    return drawn * (_norms(weight) / _norms(drawn))


def _norms(weight: Tensor) -> Tensor:
    """Return the norm of each filter, or of each row of a linear layer."""
    return torch.linalg.vector_norm(weight, dim=tuple(range(1, weight.dim())), keepdim=True)
