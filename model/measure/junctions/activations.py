"""Looks at the activation functions that a forward pass calls without a module, and has their outputs measured."""

import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from skipscope.model.measure.junctions.calls import Calls
from skipscope.model.measure.junctions.functions import FUNCTIONS, is_of_module
from skipscope.model.measure.junctions.mode import Act
from skipscope.model.measure.junctions.sites import Naming, Site, Sites, caller_of, line_of
from skipscope.model.measure.notes import Notes
from skipscope.model.measure.plain import in_transform, why_not
from skipscope.model.measure.tap_meter import Place


class Activations:
    """The functional activations of one network. `call` stands in for each such function."""

    def __init__(self, calls: Calls, naming: Naming, make_place: Callable[[int], Place], notes: Notes) -> None:
        self._calls, self._naming, self._make_place, self._notes = calls, naming, make_place, notes
        self.sites: Sites[Place] = Sites()
        self.shapes: dict[str, tuple[int, ...]] = {}
        """Of the first output of each, by name."""

    @property
    def acts(self) -> dict[Callable[..., Any], Act]:
        """Give what stands in for which function."""
        return dict.fromkeys(FUNCTIONS, self.call)

    def call(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an activation function and measure what it returns, if no module does."""
        y = func(*args, **kwargs)
        try:
            self._measure(func, y, sys._getframe(2))
        except Exception as error:  # the user's forward pass goes on
            self._notes.add(f"An activation function could not be looked at: {type(error).__name__}: {error}")
        return y

    def _measure(self, func: Callable[..., Any], y: object, frame: Any) -> None:
        call = self._calls.innermost
        if call is None or call.number == 0 or not isinstance(y, Tensor) or y.dim() < 2:
            return
        if not torch.is_grad_enabled() or in_transform() is not None or why_not(y) is not None:
            return
        caller = caller_of(frame)
        if is_of_module(caller) or self._naming.is_tap(call.module):
            return
        line = line_of(caller)
        count = self._calls.count(line)
        base = self._naming.of(call.module)
        key = base, line, count, call.number
        site = self.sites.get(key)
        if site is None:
            name = self.sites.name(base, f".{FUNCTIONS[func]}()", (line, count), call.number, ())
            site = Site(name, self._make_place(0), self._naming.last_tap())
            self.sites.add(key, site)
            self.shapes[name] = tuple(y.shape)
        place = site.meter
        if not place.is_known:
            place.is_known = True
            self.sites.run(key, call.time or self._calls.tick())
        if place.activation.add(y) and y.requires_grad:
            place.gradient.add_gradient_of(y)
