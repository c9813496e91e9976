"""The direction of a block's branch: against the gradient at the block's input, and against the next branch."""

from weakref import ReferenceType, ref

import torch
from torch import Tensor

from skipscope.model.measure.angles import Angle, Branch, Descent
from skipscope.model.measure.gradient import Gradient
from skipscope.model.measure.gradient_hooks import GradientHooks
from skipscope.model.measure.plain import why_not
from skipscope.model.measure.trail import Trail


class Direction:
    """The branch of one block beside the gradient at its input, and beside its neighbours.

    The first images of F(x) are kept until the next block has its own and until the gradient comes, for then alone are
    both there.
    """

    def __init__(self, trail: Trail, before: "Direction | None", descent: Angle, successive: Angle) -> None:
        self._trail, self.descent, self.successive = trail, descent, successive
        self._before: ReferenceType[Direction] | None = None if before is None else ref(before)
        self._next: ReferenceType[Direction] | None = None
        if before is not None:
            before._next = ref(self)
        self._hooks: list[GradientHooks] = []
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.descent.reset()
        self.successive.reset()
        for hooks in self._hooks:
            hooks.remove()
        self._hooks = []
        self._branch: Branch | None = None
        self._descent: Descent | None = None

    def enter(self, x: Tensor) -> None:
        """Expect the gradient of the block's input."""
        self._descent = descent = Descent(self.descent, self._trail, x)
        hooks = GradientHooks()
        hooks.set(x, Gradient(self._trail, descent), descent.lose)
        if hooks.has_leaves:
            self._hooks.append(hooks)

    @torch.no_grad()
    def leave(self, branch: Tensor | None) -> None:
        """Look at F(x); None where the block is dropped."""
        awaited, self._descent, self._branch = self._descent, None, None
        if branch is None or branch.dim() < 2 or why_not(branch) is not None:
            return
        self._branch = own = Branch(branch, self._trail.num_passes)
        self._meet_neighbours(own)
        if awaited is not None:
            awaited.wait(own)
        self._let_go()

    def _meet_neighbours(self, own: Branch) -> None:
        before, after = self._neighbour(self._before), self._neighbour(self._next)
        own.met_before, own.met_next = before is None, after is None
        other = None if before is None else before._branch
        if before is not None and other is not None and other.number == own.number and not other.met_next:
            if other.shape == own.shape:
                other.meet(own.images, own.measure(), before.successive)
            own.met_before = other.met_next = True
            before._let_go()
        # checkpointing makes a later block again before an earlier one
        other = None if after is None else after._branch
        if after is not None and other is not None and other.number == own.number and not other.met_before:
            if other.shape == own.shape:
                own.meet(other.images, other.measure(), self.successive)
            own.met_next = other.met_before = True
            after._let_go()

    @staticmethod
    def _neighbour(other: "ReferenceType[Direction] | None") -> "Direction | None":
        return None if other is None else other()

    def _let_go(self) -> None:
        if self._branch is not None and self._branch.met_before and self._branch.met_next:
            self._branch = None
