"""In which memory format a network trains: as its user says, or as was measured to be faster."""

from typing import Literal

import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture

MemoryFormat = Literal["contiguous", "channels_last"]
NORMS = frozenset({"batch", "none"})
ACTIVATIONS = frozenset({"relu", "leaky_relu"})
WIDEST = 256


def memory_format_of(
    architecture: Architecture, channels_last: bool | None, device: torch.device
) -> MemoryFormat:  # fmt: skip
    """Return the format that was asked for; None asks for what a CPU was measured to train this network faster in.

    docs/measures.md has the figures. Other devices have torch's own format, for nothing was measured there.
    """
    if channels_last is None:
        channels_last = (
            device.type == "cpu"
            and architecture.norm in NORMS
            and architecture.activation in ACTIVATIONS
            and max(architecture.widths) <= WIDEST
        )
    return "channels_last" if channels_last else "contiguous"


def put_images(images: Tensor, memory_format: MemoryFormat) -> Tensor:
    """Bring images, [N, C, H, W], into a format."""
    return images.contiguous(memory_format=_of(memory_format))


def put_weights(net: nn.Module, memory_format: MemoryFormat) -> None:
    """Bring a network's weights into a format; they stay the same parameters with the same values."""
    for parameter in net.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=_of(memory_format))


def _of(name: MemoryFormat) -> torch.memory_format:
    return torch.channels_last if name == "channels_last" else torch.contiguous_format
