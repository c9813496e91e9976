"""The modules of a network that are measured at present, their meters, and the order in which they run."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure import native
from skipscope.model.measure.hook import Hook
from skipscope.model.measure.meters import Meters
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.order import merge
from skipscope.model.measure.outputs import first_real
from skipscope.model.measure.plain import SCRIPTED
from skipscope.model.measure.record import Value
from skipscope.model.measure.tap_meter import MOST_CALLS

LIMIT = 16
"""A module that runs more often within a forward pass has one place for all its calls."""
TOO_OFTEN = f"it runs more than {LIMIT} times in a forward pass, so that all its calls are measured as one."
RECOMPUTED = (
    "it runs more than once because checkpointing with use_reentrant=True repeats it, so that all its calls are "
    "measured as one."
)
LAYOUTS = {
    **dict.fromkeys(("Conv1d", "ConvTranspose1d", "BatchNorm1d", "GroupNorm", "MaxPool1d", "AvgPool1d"), True),
    **dict.fromkeys(("Linear", "LayerNorm", "Embedding", "LSTM", "GRU", "RNN", "MultiheadAttention"), False),
}
"""Whether the channels of an output of three dimensions come before its positions, by the kind of module."""
MakeHook = Callable[[Callable[..., Any]], Hook]


class Tap:
    """A module that is measured, its meter and the hook that is set on it."""

    def __init__(self, name: str, module: nn.Module, meter: native.Tap, *, zeros: bool) -> None:
        self.name, self.module, self.meter, self.zeros = name, module, meter, zeros
        self._handle: RemovableHandle | None = None
        self.shape: tuple[int, ...] = ()
        """Of its first output."""

    @property
    def is_scripted(self) -> bool:
        """Tell whether no hook can be set."""
        return isinstance(self.module, torch.jit.ScriptModule)

    def attach(self, make_hook: MakeHook, *, shapes: bool) -> None:
        """Set the hook, if there can be one; it also keeps the shape of the first output where it is told to."""
        if self._handle is None and not self.is_scripted:
            forward = self._forward if shapes else self.meter.forward
            self._handle = self.module.register_forward_hook(make_hook(forward))

    def _forward(self, module: nn.Module, args: object, output: object) -> None:
        # a tracer would take the question into its graph
        if not self.shape and not torch.jit.is_tracing():
            x = output if isinstance(output, Tensor) else first_real(output)
            with suppress(RuntimeError):  # a nested tensor has no shape
                self.shape = () if x is None else tuple(x.shape)
        self.meter.forward(module, args, output)

    def let_go(self) -> None:
        """Remove the hook."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None


