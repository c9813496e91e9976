"""The meter of one junction: its sum, both operands as they are added, and both parts of the gradient where x splits.

Known numbers are not read again: a bare shortcut passes the gradient of the sum back unchanged.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from weakref import ReferenceType, ref

import torch
from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.junctions.fork import Fork
from skipscope.model.measure.junctions.operands import Operands
from skipscope.model.measure.record import Value
from skipscope.model.measure.sums import Reading

CHANGED = "its shortcut was changed in place before a second branch was added, so that both together are not known"


@dataclass(frozen=True, slots=True)
class Seen:
    """A tensor that was read, which is not kept, and its numbers where they are known."""

    tensor: ReferenceType[Tensor]
    version: int
    reading: Reading | None

    @classmethod
    def of(cls, x: Tensor, reading: Reading | None = None) -> "Seen":
        """Remember a tensor as it is."""
        return cls(ref(x), x._version, reading)

    def get(self) -> Tensor | None:
        """Return the tensor, if it is there and unchanged."""
        x = self.tensor()
        return x if x is not None and x._version == self.version else None


class JunctionMeter(ABC):
    """The measures of one junction within a step, over all its passes."""

    def __init__(
        self, activation: native.Sum, gradient: native.Sum, residual: native.Sum, identity: native.Sum,
        residual_gradient: native.Sum,
    ) -> None:  # fmt: skip
        self.activation, self.gradient = activation, gradient
        """Of the sum, as of a tap."""
        self._residual, self._identity, self._residual_gradient = residual, identity, residual_gradient
        self._identity_gradient: native.Sum | None = None
        """None while it is the gradient of the sum."""
        self.sums = [activation, gradient, residual, identity, residual_gradient]
        self.is_recomputed = False
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.is_recomputed = False
        for own in self.sums:
            own.reset()
        self.has_run = self._is_bare = self._has_gradient = False
        self._factor = 1.0
        self._shortcut: Seen | None = None
        self._mark()

    def _mark(self) -> None:
        self._marks = self._residual.mark(), self.activation.mark()

    def meet(self, fork: Fork, operands: Operands, last: Seen | None) -> None:
        """Measure what is about to be added; `last` is the sum that was measured last."""
        self.has_run = True
        self._factor = abs(operands.factor) if fork.first_is_shortcut else 1.0
        self._mark()
        shortcut = operands.first if fork.first_is_shortcut else operands.second
        self._shortcut = Seen.of(shortcut, self._measure(fork, operands, last))

    def join(self, fork: Fork, y: Tensor, users: native.Users | None) -> Seen:
        """Measure the sum now and the gradients later; `users` are those of x on both paths where they are compiled."""
        seen = self._add_sum(y)
        self._is_bare, self._has_gradient = fork.is_bare, fork.has_gradient
        self._watch(fork, y, users)
        return seen

    @torch.no_grad()
    def extend(self, fork: Fork, y: Tensor, users: native.Users | None) -> Seen:
        """Take a further branch into the junction: x + F(x) + G(x)."""
        self._residual.go_back_to(self._marks[0])
        self.activation.go_back_to(self._marks[1])
        shortcut = None if self._shortcut is None else self._shortcut.get()
        if shortcut is None:
            self._residual.lose(CHANGED)
        else:
            self._residual.add(y.detach() - shortcut.detach())
            self._factor = 1.0
        self._watch_more(fork, users)
        return self._add_sum(y)

    @abstractmethod
    def _measure(self, fork: Fork, operands: Operands, last: Seen | None) -> Reading | None:
        """Add both operands; return the numbers of the shortcut where they are known."""

    @abstractmethod
    def _add_sum(self, y: Tensor) -> Seen:
        """Add the sum, unless its numbers are known."""

    @abstractmethod
    def _watch(self, fork: Fork, y: Tensor, users: native.Users | None) -> None:
        """Have the gradients read when they come."""

    @abstractmethod
    def _watch_more(self, fork: Fork, users: native.Users | None) -> None:
        """Have the gradient of a further branch read."""

    @abstractmethod
    def finish(self) -> None:
        """End the step."""

    def _identity_sum(self, made: native.Sum) -> native.Sum:
        self._identity_gradient = made
        self.sums.append(made)
        return made

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
