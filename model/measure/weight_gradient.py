"""The gradient that a backward pass leaves in a weight."""

import torch
from torch import Tensor

from skipscope.model.measure.plain import dense
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.trail import Trail


class WeightGradient:
    """Read when it has accumulated, since an optimizer may drop it at once; and again if it is another afterwards.

    `take` is the hook. Of a sparse or complex gradient the values are summed, whose norm is the same.
    """

    def __init__(self, trail: Trail, total: TorchSum) -> None:
        self._trail, self.total = trail, total
        self._weight: Tensor | None = None
        self._seen = (0, 0)
        self.passes = 0
        """Backward passes that left or added a gradient."""

    def reset(self) -> None:
        """Forget the last step."""
        self._weight = None
        self.passes = 0
        self.total.reset()

    @torch.no_grad()
    def take(self, weight: Tensor) -> None:
        """Begin anew, with the gradient that has accumulated in a weight."""
        self._weight = weight
        self.passes += 1
        self._read(weight.grad)
        self._trail.arrive(self)

    @torch.no_grad()
    def confirm(self) -> None:
        """Read the gradient again if it was replaced or changed since, as means over several processes are."""
        gradient = None if self._weight is None else self._weight.grad
        if gradient is not None and self._seen != (id(gradient), gradient._version):
            self._read(gradient)

    def is_other(self, weight: Tensor) -> bool:
        """Tell whether a weight has another gradient than was read when the backward pass was over."""
        gradient = weight.grad
        return self.calls > 0 and gradient is not None and self._seen != (id(gradient), gradient._version)

    def _read(self, gradient: Tensor | None) -> None:
        self.total.reset()
        if gradient is None:
            return
        self._seen = id(gradient), gradient._version
        try:
            self.total.add(dense(gradient.detach()))
        except Exception as error:  # the user's backward pass goes on
            self.total.lose(f"{type(error).__name__}: {error}")

    @property
    def calls(self) -> int:
        """Count the gradients that were read, 1 at most."""
        return self.total.calls

    @property
    def problem(self) -> str | None:
        """Say why it could not be measured."""
        return self.total.problem

    def norm(self) -> float | None:
        """Return the L2 norm; None without a gradient."""
        return self.total.norm()
