"""Looks at the additions of a forward pass, finds the junctions among them, and has those measured."""

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.graph import get_gradient_edge

from skipscope.model.measure import native
from skipscope.model.measure.junctions.calls import Call, Calls
from skipscope.model.measure.junctions.fork import Context, Edge, Fork, Input, find_fork
from skipscope.model.measure.junctions.junction import Junction
from skipscope.model.measure.junctions.meter import JunctionMeter, Seen
from skipscope.model.measure.junctions.mode import Act
from skipscope.model.measure.junctions.operands import FEWEST, SIGNS, Operands, operands_of
from skipscope.model.measure.junctions.recipe import Recipe, Ways, compile_ways
from skipscope.model.measure.junctions.sites import Naming, Site, Sites, caller_of, line_of
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.plain import in_transform, why_not

SCALES = (torch.mul, Tensor.mul, Tensor.mul_, torch.div, Tensor.div, Tensor.div_)
"""Functions that may multiply a branch by a number."""


@dataclass(slots=True)
class Found:
    """A junction, its meter, and how many places in space or time its sum has."""

    junction: Junction
    meter: JunctionMeter
    positions: int
    takes_input: bool
    recipe: Recipe | None = None


@dataclass(slots=True)
class Met:
    """An addition that is about to be made."""

    way: "Way"
    found: Found


class Way(NamedTuple):
    """The fork of an addition, the users of x where they are compiled, and x itself or what finds it."""

    fork: Fork
    users: native.Users | None
    origin: Edge | Callable[[], Edge]


