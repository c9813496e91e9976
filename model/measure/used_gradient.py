"""The gradient of one weight as the optimizer steps with it: unscaled, and as clipping left it."""

import math
from typing import cast

from torch import Tensor

from skipscope.model.measure.native import WeightGradient
from skipscope.model.measure.reductions import Number, root
from skipscope.model.measure.scaling import Factor

ROUNDED = 1e-5
"""A division by the scaler's factor rounds; two norms that differ by less are the same."""


class UsedGradient:
    """Begins with the gradient that `backward` left, which is read again only if another is there at the step."""

    NUMBERS = ("squares", "factor", "skip")

    def __init__(self, gradient: WeightGradient) -> None:
        self._left = gradient
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.squares: Number = 0.0
        self.factor: Factor = 1.0
        """Of the loss, by a gradient scaler."""
        self.skip: Factor = 0.0
        """More than 0 if the optimizer skips the step itself."""
        self._is_read = self._is_scaled = self.is_known = False

    def step(self, factor: Factor | None, skip: Factor, *, still_scaled: bool) -> None:
        """Be told that a step is made, and by which factor the loss, or the gradients as well, are scaled."""
        self.factor, self.skip, self._is_scaled = 1.0 if factor is None else factor, skip, still_scaled
        self._is_read, self.is_known = False, True

    def assume(self, factor: float) -> None:
        """Be told the factor of a step that no optimizer has made."""
        if not self.is_known:
            self.factor = factor

    def is_other(self, weight: Tensor) -> bool:
        """Tell whether a weight has another gradient than `backward` left there."""
        return self._left.is_other(weight)

    def take(self, squares: Number) -> None:
        """Take the sum of squares of the gradient that is there at the step."""
        self.squares, self._is_read = squares, True

    @property
    def is_skipped(self) -> bool:
        """Tell whether the optimizer skipped the step."""
        return cast("float", self.skip) > 0

    def before(self) -> float | None:
        """Return the norm of the gradient that `backward` left, unscaled; None without one."""
        return divided(self._left.norm(), cast("float", self.factor))

    def norm(self) -> float | None:
        """Return the norm of the gradient that the optimizer stepped with; None without one."""
        if not self._is_read:
            return self.before()
        if self._left.norm() is None:
            return None
        found = root(cast("float", self.squares))
        return divided(found, cast("float", self.factor)) if self._is_scaled else found

    @property
    def has_changed(self) -> bool:
        """Tell whether it was changed after `backward` by more than a division by the scaler's factor."""
        if not self._is_read:
            return False
        before, after = self.before(), self.norm()
        if before is None or after is None:
            return False
        return not (math.isclose(before, after, rel_tol=ROUNDED) or (math.isnan(before) and math.isnan(after)))


def divided(value: float | None, factor: float) -> float | None:
    """Divide by a scaler's factor; NaN by one that underflowed to 0."""
    if value is None or factor == 1:
        return value
    return value / factor if factor else math.nan
