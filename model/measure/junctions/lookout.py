"""Switches the mode that sees a network's functions on and off, by hooks on its modules: it costs time at each function
of torch, so it is on only in passes with gradients and, as soon as they are known, in the gaps where something is seen.
"""

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.hook import Hook, has_compiler
from skipscope.model.measure.junctions.calls import Calls
from skipscope.model.measure.junctions.gaps import Gaps, Moment
from skipscope.model.measure.junctions.mode import Mode
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.plain import in_transform

MakeHook = Callable[[Callable[..., Any]], Hook]
PLAIN, COMPOSED = "torch.nn.modules.", "torch.nn.modules.transformer"
"""Modules of torch add nothing of their own, but for those of transformers."""
NEW_WAY = (
    "The forward pass took a way that it had not taken before, so that junctions of this step may be missing. That "
    "part of the network is watched throughout from now on."
)


class Lookout:
    """The hooks on the modules of one network that have a mode look. `forget_pass` is told of the end of each pass."""

    def __init__(self, root: nn.Module, notes: Notes, forget_pass: Callable[[], None]) -> None:
        self._root, self._notes, self._forget_pass = root, notes, forget_pass
        self.gaps = Gaps()
        self.calls = Calls(root, self.gaps, self._begin, self._end)
        self._mode: Mode | None = None
        self._is_open = self._is_on = False
        self._make_hook: MakeHook | None = None
        self._handles: list[RemovableHandle] = []
        self.is_compiled = False
        """Whether a pass of this step ran compiled, so that nothing could be seen in it."""

    def use(self, mode: Mode) -> None:
        """Have this mode look."""
        self._mode = mode

    @property
    def is_attached(self) -> bool:
        """Tell whether there are hooks."""
        return bool(self._handles)

    def follow(self) -> None:
        """Be told that the network is made of other modules now."""
        self.gaps.forget()
        self._remove()

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks, if there are none."""
        if self._handles or isinstance(self._root, torch.jit.ScriptModule):
            return
        self._make_hook = make_hook
        gaps = self.gaps
        moments = gaps.starts | gaps.ends
        for module in _not_compiled(self._root):
            if module is self._root or _may_add(module):
                self._hook_on(module, self._enter, self._leave, always=True)
            elif gaps.is_learning and not isinstance(module, torch.jit.ScriptModule):
                self._hook_on(module, self._reach_begin, self._reach_end)
            else:
                begins, ends = (module, False) in moments, (module, True) in moments
                self._hook_on(module, self._reach_begin if begins else None, self._reach_end if ends else None)

    def _hook_on(
        self,
        module: nn.Module,
        begin: Callable[..., Any] | None,
        end: Callable[..., Any] | None,
        *,
        always: bool = False,
    ) -> None:
        assert self._make_hook is not None, "hooks are set by attach"
        hook = self._make_hook
        if begin is not None:
            self._handles.append(module.register_forward_pre_hook(hook(begin), prepend=True))
        if end is not None:
            self._handles.append(module.register_forward_hook(hook(end), always_call=always))

    def let_go(self) -> None:
        """Remove all hooks."""
        self.calls.reset()
        self._turn(on=False)
        self._remove()

    def _remove(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def reset(self) -> None:
        """Forget the last step."""
        self.calls.reset()
        self.is_compiled = False

    def learn(self, lines: frozenset[Any], *, everywhere: bool) -> None:
        """Learn from a step that ended where there is something to be seen: `everywhere`, or where lines of code are
        at work."""
        if not self.gaps.is_learning:
            return
        if everywhere:
            self.gaps.give_up()
        else:
            self.gaps.learn(lines)
        if not self.gaps.is_learning and self._make_hook is not None and self._handles:
            self._remove()
            self.attach(self._make_hook)

    def _begin(self) -> None:
        call = self.calls.innermost
        if call is None or call.number == 0 or not torch.is_grad_enabled() or in_transform() is not None:
            return
        if _runs_compiled():
            self.is_compiled = True
            return
        self.gaps.begin()
        self._is_open = True

    def _end(self) -> None:
        self._is_open = False
        self._turn(on=False)
        self._forget_pass()

    def _enter(self, module: nn.Module, args: object) -> None:
        if self.calls.enter(module, args):
            self._reach((module, False))

    def _leave(self, module: nn.Module, args: object, output: object) -> None:
        is_open = self._is_open
        call = self.calls.leave(module, args, output)
        if call is None:
            return
        if is_open and call.size is not None and self.gaps.count(module, call.size):
            self._notes.add(NEW_WAY, warn=False)
        self._reach((module, True))

    def _reach_begin(self, module: nn.Module, args: object) -> None:
        if self._is_open and self.calls.is_here:
            self._reach((module, False))

    def _reach_end(self, module: nn.Module, args: object, output: object) -> None:
        if self._is_open and self.calls.is_here:
            self._reach((module, True))

    def _reach(self, moment: Moment) -> None:
        call = self.calls.innermost
        if not self._is_open or call is None:
            return
        gaps = self.gaps
        if gaps.is_learning:
            gaps.reach(moment)
        self._turn(on=moment in gaps.starts or call.is_repeated or not gaps.knows(call.module))

    def _turn(self, *, on: bool) -> None:
        if on == self._is_on or self._mode is None:
            return
        self._is_on = on
        if on:
            self._mode.switch_on()
        else:
            self._mode.switch_off()


def _not_compiled(module: nn.Module) -> Iterator[nn.Module]:
    """Yield the modules that run as they are: hooks within compiled ones would part their graphs and see nothing."""
    known: set[nn.Module] = set()
    waiting = [module]
    while waiting:
        module = waiting.pop()
        if module in known or module._compiled_call_impl is not None or "_orig_mod" in module._modules:
            continue
        known.add(module)
        yield module
        waiting += module.children()


def _may_add(module: nn.Module) -> bool:
    home = type(module).__module__
    is_plain = home.startswith(PLAIN) and home != COMPOSED
    return not is_plain and not isinstance(module, torch.jit.ScriptModule)


def _runs_compiled() -> bool:
    """Tell whether what torch.compile has made runs further up the stack."""
    frame: FrameType | None = sys._getframe(1) if has_compiler() else None
    while frame is not None:
        if frame.f_code.co_name == "compile_wrapper" and frame.f_globals.get("__name__") == "torch._dynamo.eval_frame":
            return True
        frame = frame.f_back
    return False
