"""Decides what is looked for in a network that is not ours, and brings what was found into line with its taps."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeVar

from torch import nn

from skipscope.model.measure.hook import Hook
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.junctions.watch import Spot, Wanted, Watch
from skipscope.model.measure.meters import Meters, columns_of
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.places import CALLED
from skipscope.model.measure.record import Value
from skipscope.model.measure.tap_meter import MOST_CALLS
from skipscope.model.measure.tap_sites import TapSites

At = Literal["junctions", "leaves"]
T = TypeVar("T")
ENOUGH = 3
"""Of so many blocks the sums alone show how a gradient goes through a network."""
NONE_FOUND = (
    "No residual addition was found: the forward pass adds no shortcut to a branch that computes (a DenseNet "
    "concatenates). Each leaf is measured."
)
COMPILED = (
    "The network is compiled, so that its additions cannot be seen, and its junctions are not measured. Record the "
    "network without torch.compile to have them."
)


class Finds:
    """The junctions and functional activations of one network as blocks and taps of its records."""

    def __init__(
        self, net: nn.Module, meters: Meters, notes: Notes, patterns: Sequence[str] | None, at: At | None
    ) -> None:
        self._notes, self._patterns, self._at = notes, patterns, at
        self._trail = meters.trail
        wanted = Wanted(
            junctions=at == "junctions" or (at is None and patterns is None),
            functions=patterns is None or any(pattern.endswith(CALLED) for pattern in patterns),
        )
        self._watch = Watch(net, meters, self._last_tap, notes, wanted)
        self._is_empty = not (wanted.junctions or wanted.functions)
        self.take_over = False
        """Whether the sums of the junctions are the taps, in place of the leaves."""

    def _last_tap(self) -> int | None:
        order = self._trail.order
        return order[-1] if order else None

    def follow(self, taps: TapSites) -> None:
        """Follow the network as it is made now."""
        self._watch.follow(taps.modules)

    def attach(self, make_hook: Callable[[Callable[..., Any]], Hook]) -> None:
        """Set the hooks that are not set."""
        if not self._is_empty:
            self._watch.attach(make_hook)

    def let_go(self) -> None:
        """Remove all hooks."""
        self._watch.let_go()

    def reset(self) -> None:
        """Forget the last step."""
        self._watch.reset()

    def finish(self) -> bool:
        """End the step; return whether the sums of junctions take the place of the leaves from now on."""
        watch = self._watch
        watch.finish()
        self._notes.add_all(watch.problems())
        if self._at == "junctions":
            if watch.is_compiled:
                self._notes.add(COMPILED)
            elif watch.num_passes and not watch.junctions:
                self._notes.add(NONE_FOUND)
        if self.take_over or self._patterns is not None or self._at == "leaves":
            return False
        num_blocks = sum(junction.kind != "long" for junction in watch.junctions)
        self.take_over = num_blocks >= ENOUGH or (self._at == "junctions" and bool(watch.junctions))
        if self.take_over:
            watch.leave_functions()
        return self.take_over

    @property
    def junctions(self) -> tuple[Junction, ...]:
        """Give the junctions, in the order in which they run."""
        return self._watch.junctions

    @property
    def dropped(self) -> tuple[str, ...]:
        """Name the junctions whose branches were not computed."""
        return self._watch.dropped

    @property
    def has_run(self) -> bool:
        """Tell whether anything was found in this step."""
        return self._watch.has_run

    def block_columns(self) -> list[list[Value]]:
        """Return a column for each of BLOCK_MEASURES."""
        return self._watch.block_columns()

    def spots(self, taken: Sequence[str]) -> list[Spot]:
        """Give what was found as taps, under names that no tap bears."""
        is_of_sums = self.take_over or (self._at == "junctions" and self._patterns is not None)
        sums = self._watch.sums() if is_of_sums else []
        functions = [] if self.take_over else self._watch.activations()
        if self._patterns is not None:
            functions = [spot for spot in functions if any(fnmatchcase(spot.name, own) for own in self._patterns)]
        return [spot for spot in (*sums, *functions) if spot.name not in taken]

    def columns(self, taken: Sequence[str]) -> list[Sequence[Value]]:
        """Return a column for each of TAP_MEASURES, of these spots."""
        return columns_of([spot.place for spot in self.spots(taken)])


def interleave(keys: Sequence[int], own: Sequence[T], spots: Sequence[Spot], found: Sequence[T]) -> tuple[T, ...]:
    """Put what was found behind the taps, by their keys, that it ran after."""
    if not own:
        return tuple(found)
    at = {key: i for i, key in enumerate(keys)}
    places = [-1 if spot.after is None else _at(at, spot.after) for spot in spots]
    merged: list[T] = []
    for i in range(-1, len(own)):
        merged += own[i : i + 1] if i >= 0 else []
        merged += [one for one, place in zip(found, places, strict=True) if place == i]
    return tuple(merged)


def _at(at: dict[int, int], key: int) -> int:
    # calls that cannot be told apart share the place of the first
    return at.get(key, at.get(key - key % MOST_CALLS, -1))
