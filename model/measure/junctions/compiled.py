"""The meter of one junction by compiled sums: both operands and their sum in one pass, and gradients without Python."""

from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.junctions.fork import Fork
from skipscope.model.measure.junctions.meter import JunctionMeter, Seen
from skipscope.model.measure.junctions.operands import Operands
from skipscope.model.measure.sums import Reading

LOST = "the way from its sum back to its input was not found"


class CompiledMeter(JunctionMeter):
    """The measures of one junction of a network in this machine's memory."""

    def __init__(self, engine: native.Engine, trail: native.Trail) -> None:
        self._engine, self._trail = engine, trail
        self._parts: list[native.Parts] = []
        self._branch: native.Parts | None = None
        """The gradients of the last branch."""
        self._is_summed = False
        """Whether the sum was measured with its operands."""
        super().__init__(engine.Sum(), engine.Sum(), engine.Sum(), engine.Sum(), engine.Sum())

    def reset(self) -> None:
        """Forget the last step."""
        super().reset()
        self._parts.clear()
        self._branch = None

    def _measure(self, fork: Fork, operands: Operands, last: Seen | None) -> Reading | None:
        first, second, factor = operands.first, operands.second, operands.factor
        own, other = self._identity, self._residual
        if not fork.first_is_shortcut:
            own, other = other, own
        # of operands alone by all threads, and of the sum with them, so that nothing is read twice
        self._is_summed = abs(factor) == 1 and self._engine.add_pair(
            first, second, factor < 0, own, other, self.activation
        )
        if not self._is_summed:
            own.add(first)
            other.add(second)
        return None

    def _add_sum(self, y: Tensor) -> Seen:
        if not self._is_summed:
            self.activation.add(y)
        self._is_summed = False
        return Seen.of(y)

    def _watch(self, fork: Fork, y: Tensor, users: native.Users | None) -> None:
        engine, trail = self._engine, self._trail
        engine.add_gradient_of(y, trail, self.gradient)
        if not fork.has_gradient:
            return
        if users is None:
            self._residual_gradient.lose(LOST)
            return
        branch = self._branch = engine.Parts(trail, self._residual_gradient)
        branch.watch_residual(users)
        self._parts.append(branch)
        if not fork.is_bare:
            total = self._identity_gradient or self._identity_sum(engine.Sum())
            shortcut = engine.Parts(trail, total)
            shortcut.watch_shortcut(users)
            self._parts.append(shortcut)

    def _watch_more(self, fork: Fork, users: native.Users | None) -> None:
        if users is None:
            self._residual_gradient.lose(LOST)
        elif self._branch is not None:
            self._branch.watch_residual(users)

    def finish(self) -> None:
        """End the step."""
        for parts in self._parts:
            parts.finish()
