"""The meter of one junction by torch's operations, on any device."""

from collections.abc import Callable
from weakref import ReferenceType, ref

from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.junctions.fork import Fork
from skipscope.model.measure.junctions.meter import JunctionMeter, Seen
from skipscope.model.measure.junctions.operands import Operands
from skipscope.model.measure.junctions.parts import Parts
from skipscope.model.measure.sums import Reading, TorchSum, read
from skipscope.model.measure.trail import Trail


class TorchMeter(JunctionMeter):
    """The measures of one junction. The sum that was measured last is often the shortcut, and is not read again."""

    def __init__(self, trail: Trail, make_sum: Callable[[], TorchSum]) -> None:
        self._trail, self._make_sum = trail, make_sum
        self._own = tuple(make_sum() for _ in range(5))
        self._own_identity: TorchSum | None = None
        self._pending: list[Parts] = []
        """Gradients that have come in part."""
        self._branch: ReferenceType[Parts] | None = None
        """The gradients of the last branch; its graph keeps them, and nothing here keeps the graph."""
        super().__init__(*self._own)

    def reset(self) -> None:
        """Forget the last step."""
        super().reset()
        self._pending = []
        self._branch = None

    def _measure(self, fork: Fork, operands: Operands, last: Seen | None) -> Reading | None:
        _, _, residual, identity, _ = self._own
        shortcut, branch = operands.first, operands.second
        if not fork.first_is_shortcut:
            shortcut, branch = branch, shortcut
        known = last.reading if last is not None and last.get() is shortcut else None
        reading = read(shortcut) if known is None else known
        identity.add_reading(reading)
        residual.add_reading(read(branch))
        return reading

    def _add_sum(self, y: Tensor) -> Seen:
        reading = read(y)
        self._own[0].add_reading(reading)
        return Seen.of(y, reading)

    def _watch(self, fork: Fork, y: Tensor, users: native.Users | None) -> None:
        self._own[1].add_gradient_of(y)
        if not fork.has_gradient:
            return
        parts = self._parts_of(fork, self._own[4])
        parts.watch(fork.residual)
        self._branch = ref(parts)
        if not fork.is_bare:
            if self._own_identity is None:
                self._own_identity = self._make_sum()
                self._identity_sum(self._own_identity)
            self._parts_of(fork, self._own_identity).watch(fork.shortcut)

    def _parts_of(self, fork: Fork, total: TorchSum) -> Parts:
        return Parts(self._trail, total, fork.origin, self._pending)

    def _watch_more(self, fork: Fork, users: native.Users | None) -> None:
        parts = None if self._branch is None else self._branch()
        if parts is not None:
            parts.watch(fork.residual)

    def finish(self) -> None:
        """End the step."""
        for parts in self._pending:
            parts.finish()
        self._pending.clear()
