"""Sees each function of torch that a forward pass calls, while it is on; changes none.

A mode is used because it sees the tensors of an addition before and after, in place or not, whatever wrote it: the
graph of autograd alone has no tensors, and hooks on modules see no addition.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

Act = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]


class Mode(TorchFunctionMode):
    """Hands some functions to those who look at them, and all others on at once."""

    def __init__(self, acts: Mapping[Callable[..., Any], Act], other: Act) -> None:
        super().__init__()
        self.acts, self._other = acts, other
        self.sees_all = False
        """Whether functions without an act of their own go to `other`."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call the function, as if nobody had looked."""
        # a compiler that traces this finds nothing but the call
        if not torch.compiler.is_dynamo_compiling():
            act = self.acts.get(func)
            if act is not None:
                return act(func, args, kwargs or {})
            if self.sees_all:
                return self._other(func, args, kwargs or {})
        return func(*args, **(kwargs or {}))

    def switch_on(self) -> None:
        """See what is called from now on, in this thread."""
        torch._C._push_on_torch_function_stack(self)

    def switch_off(self) -> None:
        """See nothing more, whichever modes were switched on since; do nothing if it is off."""
        above: list[Any] = []
        while self._is_on():
            mode = torch._C._pop_torch_function_stack()
            if mode is not self:
                above.append(mode)
        for mode in reversed(above):
            torch._C._push_on_torch_function_stack(mode)

    def _is_on(self) -> bool:
        count = torch._C._len_torch_function_stack()
        return any(torch._C._get_function_stack_at(i) is self for i in range(count))
