"""Hooks that stay with the network that they were set on, and do not stand in the way of compilation."""

import sys
from collections.abc import Callable
from functools import cached_property, partial
from types import BuiltinFunctionType
from typing import Any, Self

import torch

Act = Callable[..., Any]


class Idle:
    """A hook that does nothing."""

    def __call__(self, *args: Any) -> None: ...


def has_compiler() -> bool:
    """Tell whether torch's compiler has been loaded, which takes a second that a recorder alone does not need."""
    return "torch._dynamo" in sys.modules


def is_native(act: Act) -> bool:
    """Tell whether a function, or the one of a bound method, is compiled."""
    return isinstance(getattr(act, "__func__", act), BuiltinFunctionType)


def idle(*args: Any) -> None:
    """Do nothing, in a way that a compiler can trace."""


class Hook(partial[Any]):
    """A hook of a recorder; an idle one replaces it in a copy of the network and in a saved one.

    torch.compile leaves its graph to run the hook while it traces the network. If it must not leave the graph
    (fullgraph=True, torch.export), it finds that the hook does nothing, and `refused` is called.
    """

    def __new__(cls, act: Act, refused: Callable[[], None] | None = None) -> Self:
        # a compiler takes up each frame of Python that runs below what it has compiled; compiled code has no frame,
        # and to keep it from the compiler at every call costs more than its sums
        is_open = has_compiler() and not is_native(act)
        hook = super().__new__(cls, torch.compiler.disable(act) if is_open else act)
        hook._act, hook._refused = act, refused
        return hook

    _act: Act
    _refused: Callable[[], None] | None

    @property
    def func(self) -> Act:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Give the compiler, which asks for it while it traces, the function that it is to trace."""
        translator = _translator()
        if translator is None or not (translator.one_graph or translator.error_on_graph_break):
            return self._outside_graphs
        if self._refused is not None:
            self._refused()
        return idle

    @cached_property
    def _outside_graphs(self) -> Act:
        return torch.compiler.disable(self._act) if has_compiler() else self._act

    def __reduce__(self) -> Any:
        return Idle, ()


def _translator() -> Any:
    """Return what traces the code that runs now; None where nothing does."""
    module = sys.modules.get("torch._dynamo.symbolic_convert")
    try:
        return None if module is None else module.InstructionTranslator.current_tx()
    except AttributeError:
        return None
