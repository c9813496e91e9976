"""The hooks of a recorder and the meters behind them, which follow the network as it is at each step: a module or a
weight that takes another's place is measured in its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure import native
from skipscope.model.measure.hook import Hook, has_compiler
from skipscope.model.measure.junctions.finds import At, Finds, interleave
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.meters import Meters
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.places import Places, choose, is_activation, places_of
from skipscope.model.measure.plain import in_transform
from skipscope.model.measure.record import BLOCK_MEASURES, TAP_MEASURES, WEIGHT_MEASURES, Schema, Value
from skipscope.model.measure.reductions import Number, bring_over
from skipscope.model.measure.shards import is_gathering
from skipscope.model.measure.step_gradient import StepGradient
from skipscope.model.measure.structure import Structure
from skipscope.model.measure.tap_sites import TapSites
from skipscope.model.measure.way import Way
from skipscope.model.measure.weight_sites import Site, WeightSites

IN_GRAPH = (
    "The network is compiled with fullgraph=True or exported, so that no hook runs in it and nothing is measured at "
    "its taps. Compile it without fullgraph."
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A step that has ended."""

    schema: Schema
    columns: dict[str, Sequence[Value]]
    dropped: tuple[str, ...]
    gradient: StepGradient
    brought: list[float]
    """The numbers that came over with it."""