class Additions:
    """The junctions of one network. `act` stands in for each function that adds."""

    def __init__(
        self, calls: Calls, naming: Naming, make_meter: Callable[[], JunctionMeter], notes: Notes,
        engine: native.Engine | None,
    ) -> None:  # fmt: skip
        self._calls, self._naming, self._make_meter, self._notes = calls, naming, make_meter, notes
        self._engine = engine
        self.sites: Sites[Found] = Sites()
        self._refused: set[Hashable] = set()
        self.forget_pass()

    def follow(self) -> None:
        """Be told that the network is made of other modules now."""
        self._refused.clear()

    def forget_pass(self) -> None:
        """Let go whatever belongs to the pass that ended."""
        self._context = Context()
        self._inputs: dict[tuple[int, int], tuple[Tensor, Input]] = {}
        self._sums: dict[Any, Found] = {}
        self._last: Seen | None = None

    @property
    def acts(self) -> dict[Callable[..., Any], Act]:
        """Give what stands in for which function."""
        return {**dict.fromkeys(SIGNS, self.add), **dict.fromkeys(SCALES, self.scale)}

    @property
    def takes_input(self) -> bool:
        """Tell whether x is the network's own input at any junction."""
        return any(found.takes_input for found in self.sites.meters)

    def add(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Make an addition, and measure it if it is a junction."""
        if len(args) == 2 and not isinstance(args[1], Tensor):
            # a number, as in each step of a BatchNorm
            return func(*args, **kwargs)
        met = None
        try:
            met = self._meet(func, args, kwargs, sys._getframe(2))
        except Exception as error:  # the user's forward pass goes on
            self._note(error)
        y = func(*args, **kwargs)
        if met is not None:
            try:
                self._join(met, y)
            except Exception as error:  # the user's forward pass goes on
                met.found.meter.lose(f"{type(error).__name__}: {error}")
        return y

    def _note(self, error: Exception) -> None:
        self._notes.add(f"An addition could not be looked at: {type(error).__name__}: {error}")

    def scale(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Multiply, and remember where by a number."""
        y = func(*args, **kwargs)
        if len(args) == 2 and any(isinstance(one, int | float) for one in args) and isinstance(y, Tensor):
            self._context.factors.add(y.grad_fn)
        return y

    def enter_graph(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function, and remember which node a tensor without gradient leads to."""
        y = func(*args, **kwargs)
        try:
            self._remember(args, kwargs, y)
        except Exception as error:  # the user's forward pass goes on
            self._note(error)
        return y

    def _remember(self, args: tuple[Any, ...], kwargs: dict[str, Any], y: object) -> None:
        # attention returns its weights as well
        made = y[0] if type(y) is tuple and y else y
        if not args or type(made) is not Tensor or type(args[0]) is not Tensor:
            return
        x = args[0]
        if made.grad_fn is None or x.requires_grad or x.dim() < FEWEST or why_not(x) is not None:
            return
        kept = self._inputs.setdefault(_place(x), (x, Input()))
        others = (*args[1:], *kwargs.values())
        is_layer = any(isinstance(one, nn.Parameter) and one.dim() > 1 for one in others)
        self._context.inputs[made.grad_fn] = kept[1], is_layer

    def _meet(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> Met | None:
        call = self._calls.innermost
        if call is None or call.number == 0:
            return None
        operands = operands_of(func, args, kwargs)
        if operands is None or in_transform() is not None:
            return None
        line = line_of(caller_of(frame))
        count = self._calls.count(line)
        key = self._naming.of(call.module), line, count, call.number
        if key in self._refused:
            return None
        known = self.sites.get(key)
        way = self._way(operands, None if known is None else known.meter)
        if way is None:
            if operands.first.requires_grad and operands.second.requires_grad:
                self._refused.add(key)
            return None
        fork = way.fork
        found = self._sums[fork.extends] if fork.extends is not None else self._found(key, fork, operands, call)
        if fork.extends is None:
            found.meter.meet(fork, operands, self._last)
        return Met(way, found)

    def _way(self, operands: Operands, known: Found | None) -> Way | None:
        first, second = self._edge(operands.first), self._edge(operands.second)
        if first is None or second is None:
            return None
        recipe = None if known is None else known.recipe
        if recipe is not None and recipe.compiled is not None:
            users = recipe.compiled.follow(operands.first, operands.second, recipe.num_nodes)
            if users is not None:
                return Way(recipe.fork, users, partial(recipe.origin_of, first, second))
        fork = None if recipe is None or recipe.compiled is not None else recipe.follow(first, second)
        if fork is not None:
            return Way(fork, None, fork.origin)
        fork = find_fork(first, second, self._context)
        # a shortcut that is subtracted or scaled by the addition hands on something else than x
        if fork is None or (not fork.first_is_shortcut and operands.factor != 1):
            return None
        if known is not None and fork.has_gradient:
            known.recipe = Recipe.of(fork, first, second, self._engine)
        return Way(fork, self._users(fork, operands, first, second), fork.origin)

    def _users(self, fork: Fork, operands: Operands, first: Edge, second: Edge) -> native.Users | None:
        if self._engine is None or not fork.has_gradient:
            return None
        ways = Ways.of(fork, first, second)
        return None if ways is None else compile_ways(self._engine, fork, ways).follow(operands.first, operands.second)

    def _edge(self, x: Tensor) -> Edge | None:
        if not x.requires_grad:
            kept = self._inputs.get(_place(x))
            return None if kept is None else (kept[1], 0)
        return x.grad_fn if x.grad_fn is not None else get_gradient_edge(x).node, x.output_nr

    def _found(self, key: tuple[Any, ...], fork: Fork, operands: Operands, call: Call) -> Found:
        time = call.time or self._calls.tick()
        site = self.sites.get(key)
        if site is None:
            base, line, count, number = key
            name = self.sites.name(base, "", (line, count), number, self._naming.taken)
            is_scaled = fork.is_scaled or operands.factor not in (1, -1)
            junction = Junction(name, fork.kind, is_scaled)
            found = Found(junction, self._make_meter(), _positions(operands.first, fork), not fork.has_gradient)
            site = Site(name, found, self._naming.last_tap())
            self.sites.add(key, site)
        meter = site.meter.meter
        if not meter.has_run:
            self.sites.run(key, time)
        meter.is_recomputed |= call.time is not None
        return site.meter

    def _join(self, met: Met, y: Tensor) -> None:
        (fork, users, origin), meter = met.way, met.found.meter
        self._last = meter.join(fork, y, users) if fork.extends is None else meter.extend(fork, y, users)
        node = y.grad_fn
        self._context.sums[node] = origin
        self._sums[node] = met.found


def _place(x: Tensor) -> tuple[int, int]:
    return x.untyped_storage().data_ptr(), x.numel()


def _positions(x: Tensor, fork: Fork) -> int:
    return prod(x.shape[2:] if fork.is_convolutional else x.shape[1:-1])
