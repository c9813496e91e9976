"""Watches the forward passes of a network that does not say itself where its blocks are."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from types import FrameType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.hook import Hook, has_compiler
from skipscope.model.measure.junctions.activations import Activations
from skipscope.model.measure.junctions.additions import Additions, Found
from skipscope.model.measure.junctions.calls import Calls
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.junctions.meter import JunctionMeter
from skipscope.model.measure.junctions.mode import Act, Mode
from skipscope.model.measure.junctions.sites import Naming
from skipscope.model.measure.meters import RECOMPUTED, Measured, Meters
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.plain import in_transform
from skipscope.model.measure.record import BLOCK_MEASURES, Value
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.tap_meter import Place
from skipscope.model.measure.trail import Trail

MakeHook = Callable[[Callable[..., Any]], Hook]
PLAIN, COMPOSED = "torch.nn.modules.", "torch.nn.modules.transformer"
"""Modules of torch add nothing of their own, but for those of transformers."""
PATIENCE = 2
"""A network in which so many steps show nothing is watched no more."""


@dataclass(slots=True)
class Wanted:
    """The kinds of places that are looked for."""

    junctions: bool
    functions: bool


class Spot(NamedTuple):
    """A place that is told as a tap: the key of the tap that it ran after, its name, kind, positions and meter."""

    after: int | None
    name: str
    kind: str
    positions: int
    place: Measured


class Watch:
    """The junctions and the functional activations of one network, and what they measured in a step.

    A step of a network in which neither was found costs nothing after the second.
    """

    def __init__(
        self, root: nn.Module, meters: Meters, last_tap: Callable[[], int | None], notes: Notes, wanted: Wanted
    ) -> None:
        self._root, self._meters, self._wanted = root, meters, wanted
        self._trail = Trail()
        self._calls = Calls(root, self._begin, self._end)
        self._naming = Naming(root, last_tap)
        self._additions = Additions(self._calls, self._naming, self._make_meter, notes)
        self._activations = Activations(self._calls, self._naming, self._make_place, notes)
        self._handles: list[RemovableHandle] = []
        self._num_vain = 0
        self._mode = Mode(self._acts(), self._additions.enter_graph)
        self.is_compiled = False
        """Whether a pass of this step ran compiled, so that nothing could be seen in it."""
        self.follow(frozenset())

    def _sum(self, *, zeros: bool = False) -> TorchSum:
        return self._meters.make_sum(self._trail, zeros=zeros)

    def _make_meter(self) -> JunctionMeter:
        return JunctionMeter(self._trail, self._sum, self._meters.make_gradient_sum(self._trail))

    def _make_place(self, key: int) -> Place:
        return Place(key, self._sum(zeros=True), self._sum())

    def follow(self, taps: frozenset[nn.Module]) -> None:
        """Follow the network as it is made now; `taps` are the modules whose outputs are measured."""
        self._naming.follow(taps)
        self._additions.follow()
        self._num_vain = 0
        self._mode.sees_all = True

    def _acts(self) -> dict[Callable[..., Any], Act]:
        adds = self._additions.acts if self._wanted.junctions else {}
        return adds | self._activations.acts if self._wanted.functions else adds

    def leave_functions(self) -> None:
        """Look at activation functions no more."""
        self._wanted.functions = False
        self._mode.acts = self._acts()

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks that are not set, unless nothing is to be found."""
        if self._handles or self._num_vain >= PATIENCE or isinstance(self._root, torch.jit.ScriptModule):
            return
        for module in _not_compiled(self._root):
            if module is self._root or _may_add(module):
                self._handles += [
                    module.register_forward_pre_hook(make_hook(self._calls.enter), prepend=True),
                    module.register_forward_hook(make_hook(self._calls.leave), always_call=True),
                ]

    def let_go(self) -> None:
        """Remove all hooks."""
        self._calls.reset()
        self._mode.switch_off()
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _begin(self) -> None:
        call = self._calls.innermost
        if call is None or call.number == 0 or not torch.is_grad_enabled() or in_transform() is not None:
            return
        if _runs_compiled():
            self.is_compiled = True
            return
        self._mode.switch_on()

    def _end(self) -> None:
        self._mode.switch_off()
        self._additions.forget_pass()

    def reset(self) -> None:
        """Forget the last step."""
        self._calls.reset()
        self._trail.reset()
        self.is_compiled = False
        for found in self._additions.sites.meters:
            found.meter.reset()
        for place in self._places:
            place.reset()

    @property
    def _places(self) -> Sequence[Place]:
        return list(self._activations.sites.meters)

    def finish(self) -> None:
        """End the step, and learn from it."""
        for found in self._additions.sites.meters:
            found.meter.finish()
        self._trail.settle()
        if self._trail.came_again or self._meters.trail.came_again:
            for found in self._additions.sites.meters:
                if found.meter.is_recomputed:
                    found.meter.lose_gradients(RECOMPUTED)
        self._additions.sites.learn()
        self._activations.sites.learn()
        if self._calls.num_passes:
            self._mode.sees_all = self._additions.takes_input
            is_vain = not (self._additions.sites.all or self._places)
            self._num_vain = self._num_vain + 1 if is_vain else 0
        if self.is_compiled:
            self._num_vain = PATIENCE
        if self._num_vain >= PATIENCE:
            self.let_go()

    @property
    def has_run(self) -> bool:
        """Tell whether anything was measured in this step."""
        return any(found.meter.has_run for found in self._found) or any(place.is_known for place in self._places)

    @property
    def num_passes(self) -> int:
        """Return how many forward passes with gradients this step has had."""
        return self._calls.num_passes

    @property
    def _found(self) -> Sequence[Found]:
        return [site.meter for site in self._additions.sites.all]

    @property
    def junctions(self) -> tuple[Junction, ...]:
        """Give the junctions, in the order in which they run."""
        return tuple(found.junction for found in self._found)

    def block_columns(self) -> list[list[Value]]:
        """Return what the junctions measured, a column for each of BLOCK_MEASURES."""
        rows = [found.meter.values() for found in self._found]
        return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in BLOCK_MEASURES]

    @property
    def dropped(self) -> tuple[str, ...]:
        """Name the junctions that were not met in a step that had a pass: their branches were not computed."""
        if not self.num_passes or self.is_compiled:
            return ()
        return tuple(found.junction.name for found in self._found if not found.meter.has_run)

    def sums(self) -> list[Spot]:
        """Give the sums of the junctions as taps."""
        return [
            Spot(site.after, site.name, "Junction", site.meter.positions, site.meter.meter)
            for site in self._additions.sites.all
        ]

    def activations(self) -> list[Spot]:
        """Give the functional activations as taps."""
        shapes = self._activations.shapes
        return [
            Spot(site.after, site.name, "Activation", _positions(shapes[site.name]), site.meter)
            for site in self._activations.sites.all
        ]

    def problems(self) -> list[tuple[str, str]]:
        """Return which places could not be measured, by name, and why."""
        own = [(found.junction.name, found.meter.sums) for found in self._found]
        own += [(spot.name, [spot.place.activation, spot.place.gradient]) for spot in self.activations()]
        return [(name, total.problem) for name, sums in own for total in sums if total.problem is not None]


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


def _positions(shape: tuple[int, ...]) -> int:
    return prod(shape[2:] if len(shape) > 3 else shape[1:-1])


def _runs_compiled() -> bool:
    """Tell whether what torch.compile has made runs further up the stack."""
    frame: FrameType | None = sys._getframe(1) if has_compiler() else None
    while frame is not None:
        if frame.f_code.co_name == "compile_wrapper" and frame.f_globals.get("__name__") == "torch._dynamo.eval_frame":
            return True
        frame = frame.f_back
    return False