class Attachment:
    """Meters and hooks at the places of one network."""

    def __init__(self, net: nn.Module, patterns: Sequence[str] | None, notes: Notes, at: At | None, way: Way) -> None:
        self._net, self._patterns, self._notes, self.way = net, patterns, notes, way
        self._at: At | None = at
        self._offered = self._places()
        if patterns is not None:
            choose(net, patterns)
        self.is_attached = self._is_refused = self._knows_compiler = False
        self._handles: list[RemovableHandle] = []
        self._build()

    def _places(self) -> Places:
        return places_of(self._net, leaves_only=self._at == "leaves")

    def _build(self) -> None:
        """Make all meters, for the device that the weights lie on."""
        self._meters = Meters(on_cpu=self._is_on_cpu())
        self._taps = TapSites(self._meters, ordered=self._offered.ordered and self._patterns is None)
        self._weights = WeightSites(self._meters, self.way.scaling, sums=self.way.sums)
        self._finds = (
            None if self._offered.ordered else Finds(self._net, self._meters, self._notes, self._patterns, self._at)
        )
        self._resolve()
        self._blocks: list[native.Block] = []
        for name, block in self._offered.blocks.items():
            before = self._blocks[-1] if self._blocks else None
            self._blocks.append(self._meters.make_block(block, self._taps.meter_of(name), before))

    def _is_on_cpu(self) -> bool:
        return all(parameter.is_cpu for parameter in self._net.parameters())

    def _resolve(self) -> None:
        """Find the modules and weights that bear the names now."""
        self._structure = Structure(self._net)
        if not self._offered.ordered:
            self._offered = self._places()
        modules = dict(self._net.named_modules())
        self._taps.follow(self._modules(modules))
        if self._finds is not None:
            self._finds.follow(self._taps)
        owners = {name: path.rpartition(".") for name, path in self._offered.weights.items()}
        sites = [Site(name, modules[owner], key) for name, (owner, _, key) in owners.items() if owner in modules]
        self._weights.follow(sites, gathers=is_gathering(self._net))

    def _modules(self, modules: dict[str, nn.Module]) -> Iterator[tuple[str, nn.Module, bool]]:
        own, offered = self._patterns, self._offered
        if self._finds is not None and self._finds.take_over:
            return
        names = offered.taps if own is None else [name for name in modules if name and _fits(name, own)]
        for name in names:
            if name in modules:
                module = modules[name]
                yield name or type(module).__name__, module, name in offered.active or is_activation(module)

    @property
    def schema(self) -> Schema:
        """Give the names of what is measured."""
        taps, known = self._taps, self._offered.positions
        positions = tuple(known.get(name, found) for name, found in zip(taps.names, taps.positions, strict=True))
        if self._finds is None:
            return Schema(taps.names, self._weights.names, tuple(self._offered.blocks), taps.kinds, positions)
        spots, junctions = self._finds.spots(taps.names), self._finds.junctions
        names = interleave(taps.keys, taps.names, spots, [spot.name for spot in spots])
        kinds = interleave(taps.keys, taps.kinds, spots, [spot.kind for spot in spots])
        positions = interleave(taps.keys, positions, spots, [spot.positions for spot in spots])
        blocks = tuple(junction.name for junction in junctions)
        return Schema(names, self._weights.names, blocks, kinds, positions, tuple(map(str, junctions)))

    @property
    def junctions(self) -> tuple[Junction, ...]:
        """Give the junctions that were found."""
        return () if self._finds is None else self._finds.junctions

    @torch.no_grad()
    def sync(self) -> None:
        """Follow whatever was added, removed, replaced, moved or unfrozen since."""
        if self.is_attached and self._knows_compiler != has_compiler():
            self.let_go()
            self.attach()
        if not self._structure.holds():
            self._resolve()
            self._attach_what_is_new()
        elif not self._weights.are_current:
            self._weights.find()
            self._attach_what_is_new()
        elif self._weights.lack_hooks:
            self._attach_what_is_new()
        if self._meters.on_cpu != all(meter.weight.is_cpu for meter in self._weights.meters):
            self._move()

    def _attach_what_is_new(self) -> None:
        if self.is_attached:
            self._taps.attach(self._hook)
            self._weights.attach(self._hook)
            if self._finds is not None:
                self._finds.attach(self._hook)

    def _move(self) -> None:
        if self._meters.on_cpu != self._is_on_cpu():
            was_attached = self.is_attached
            self.let_go()
            self._build()
            if was_attached:
                self.reset()
                self.attach()

    @torch.no_grad()
    def reset(self) -> None:
        """Forget the last step."""
        self.way.reset()
        self._forget()

    def _forget(self) -> None:
        self._meters.trail.reset()
        self._taps.reset()
        for block in self._blocks:
            block.reset()
        self._weights.reset()
        if self._finds is not None:
            self._finds.reset()

    def attach(self) -> None:
        """Set every hook."""
        self.is_attached, self._knows_compiler = True, has_compiler()
        handles, hook = self._handles, self._hook
        has_hooks = not isinstance(self._net, torch.jit.ScriptModule)
        # the whole network is a tap where it has no modules within: its own hooks go around that
        if has_hooks:
            handles.append(self._net.register_forward_pre_hook(hook(self._begin), prepend=True))
        self._attach_what_is_new()
        for block, meter in zip(self._offered.blocks.values(), self._blocks, strict=True):
            handles.append(block.fork.register_forward_hook(hook(meter.fork)))
            handles.append(block.junction.register_forward_hook(hook(meter.junction)))
        if has_hooks:
            handles.append(self._net.register_forward_hook(hook(self._end)))
        handles.append(register_optimizer_step_pre_hook(self._weights.watch.before))
        handles.append(register_optimizer_step_post_hook(self._weights.watch.after))

    def let_go(self) -> None:
        """Remove every hook."""
        self.is_attached = False
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._taps.let_go()
        self._weights.let_go()
        if self._finds is not None:
            self._finds.let_go()

    def _hook(self, act: Callable[..., Any]) -> Hook:
        return Hook(act, self._refuse)

    def _refuse(self) -> None:
        self._is_refused = True
        self._notes.add(IN_GRAPH)

    def _begin(self, module: nn.Module, args: object) -> None:
        if in_transform() is not None:
            return
        try:
            self.sync()
            if self.way.was_skipped(self._weights):
                with torch.no_grad():
                    self._forget()
            self._weights.begin()
            self.way.begin(self._weights)
        except Exception as error:  # the user's forward pass goes on
            self._notes.add(f"The network could not be followed: {type(error).__name__}: {error}")
        self._meters.trail.begin(module, args)

    def _end(self, module: nn.Module, args: object, output: object) -> None:
        if in_transform() is None:
            self._meters.trail.end(module, args, output)

    @property
    def has_run(self) -> bool:
        """Tell whether any tap was reached in this step, or it is known already why none was."""
        has_found = self._finds is not None and self._finds.has_run
        return self._is_refused or has_found or bool(self._meters.trail.order or self._taps.problems())

    @property
    def awaits_gradients(self) -> bool:
        """Tell whether a tensor was measured that gets a gradient."""
        return self._meters.trail.awaits_gradients or (self._finds is not None and self._finds.has_run)

    @property
    def is_untouched(self) -> bool:
        """Tell whether nothing has passed and no weight has changed since the last reset."""
        is_idle = self._taps.is_idle and (self._finds is None or not self._finds.has_run)
        return is_idle and all(meter.untouched for meter in self._weights.meters)

    @torch.no_grad()
    def finish(self, numbers: Sequence[Tensor]) -> Finished:
        """End the step, and bring `numbers` over with what was measured."""
        self._weights.finish()
        self._meters.settle(self._taps.meters)
        self._taps.learn(self._notes)
        if self._finds is not None and self._finds.finish():
            self._taps.follow(())
        waiting = [*numbers, *self.way.numbers]
        brought = bring_over(waiting) if self._meters.on_cpu else self._bring_over(waiting)
        factors = brought[len(numbers) :]
        self.way.assume(factors, self._weights)
        of_taps, of_blocks = self._tap_columns(), self._block_columns()
        columns: dict[str, Sequence[Value]] = {
            **dict(zip(TAP_MEASURES, of_taps, strict=True)),
            **dict(zip(WEIGHT_MEASURES, self._weights.columns(), strict=True)),
            **dict(zip(BLOCK_MEASURES, of_blocks, strict=True)),
        }
        gradient = self.way.finish(columns, factors, self._weights)
        self._notes.add_all([*self._taps.problems(), *self._weights.problems()])
        schema = self.schema
        return Finished(schema, columns, self._dropped(schema), gradient, brought[: len(numbers)])

    def _tap_columns(self) -> Iterable[Sequence[Value]]:
        columns = self._taps.columns()
        if self._finds is None:
            return columns
        names, keys = self._taps.names, self._taps.keys
        spots, found = self._finds.spots(names), self._finds.columns(names)
        return [list(interleave(keys, own, spots, more)) for own, more in zip(columns, found, strict=True)]

    def _block_columns(self) -> Iterable[Sequence[Value]]:
        return self._meters.block_columns(self._blocks) if self._finds is None else self._finds.block_columns()

    def _dropped(self, schema: Schema) -> tuple[str, ...]:
        if self._finds is not None:
            return self._finds.dropped
        return tuple(name for name, block in zip(schema.blocks, self._blocks, strict=True) if block.dropped)

    def _bring_over(self, numbers: Sequence[Number]) -> list[float]:
        weights = self._weights.meters
        used = [meter.used for meter in weights]
        meters = (*self._meters.torch_sums, *self._meters.angles, *weights, *used)
        places = [(own, name) for own in meters for name in own.NUMBERS]
        brought = bring_over([*(getattr(own, name) for own, name in places), *numbers])
        for (own, name), number in zip(places, brought, strict=False):
            setattr(own, name, number)
        return brought[len(places) :]


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
