"""What is measured at one weight: the norm of its gradient, and of its update against its own.

The update of any optimizer is the difference to a copy of the weight. Copies cost memory traffic, so where the update
is known otherwise they are given up: SGD with momentum adds -lr times its momentum buffer. That is believed only after
a step in which both agreed, and only while the update is large enough that rounding the weight leaves it as it was.
"""

import math
from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor, nn

from model.reductions import Number, sum_of_squares

ROUNDED = 5e-6
"""Updates below this part of the weight are taken as rounded: there rounding changes the norm by 2e-5 of it."""
AGREEMENT = 3e-4


class WeightMeter:
    """The gradient and the update of one weight."""

    NUMBERS = ("gradient_squares", "weight_squares", "update_squares", "expected_squares")

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight = weight
        self._before: Tensor | None = None
        self._before_version = -1
        self._increment: int | None = None
        """By how much the weight's version grows in a step whose update is believed; None where it is not."""
        self._begin()

    def _begin(self) -> None:
        self.gradient_squares: Number = 0.0
        self.weight_squares: Number = 0.0
        self.update_squares: Number = 0.0
        self.expected_squares: Number = 0.0
        self.graded = self.known = False
        self.num_steps = 0
        self._version = self.weight._version

    @torch.no_grad()
    def reset(self) -> None:
        """Forget the last step; keep a copy of the weight, where its update will not be known otherwise."""
        self._begin()
        if self._increment is None:
            weight = self.weight.detach()
            if self._before is None or self._before.shape != weight.shape or self._before.device != weight.device:
                self._before, self._before_version = torch.empty_like(weight), -1
            if self._before_version != self._version:
                self._before.copy_(weight)
                self._before_version = self._version

    @property
    def untouched(self) -> bool:
        """Tell whether nothing has happened to the weight since the last reset."""
        return not self.graded and self.num_steps == 0 and self.weight._version == self._version

    def backward(self, weight: Tensor) -> None:
        """Measure the accumulated gradient, while it is still near, and the weight that it will change."""
        if weight.grad is None:
            return
        self.gradient_squares = sum_of_squares(weight.grad.detach())
        if not self.graded:
            self.weight_squares = sum_of_squares(weight.detach())
        self.graded = True

    def stepped(self, optimizer: torch.optim.Optimizer, group: dict[str, object]) -> None:
        """Take what an optimizer that just made its step tells of the update."""
        self.num_steps += 1
        if type(optimizer) is not torch.optim.SGD or group["nesterov"] or self.weight.grad is None:
            return
        buffer, lr = optimizer.state[self.weight].get("momentum_buffer"), group["lr"]
        if buffer is not None and isinstance(lr, float | int):
            self.expected_squares = lr**2 * sum_of_squares(buffer)
            self.known = True

    @torch.no_grad()
    def finish(self) -> None:
        """Measure the update against the copy, if there is one, which becomes the copy for the next step."""
        weight = self.weight.detach()
        if self._increment is None and self._before is not None and self.graded:
            self.update_squares = sum_of_squares(torch.sub(weight, self._before, out=self._before))
            self._before.copy_(weight)
            self._before_version = self.weight._version

    def ratio(self) -> float | None:
        """Return the norm of the update over that of the weight, and decide whether the next step needs a copy.

        None without a gradient, for a weight of zeros, and for a step whose update cannot be told.
        """
        size, expected = cast("float", self.weight_squares), cast("float", self.expected_squares)
        if not self.graded or size == 0:
            return None
        growth = self.weight._version - self._version
        known = self.known and self.num_steps == 1
        if self._increment is None:
            update = cast("float", self.update_squares)
            agrees = known and abs(expected - update) <= AGREEMENT * update and expected > ROUNDED**2 * size
            if agrees:
                self._increment, self._before = growth, None
        elif growth == 0 and self.num_steps == 0:
            update = 0.0
        elif known and growth == self._increment:
            update = expected
            if not expected > ROUNDED**2 * size:
                self._increment = None
        else:
            self._increment = None
            return None
        return math.sqrt(update / size) if update >= 0 else update


class OptimizerWatch:
    """Tell the meters of all weights when an optimizer, any in this process, has made a step that is theirs."""

    def __init__(self, meters: Iterable[WeightMeter]) -> None:
        self._meters: dict[int, list[WeightMeter]] = {}
        for meter in meters:
            self._meters.setdefault(id(meter.weight), []).append(meter)

    def __call__(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        for group in reversed(optimizer.param_groups):
            # what was updated last is still near
            for parameter in reversed(group["params"]):
                for meter in self._meters.get(id(parameter), ()):
                    meter.stepped(optimizer, group)
