"""The processes that train a network together, by torch.distributed, and how they share its gradients."""

from typing import Any

from torch import distributed, nn

AVERAGED, SUMMED = "averaged", "summed"


class Processes:
    """How many there are, which one this is, and whether DistributedDataParallel averages the gradients of a step."""

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self.shared = ""

    def begin(self) -> None:
        """Be told that a forward pass begins: the last one of a step decides, as `no_sync` does for its passes."""
        if not is_distributed():
            return
        wrapper = self._wrapper()
        self.shared = AVERAGED if getattr(wrapper, "require_backward_grad_sync", False) else ""

    def _wrapper(self) -> Any:
        """Return the DistributedDataParallel around the network, also if only what it wraps is known here."""
        kind = nn.parallel.DistributedDataParallel
        own = getattr(self._net, "_orig_mod", self._net)
        return own if isinstance(own, kind) else getattr(kind, "_active_ddp_module", None)

    @property
    def size(self) -> int:
        """Count them; 1 without torch.distributed."""
        return distributed.get_world_size() if is_distributed() else 1

    @property
    def rank(self) -> int:
        """Return the number of this one."""
        return distributed.get_rank() if is_distributed() else 0


def is_distributed() -> bool:
    """Tell whether this process is one of several."""
    return distributed.is_available() and distributed.is_initialized()
