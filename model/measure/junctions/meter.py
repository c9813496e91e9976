"""The meter of one junction: its sum, both operands as they are added, and both parts of the gradient where x splits.

Known numbers are not read again: a bare shortcut passes the gradient of the sum back unchanged, and the sum that was
measured last is often the next junction's shortcut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import ReferenceType, ref

import torch
from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.junctions.fork import Fork
from skipscope.model.measure.junctions.operands import Operands
from skipscope.model.measure.junctions.parts import Parts
from skipscope.model.measure.record import Value
from skipscope.model.measure.sums import Reading, TorchSum, read
from skipscope.model.measure.trail import Trail

GradientSum = tuple[native.Sum, Callable[[Tensor], object]]
"""A sum of gradients, and the function that adds a tensor's when it is there."""
CHANGED = "its shortcut was changed in place before a second branch was added, so that both together are not known"


@dataclass(frozen=True, slots=True)
class Seen:
    """A tensor that was read, which is not kept, and its numbers."""

    tensor: ReferenceType[Tensor]
    version: int
    reading: Reading

    @classmethod
    def of(cls, x: Tensor, reading: Reading) -> "Seen":
        """Remember a tensor as it is."""
        return cls(ref(x), x._version, reading)

    def get(self) -> Tensor | None:
        """Return the tensor, if it is there and unchanged."""
        x = self.tensor()
        return x if x is not None and x._version == self.version else None


class JunctionMeter:
    """The measures of one junction within a step, over all its passes."""

    def __init__(self, trail: Trail, make_sum: Callable[[], TorchSum], gradient: GradientSum) -> None:
        self._trail = trail
        self.activation, (self.gradient, self._add_gradient_of) = make_sum(), gradient
        """Of the sum, as of a tap."""
        self.is_recomputed = False
        self._residual, self._identity, self._residual_gradient = make_sum(), make_sum(), make_sum()
        self._make_sum = make_sum
        self._identity_gradient: TorchSum | None = None
        """None while it is the gradient of the sum."""
        self.sums: list[native.Sum] = [self.activation, self.gradient]
        self.sums += [self._residual, self._identity, self._residual_gradient]
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.is_recomputed = False
        for own in self.sums:
            own.reset()
        self.has_run = self._is_bare = self._has_gradient = False
        self._factor = 1.0
        self._pending: list[Parts] = []
        """Gradients that have come in part."""
        self._shortcut: Seen | None = None
        self._branch: ReferenceType[Parts] | None = None
        """The gradients of the last branch; its graph keeps them, and nothing here keeps the graph."""
        self._mark()

    def _mark(self) -> None:
        self._marks = self._residual.mark(), self.activation.mark()

    def meet(self, fork: Fork, operands: Operands, last: Seen | None) -> None:
        """Measure what is about to be added; `last` is the sum that was measured last."""
        shortcut, branch = operands.first, operands.second
        if not fork.first_is_shortcut:
            shortcut, branch = branch, shortcut
        self.has_run = True
        self._factor = abs(operands.factor) if fork.first_is_shortcut else 1.0
        reading = last.reading if last is not None and last.get() is shortcut else read(shortcut)
        self._identity.add_reading(reading)
        self._shortcut = Seen.of(shortcut, reading)
        self._mark()
        self._residual.add_reading(read(branch))

    def join(self, fork: Fork, y: Tensor) -> Seen:
        """Measure the sum now and the gradients later."""
        seen = self._add_sum(y)
        self._is_bare, self._has_gradient = not fork.shortcut, fork.has_gradient
        self._add_gradient_of(y)
        if fork.has_gradient:
            parts = self._parts_of(fork, self._residual_gradient)
            parts.watch(fork.residual)
            self._branch = ref(parts)
            if not self._is_bare:
                self._parts_of(fork, self._sum_of_identity()).watch(fork.shortcut)
        return seen

    def _sum_of_identity(self) -> TorchSum:
        if self._identity_gradient is None:
            self._identity_gradient = self._make_sum()
            self.sums.append(self._identity_gradient)
        return self._identity_gradient

    def _add_sum(self, y: Tensor) -> Seen:
        reading = read(y)
        self.activation.add_reading(reading)
        return Seen.of(y, reading)

    def _parts_of(self, fork: Fork, total: TorchSum) -> Parts:
        return Parts(self._trail, total, fork.origin, self._pending)

    @torch.no_grad()
    def extend(self, fork: Fork, y: Tensor) -> Seen:
        """Take a further branch into the junction: x + F(x) + G(x)."""
        self._residual.go_back_to(self._marks[0])
        self.activation.go_back_to(self._marks[1])
        shortcut = None if self._shortcut is None else self._shortcut.get()
        if shortcut is None:
            self._residual.lose(CHANGED)
        else:
            self._residual.add_reading(read(y.detach() - shortcut.detach()))
            self._factor = 1.0
        parts = None if self._branch is None else self._branch()
        if parts is not None:
            parts.watch(fork.residual)
        return self._add_sum(y)

    def finish(self) -> None:
        """End the step."""
        for parts in self._pending:
            parts.finish()
        self._pending.clear()

    def lose(self, problem: str) -> None:
        """Be told that nothing of it can be told in this step, and why."""
        for own in self.sums:
            own.lose(problem)

    def lose_gradients(self, problem: str) -> None:
        """Be told that gradients cannot be told in this step, and why."""
        for own in (self.gradient, *self.sums[4:]):
            own.lose(problem)

    def values(self) -> tuple[Value, ...]:
        """Return a number for each of BLOCK_MEASURES; the direction of a branch is measured in our networks only."""
        residual, is_known = self._residual.rms(), self._is_bare and self._has_gradient
        own = self.gradient if is_known else self._identity_gradient
        return (
            None if residual is None else residual * self._factor,
            self._identity.rms(),
            self._residual_gradient.norm(),
            None if own is None else own.norm(),
            None,
            None,
        )
