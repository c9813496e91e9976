"""Why nothing was measured at any tap, in words."""

import sys

from torch import nn

COMPILED = (
    "No module ran its hooks in this step, though weights got gradients: torch.compile had compiled the network before "
    "the recorder began, and does not look for hooks again. Begin the recorder before the first batch, or call "
    "torch._dynamo.reset() before it begins."
)
NO_GRADIENTS = (
    "No gradient came to any tap in this step, though weights got theirs: compiled autograd runs no hooks within its "
    "graph. Switch it off to have gradients at taps."
)
ELSEWHERE = (
    "No module ran its hooks in this step, though weights got gradients: the forward pass went around the modules, or "
    "through copies of them. Call the network that the recorder was given."
)


def why_nothing_ran(net: nn.Module) -> str:
    """Say why no hook of a network ran, though its weights got gradients."""
    return COMPILED if _is_compiled(net) else ELSEWHERE


def _is_compiled(net: nn.Module) -> bool:
    dynamo = sys.modules.get("torch._dynamo")
    if dynamo is None:
        return False
    has_own = any(module._compiled_call_impl is not None for module in net.modules())
    return has_own or isinstance(net, dynamo.OptimizedModule) or bool(dynamo.utils.counters["frames"])
