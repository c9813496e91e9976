"""The modules that are at work within a forward pass, and how often each was called in it."""

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import get_ident

import torch
from torch import nn

from skipscope.model.measure.junctions.gaps import Gaps

LIMIT = 16
"""Calls of one module beyond it within a pass, and of one line within a call, share the last place."""


@dataclass(slots=True)
class Call:
    """A module at work: the number of the call within the pass, and how often each line within has added."""

    module: nn.Module
    number: int
    lines: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    time: float | None = None
    """The time of its first run, if checkpointing makes it again in the backward pass."""
    is_repeated: bool = False
    """Whether checkpointing makes it again."""
    began: int = 0
    """The number of the next node of autograd's graph when it began."""
    inner: int = 0
    """How many nodes were made by the calls within."""
    size: int | None = None
    """How many nodes its own operations made; None until it ends, and if that says nothing."""

    def count(self, line: Hashable) -> int:
        """Return how often a line of code has been at work in this call; often enough, and it is the last place."""
        self.lines[line] = self.lines.get(line, 0) + 1
        return min(self.lines[line], LIMIT)


class Calls:
    """The calls of one pass after the other; `begin` and `end` are told of the first module that is entered, and of its
    end."""

    def __init__(self, root: nn.Module, gaps: Gaps, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self._root, self._gaps, self._begin, self._end = root, gaps, begin, end
        self._at_work: list[Call] = []
        self._time = 0.0
        self._thread = get_ident()
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        if self._at_work:
            self._at_work.clear()
            self._end()
        self.num_passes = 0
        """Passes with gradients."""
        self._forget()
        self._whole_without = False

    def _forget(self) -> None:
        self._counts: dict[nn.Module, int] = {}
        self._tops: set[nn.Module] = set()
        self._without: dict[nn.Module, int] = {}
        """Calls without gradients, which checkpointing may make again with them."""
        self._ended: dict[nn.Module, float] = {}
        """The time at which those ended."""

    def tick(self) -> float:
        """Return a time later than all before."""
        self._time += 1
        return self._time

    @property
    def innermost(self) -> Call | None:
        """Return the call at work."""
        return self._at_work[-1] if self._at_work else None

    @property
    def is_here(self) -> bool:
        """Tell whether a call is at work in this thread."""
        return bool(self._at_work) and get_ident() == self._thread

    def count(self, line: Hashable) -> int:
        """Return how often a line of code has been at work in the innermost call."""
        call = self._at_work[-1]
        self._gaps.mark(line, call.module)
        return call.count(line)

    def enter(self, module: nn.Module, args: object) -> bool:
        """Be told that a module begins; return whether that counts."""
        goes_back = torch._C._current_graph_task_id() != -1
        if self._at_work:
            if get_ident() != self._thread:
                return False
            if module is self._root and not goes_back:
                # an interrupt ended the last pass without a word
                self._at_work.clear()
                self._end()
        is_first = not self._at_work
        if is_first and not goes_back and (module is self._root or module in self._tops):
            self._forget()
            self._whole_without = not torch.is_grad_enabled()
        self._at_work.append(self._repeated(module) if goes_back else self._new(module))
        if is_first:
            self._thread = get_ident()
            self._tops.add(module)
            self.num_passes += torch.is_grad_enabled() and not goes_back
            self._begin()
        return True

    def _new(self, module: nn.Module) -> Call:
        number = self._counts[module] = self._counts.get(module, 0) + 1
        if not torch.is_grad_enabled():
            self._without[module] = self._without.get(module, 0) + 1
        return Call(module, min(number, LIMIT), began=_num_nodes())

    def _repeated(self, module: nn.Module) -> Call:
        """Return the call that checkpointing makes again, as number 0 if it need not be measured, or is one of several
        that cannot be told apart."""
        is_whole = module is self._root or (bool(self._at_work) and self._at_work[0].module is self._root)
        counts = self._without.get(module, 0) == 1 and self._whole_without == is_whole
        number = int(counts and torch.is_grad_enabled())
        return Call(module, number, time=self._ended.get(module), is_repeated=True)

    def leave(self, module: nn.Module, args: object, output: object) -> Call | None:
        """Be told that a module ends, and return its call; those that it had begun and that an error ended, end with
        it."""
        if get_ident() != self._thread or not any(call.module is module for call in self._at_work):
            return None
        while (call := self._at_work.pop()).module is not module:
            pass
        self._measure(call)
        if not torch.is_grad_enabled():
            self._ended[module] = self.tick()
        if not self._at_work:
            self._end()
        return call

    def _measure(self, call: Call) -> None:
        num_nodes = _num_nodes() - call.began
        if self._at_work:
            self._at_work[-1].inner += num_nodes
        # of a call that an error ends the number says nothing
        if torch.is_grad_enabled() and not call.is_repeated and sys.exc_info()[0] is None:
            call.size = num_nodes - call.inner


def _num_nodes() -> int:
    return torch.autograd._get_sequence_nr()  # pyright: ignore[reportPrivateImportUsage]
