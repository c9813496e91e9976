"""Which modules a network is made of at present."""

from torch import nn


class Structure:
    """The children of every module, and how many parameters each has, at one time."""

    def __init__(self, net: nn.Module) -> None:
        self._seen = [
            (m._modules, tuple(m._modules.values()), m._parameters, len(m._parameters)) for m in net.modules()
        ]

    def holds(self) -> bool:
        """Tell whether no module was added, removed or replaced since."""
        for modules, children, parameters, count in self._seen:
            if len(parameters) != count or tuple(modules.values()) != children:
                return False
        return True
