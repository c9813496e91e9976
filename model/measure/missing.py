"""Why nothing was measured at any tap, in words."""

import sys
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from skipscope.model.measure.record import Value

COMPILED = (
    "No module ran its hooks in this step, though weights got gradients: torch.compile had compiled the network before "
    "the recorder began, and does not look for hooks again. Begin the recorder before the first batch, or call "
    "torch._dynamo.reset() before it begins."
)
SCRIPTED = (
    "No module ran its hooks in this step, though weights got gradients: TorchScript runs none within a scripted or "
    "traced network. Record the network that it was made of."
)
ELSEWHERE = (
    "No module ran its hooks in this step, though weights got gradients: the forward pass went around the modules, or "
    "through copies of them. Call the network that the recorder was given."
)


def why_nothing_ran(net: nn.Module, columns: Mapping[str, Sequence[Value]]) -> str | None:
    """Say why no tap of a step was reached; None where one was, or where there is none."""
    taps, weights = columns["nonfinite"], columns["weight_gradient_norm"]
    if not taps or any(value is not None for value in taps):
        return None
    if all(value is None for value in weights):
        return None
    if any(isinstance(module, torch.jit.ScriptModule) for module in net.modules()):
        return SCRIPTED
    return COMPILED if "torch._dynamo" in sys.modules else ELSEWHERE
