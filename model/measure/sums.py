"""The sum over all tensors of one kind that pass within a step; a root mean square and a norm follow from it."""

from typing import NamedTuple, cast

import torch
from torch import Tensor

from skipscope.model.measure.gradient import Gradient
from skipscope.model.measure.gradient_hooks import GradientHooks
from skipscope.model.measure.plain import why_not
from skipscope.model.measure.reductions import (
    Count,
    NonzeroCounter,
    Number,
    num_nonfinite,
    plus,
    root,
    sum_of_squares,
    wide,
)
from skipscope.model.measure.trail import Trail
from skipscope.model.measure.units import Units


class Reading(NamedTuple):
    """One tensor's numbers."""

    squares: Number
    nonfinite: Count
    elements: int


def read(x: Tensor) -> Reading:
    """Reduce a tensor that can be measured."""
    data = x.detach()
    squares = sum_of_squares(data)
    return Reading(squares, num_nonfinite(data, squares), data.numel())


class TorchSum:
    """A sum taken by torch's operations, on any device.

    Tensors are reduced at once and never kept. Sums run over all calls of a step, so that a module which is called
    twice, or a step made of several batches, has one root mean square over everything that passed. A tensor that
    cannot be measured is passed by: `problem` says why, and nothing is raised.
    """

    NUMBERS = ("squares", "nonzero", "nonfinite", "num_dead")

    def __init__(self, nonzero: NonzeroCounter | None = None, trail: Trail | None = None) -> None:
        self._count_nonzero = nonzero
        self._units = Units()
        self._trail = Trail() if trail is None else trail
        self._hooks = GradientHooks()
        self.epoch = 0
        """Counts resets: a hook on a graph that outlives its step does nothing."""
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.squares: Number = 0.0
        self.nonzero: Count = 0.0
        self.nonfinite: Count = 0.0
        self.elements = self.calls = 0
        self._units.reset()
        self._num_dead: Number | None = None
        self.problem: str | None = None
        self.is_lost = False
        self.part: TorchSum | None = None
        """Of passes that leave no gradients in weights: it counts where there was no other."""
        self.epoch += 1
        self._hooks.remove()

    @torch.no_grad()
    def add(self, x: Tensor) -> bool:
        """Add a tensor of real numbers; pass by any other, and return False."""
        try:
            problem = why_not(x)
            if problem is None:
                self._add(x.detach())
                return True
            self.problem = problem
        except Exception as error:  # whatever torch raises here must not end the user's training
            self.lose(f"{type(error).__name__}: {error}")
        return False

    def _add(self, data: Tensor) -> None:
        reading = read(data)
        if self._count_nonzero is not None:
            self.nonzero += self._count_nonzero(data)
            self._units.add(data, self._count_nonzero.mask)
        self.add_reading(reading)

    def add_reading(self, reading: Reading) -> None:
        """Add the numbers of a tensor that was read elsewhere."""
        self.squares = plus(self.squares, reading.squares)
        self.nonfinite += reading.nonfinite
        self.elements += reading.elements
        self.calls += 1
        self._num_dead = None

    def mark(self) -> tuple[Number, Count, int, int]:
        """Return what has been summed so far, for `go_back_to`; zeros and units are not among it."""
        return self.squares, self.nonfinite, self.elements, self.calls

    def go_back_to(self, mark: tuple[Number, Count, int, int]) -> None:
        """Forget what was added since."""
        self.squares, self.nonfinite, self.elements, self.calls = mark

    def add_part(self, x: Tensor) -> None:
        """Add the gradient of a pass of torch.autograd.grad."""
        if self.part is None:
            self.part = TorchSum()
            self._trail.have_part(self.count_part)
        self.part.add(x)

    def count_part(self) -> None:
        """Count the gradients of torch.autograd.grad, for there are no others."""
        if self.part is not None:
            self.merge(self.part)

    def lose(self, problem: str) -> None:
        """Be told that the sum cannot be told in this step, and why."""
        self.problem, self.is_lost = problem, True

    def add_gradient_of(self, x: Tensor) -> Gradient:
        """Add the whole gradient of x when it is there."""
        gradient = Gradient(self._trail, self)
        self._hooks.set(x, gradient, self.lose)
        return gradient

    def seen_of(self, gradient: Tensor) -> Tensor:
        """Return the part of a gradient that is looked at: all."""
        return gradient

    def merge(self, other: "TorchSum") -> None:
        """Add what another sum has, and empty that."""
        self.squares = plus(self.squares, other.squares)
        self.nonzero += other.nonzero
        self.nonfinite += other.nonfinite
        self.elements += other.elements
        self.calls += other.calls
        self._units.merge(other._units)
        self.is_lost |= other.is_lost
        self.problem = self.problem or other.problem
        other.squares = other.nonzero = other.nonfinite = 0.0
        other.elements = other.calls = 0

    def rms(self) -> float | None:
        """Return the root mean square of all elements; None where nothing was added."""
        return None if self.elements == 0 or self.is_lost else root(cast("float", self.squares) / self.elements)

    def norm(self) -> float | None:
        """Return the L2 norm of all elements; None where nothing was added."""
        return None if self.calls == 0 or self.is_lost else root(cast("float", self.squares))

    def zero_fraction(self) -> float | None:
        """Return the share of exact zeros; None where they are not counted or nothing was added."""
        if self._count_nonzero is None or self.elements == 0 or self.is_lost:
            return None
        return 1 - cast("float", self.nonzero) / self.elements

    @property
    def num_dead(self) -> Number:
        """The units that were zero throughout, where they are counted; on a device until it is brought over."""
        if self._num_dead is None:
            dead = self._units.num_dead
            self._num_dead = 0.0 if dead is None else float(dead) if dead.is_cpu else wide(dead)
        return self._num_dead

    @num_dead.setter
    def num_dead(self, brought: Number) -> None:
        self._num_dead = brought

    def dead_units(self) -> int | None:
        """Return how many units were exactly zero for every image at every position; None where it cannot be told."""
        if self._count_nonzero is None or self.elements == 0 or self.is_lost or self._units.num_dead is None:
            return None
        return int(cast("float", self.num_dead))
