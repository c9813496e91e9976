"""Watches the forward passes of a network that does not say itself where its blocks are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from torch import nn

from skipscope.model.measure.junctions.activations import Activations
from skipscope.model.measure.junctions.additions import Additions, Found
from skipscope.model.measure.junctions.compiled import CompiledMeter
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.junctions.lookout import Lookout, MakeHook
from skipscope.model.measure.junctions.meter import JunctionMeter
from skipscope.model.measure.junctions.mode import Act, Mode
from skipscope.model.measure.junctions.sites import Naming
from skipscope.model.measure.junctions.torch_meter import TorchMeter
from skipscope.model.measure.meters import RECOMPUTED, Measured, Meters
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.record import BLOCK_MEASURES, Value
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.tap_meter import Place
from skipscope.model.measure.trail import Trail

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
        self._meters, self._wanted = meters, wanted
        self._trail = Trail()
        self._lookout = Lookout(root, notes, self._forget_pass)
        calls = self._lookout.calls
        self._naming = Naming(root, last_tap)
        engine = None if meters.compiled is None else meters.compiled[0]
        self._additions = Additions(calls, self._naming, self._make_meter, notes, engine)
        self._activations = Activations(calls, self._naming, self._make_place, notes)
        self._num_vain = 0
        self._mode = Mode(self._acts(), self._additions.enter_graph)
        self._lookout.use(self._mode)
        self.follow(frozenset())

    def _forget_pass(self) -> None:
        self._additions.forget_pass()

    def _sum(self, *, zeros: bool = False) -> TorchSum:
        return self._meters.make_sum(self._trail, zeros=zeros)

    def _make_meter(self) -> JunctionMeter:
        compiled = self._meters.compiled
        return TorchMeter(self._trail, self._sum) if compiled is None else CompiledMeter(*compiled)

    def _make_place(self, key: int) -> Place:
        return Place(key, self._sum(zeros=True), self._sum())

    def follow(self, taps: frozenset[nn.Module]) -> None:
        """Follow the network as it is made now; `taps` are the modules whose outputs are measured."""
        self._naming.follow(taps)
        self._additions.follow()
        self._num_vain = 0
        self._mode.sees_all = True
        self._lookout.follow()

    def _acts(self) -> dict[Callable[..., Any], Act]:
        adds = self._additions.acts if self._wanted.junctions else {}
        return adds | self._activations.acts if self._wanted.functions else adds

    def leave_functions(self) -> None:
        """Look at activation functions no more."""
        self._wanted.functions = False
        self._mode.acts = self._acts()
        self._lookout.gaps.forget_marks()

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks that are not set, unless nothing is to be found."""
        if self._num_vain < PATIENCE:
            self._lookout.attach(make_hook)

    def let_go(self) -> None:
        """Remove all hooks."""
        self._lookout.let_go()

    def reset(self) -> None:
        """Forget the last step."""
        self._lookout.reset()
        self._trail.reset()
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
        if self.num_passes:
            self._mode.sees_all = self._additions.takes_input
            is_vain = not (self._additions.sites.all or self._places)
            self._num_vain = self._num_vain + 1 if is_vain else 0
            lines = self._additions.sites.lines | self._activations.sites.lines
            self._lookout.learn(lines, everywhere=self._mode.sees_all)
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
        return self._lookout.calls.num_passes

    @property
    def is_compiled(self) -> bool:
        """Tell whether a pass of this step ran compiled, so that nothing could be seen in it."""
        return self._lookout.is_compiled

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


def _positions(shape: tuple[int, ...]) -> int:
    return prod(shape[2:] if len(shape) > 3 else shape[1:-1])