class TapSites:
    """The taps of one network by name. Each has one place if their order is known; else one for each of its calls
    within a forward pass, in the order of the first calls."""

    def __init__(self, meters: Meters, *, ordered: bool) -> None:
        self._meters, self._ordered = meters, ordered
        self._taps: dict[str, Tap] = {}
        self._numbered: list[Tap] = []
        self._order: list[int] = []
        self._ran: list[int] = []
        self.names: tuple[str, ...] = ()
        self._places: list[native.Place] = []
        self._keys: list[int] = []

    def follow(self, modules: Iterable[tuple[str, nn.Module, bool]]) -> None:
        """Measure these modules under their names, and count the zeros of those that are activations."""
        before, self._taps = self._taps, {}
        for name, module, zeros in modules:
            tap = before.pop(name, None)
            if tap is None or tap.module is not module or tap.zeros != zeros:
                if tap is not None:
                    tap.let_go()
                tap = self._replace(tap, name, module, zeros=zeros)
            self._taps[name] = tap
        for gone in before.values():
            gone.let_go()
        self._lay_out()

    def _replace(self, old: Tap | None, name: str, module: nn.Module, *, zeros: bool) -> Tap:
        if old is not None and old.zeros == zeros:
            old.module = module
            return old
        number = len(self._numbered) if old is None else self._numbered.index(old)
        meter = self._meters.make_tap(number, zeros=zeros, limit=1 if self._ordered else LIMIT)
        tap = Tap(name, module, meter, zeros=zeros)
        self._numbered[number : number + 1] = [tap]
        return tap

    def _lay_out(self) -> None:
        there = {id(tap) for tap in self._taps.values()}
        ran = [key for key in self._order if id(self._numbered[key // MOST_CALLS]) in there]
        known = {key // MOST_CALLS for key in ran}
        rest = [number for number, tap in enumerate(self._numbered) if id(tap) in there and number not in known]
        keys = [*ran, *(number * MOST_CALLS for number in rest)]
        if self._ordered:
            keys = [tap.meter.places[0].key for tap in self._taps.values()]
        self._keys = keys
        self.names = tuple(self._name(key) for key in keys)
        self._places = [self._numbered[key // MOST_CALLS].meter.places[key % MOST_CALLS] for key in keys]

    def _name(self, key: int) -> str:
        number, call = divmod(key, MOST_CALLS)
        return self._numbered[number].name + (f":{call + 1}" if call else "")

    @property
    def keys(self) -> Sequence[int]:
        """Give the key of each place."""
        return self._keys

    @property
    def modules(self) -> frozenset[nn.Module]:
        """Give the modules."""
        return frozenset(tap.module for tap in self._taps.values())

    @property
    def kinds(self) -> tuple[str, ...]:
        """Name the class of each place's module."""
        return tuple(type(self._numbered[key // MOST_CALLS].module).__name__ for key in self._keys)

    @property
    def positions(self) -> tuple[int | None, ...]:
        """Give how many positions an output of each place has in space or time, behind the first batch."""
        found: list[int | None] = []
        is_channels_first = False
        for kind, key in zip(self.kinds, self._keys, strict=True):
            shape = self._numbered[key // MOST_CALLS].shape
            # an activation function does not say where its channels lie: they lie as in what came before it
            if len(shape) == 3 and kind in LAYOUTS:
                is_channels_first = LAYOUTS[kind]
            within = shape[2:] if len(shape) > 3 or is_channels_first else shape[1:-1]
            found.append(prod(within) if shape else None)
        return tuple(found)

    @property
    def meters(self) -> list[native.Tap]:
        """Give the meter of each tap."""
        return [tap.meter for tap in self._taps.values()]

    def meter_of(self, name: str) -> native.Tap | None:
        """Return the meter of a tap, if it is one."""
        tap = self._taps.get(name)
        return None if tap is None else tap.meter

    def attach(self, make_hook: MakeHook) -> None:
        """Set the hooks that are not set."""
        for tap in self._taps.values():
            tap.attach(make_hook, shapes=not self._ordered)

    def let_go(self) -> None:
        """Remove all hooks."""
        for tap in self._taps.values():
            tap.let_go()

    def reset(self) -> None:
        """Forget the last step."""
        for tap in self._taps.values():
            tap.meter.reset()

    def learn(self, notes: Notes) -> None:
        """Learn from the step that ended in which order places run, and which share one."""
        if self._ordered:
            return
        ran = self._meters.trail.order
        shared = [tap for tap in self._taps.values() if tap.meter.is_shared]
        if ran == self._ran and not shared:
            return
        self._ran = ran
        self._order = merge(self._order, ran)
        for tap in shared:
            first, *others = tap.meter.places
            for other in others:
                first.merge(other)
            tap.meter.limit = 1
            own = first.key // MOST_CALLS
            self._order = [key for key in self._order if key // MOST_CALLS != own or key == first.key]
            notes.add(f"{tap.name}: {TOO_OFTEN if len(others) == LIMIT - 1 else RECOMPUTED}", warn=False)
        self._lay_out()

    def columns(self) -> Iterable[Sequence[Value]]:
        """Return what the places measured."""
        return self._meters.tap_columns(self._places)

    def problems(self) -> list[tuple[str, str]]:
        """Return which of the places could not be measured, by name, and why."""
        measured = [(self.names[i], problem) for i, problem in self._meters.problems(self._places)]
        return [*measured, *((tap.name, SCRIPTED) for tap in self._taps.values() if tap.is_scripted)]

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing has passed since the last reset."""
        return self._meters.are_idle(self.meters)
