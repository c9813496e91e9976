"""Hooks that stay with the network that they were set on, and do not stand in the way of compilation."""

import sys
from collections.abc import Callable
from typing import Any

import torch


class Idle:
    """A hook that does nothing."""

    def __call__(self, *args: Any) -> None: ...


class Hook:
    """A hook of a recorder: in a copy of the network, or where it is saved, an idle one stands in its place.

    Where torch.compile traces the network, it leaves its graph to run the hook. Where it must not leave it
    (fullgraph=True, torch.export), the hook does nothing, and calls `refused` once.
    """

    def __init__(self, act: Callable[..., Any], refused: Callable[[], None] | None = None) -> None:
        self._act = act

        def is_refused() -> bool:
            # of a function with this mark the compiler takes the result as it is while it traces, once
            self._act = torch.compiler.disable(act)
            if not _must_stay_in_graph():
                return False
            if refused is not None:
                refused()
            return True

        is_refused._dynamo_marked_constant = True  # pyright: ignore[reportFunctionMemberAccess]
        self._is_refused = is_refused

    def __call__(self, *args: Any) -> Any:
        if torch.compiler.is_dynamo_compiling() and self._is_refused():
            return None
        return self._act(*args)

    def __reduce__(self) -> Any:
        return Idle, ()


def _must_stay_in_graph() -> bool:
    """Tell whether the compiler at work refuses whatever it cannot trace."""
    translator: Any = sys.modules["torch._dynamo.symbolic_convert"].InstructionTranslator.current_tx()
    return bool(translator.one_graph or translator.error_on_graph_break)
