"""Hooks that stay with the network that they were set on, and do not stand in the way of compilation."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import torch

Act = Callable[..., Any]


class Idle:
    """A hook that does nothing."""

    def __call__(self, *args: Any) -> None: ...


def has_compiler() -> bool:
    """Tell whether torch's compiler has been loaded, which takes a second that a recorder alone does not need."""
    return "torch._dynamo" in sys.modules


def idle(*args: Any) -> None:
    """Do nothing, in a way that a compiler can trace."""


class Hook(partial[Any]):
    """A hook of a recorder: in a copy of the network, or where it is saved, an idle one stands in its place.

    Where torch.compile traces the network, it leaves its graph to run the hook. Where it must not leave it
    (fullgraph=True, torch.export), it finds that the hook does nothing, and `refused` is called.
    """

    def __new__(cls, act: Act, refused: Callable[[], None] | None = None) -> Self:
        run = torch.compiler.disable(act) if has_compiler() else act
        hook = super().__new__(cls, run)
        hook._run, hook._refused = run, refused
        return hook

    _run: Act
    _refused: Callable[[], None] | None

    @property
    def func(self) -> Act:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Give the compiler, which asks for it while it traces, the function that it is to trace."""
        translator = _translator()
        if translator is None or not (translator.one_graph or translator.error_on_graph_break):
            return self._run
        if self._refused is not None:
            self._refused()
        return idle

    def __reduce__(self) -> Any:
        return Idle, ()


def _translator() -> Any:
    """Return what traces the code that runs now; None where nothing does."""
    module = sys.modules.get("torch._dynamo.symbolic_convert")
    try:
        return None if module is None else module.InstructionTranslator.current_tx()
    except AttributeError:
        return None
