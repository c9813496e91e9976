"""What is measured at one weight: the norm of its gradient, and of its update against its own.

The update of any optimizer is the difference to a copy of the weight. Copies cost memory traffic, so where the update
is known otherwise they are given up: SGD with momentum adds -lr times its momentum buffer. That is believed only after
a step in which both agreed, only where nothing but that step has touched the weight, and only while the update is
large enough that rounding the weight leaves it as it was.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn

from model.reductions import Number, sum_of_squares, sums_of_squares

ROUNDED = 5e-6
"""Updates below this part of the weight are taken as rounded: there rounding changes the norm by 2e-5 of it."""
AGREEMENT = 3e-4
LONG = 2**18
"""Weights of more elements do not stay in a core's own cache from forward to backward."""


class WeightMeter:
    """The gradient and the update of one weight."""

    NUMBERS = ("gradient_squares", "weight_squares", "update_squares", "expected_squares")

    def __init__(self, weight: nn.Parameter) -> None:
        self.weight = weight
        self._before: Tensor | None = None
        self._believed = False
        self._lowest_lr = 0.0
        """The rate at which an update like the last one would be taken as rounded."""
        self._begin()

    def _begin(self) -> None:
        self.gradient_squares: Number = 0.0
        self.weight_squares: Number = 0.0
        self.update_squares: Number = 0.0
        self.expected_squares: Number = 0.0
        self._weighed = -1
        """The version of the weight whose squares were summed."""
        self.graded = self.known = False
        self.num_steps = 0
        self._lr = 0.0
        self._version = self._stepped = self.weight._version
        self._alone = False
        """Whether the optimizer's step is the first that changes the weight."""

    @torch.no_grad()
    def reset(self) -> None:
        """Forget the last step; keep a copy of the weight, where its update will not be known otherwise."""
        self._begin()
        if not self._believed:
            self._keep()

    def _keep(self) -> None:
        weight = self.weight.detach()
        if self._before is None or self._before.shape != weight.shape or self._before.device != weight.device:
            self._before = torch.empty_like(weight)
        self._before.copy_(weight)

    @property
    def untouched(self) -> bool:
        """Tell whether nothing has happened to the weight since the last reset."""
        return not self.graded and self.num_steps == 0 and self.weight._version == self._version

    @property
    def is_long(self) -> bool:
        """Tell whether the weight is so long that it has to come from memory."""
        return self.weight.numel() > LONG

    def forward(self, module: nn.Module, args: object) -> None:
        """Measure a long weight just before its layer reads it: so it comes from memory once for both."""
        if torch.is_grad_enabled():
            self._weigh()

    def _weigh(self) -> None:
        if self._weighed != self.weight._version:
            self.weight_squares = sum_of_squares(self.weight.detach())
            self._weighed = self.weight._version

    def backward(self, weight: Tensor) -> None:
        """Measure the accumulated gradient, while it is still near, and the weight that it will change."""
        if weight.grad is None:
            return
        self.gradient_squares = sum_of_squares(weight.grad.detach())
        if not self.graded:
            self._weigh()
        self.graded = True

    def gradient_norm(self) -> float | None:
        """Return the L2 norm of the gradient; None where none came."""
        squares = cast("float", self.gradient_squares)
        return None if not self.graded else math.sqrt(squares) if squares >= 0 else squares

    @torch.no_grad()
    def stepping(self, rate: float | None) -> None:
        """Keep a copy of a weight that is about to change in a way that would not be known; see `telling_rate`."""
        self._alone = self.num_steps == 0 and self.weight._version == self._version
        if self._believed and self._alone and not (rate is not None and rate > self._lowest_lr):
            self._believed = False
            self._keep()

    def stepped(self) -> None:
        """Be told that an optimizer has made its step."""
        self.num_steps += 1
        self._stepped = self.weight._version

    def take(self, rate: float, squares: Number) -> None:
        """Take what the step tells of the update: its rate, and the sum of squares of the momentum buffer."""
        self.expected_squares = rate**2 * squares
        self.known, self._lr = self._alone, rate

    @torch.no_grad()
    def finish(self) -> None:
        """Measure the update against the copy, if there is one."""
        if not self._believed and self._before is not None and self.graded:
            self.update_squares = sum_of_squares(torch.sub(self.weight.detach(), self._before, out=self._before))

    def ratio(self) -> float | None:
        """Return the norm of the update over that of the weight, and decide whether the next step needs a copy.

        None without a gradient, for a weight of zeros, and for a step whose update cannot be told.
        """
        size, expected = cast("float", self.weight_squares), cast("float", self.expected_squares)
        if not self.graded or size == 0:
            return None
        known = self.known and self.weight._version == self._stepped
        large = expected > ROUNDED**2 * size
        if not self._believed:
            update = cast("float", self.update_squares)
            self._believed = known and large and abs(expected - update) <= AGREEMENT * update
        elif self.num_steps == 0 and self.weight._version == self._version:
            update = 0.0
        elif known and large:
            update = expected
        else:
            self._believed = False
            return None
        if self._believed:
            self._before = None
            self._lowest_lr = self._lr * 2 * ROUNDED * math.sqrt(size / expected) if expected else self._lowest_lr
        return math.sqrt(update / size) if update >= 0 else update


def telling_rate(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> float | None:
    """Return the rate of a step that can be read from the optimizer's state; None where it cannot."""
    if type(optimizer) is not torch.optim.SGD or group["nesterov"] or not isinstance(group["lr"], float | int):
        return None
    return float(group["lr"])


class OptimizerWatch:
    """Tell the meters of all weights when an optimizer, any in this process, makes a step that is theirs."""

    def __init__(self, meters: Iterable[WeightMeter]) -> None:
        self._meters: dict[int, list[WeightMeter]] = {}
        for meter in meters:
            self._meters.setdefault(id(meter.weight), []).append(meter)

    def before(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Be told that a step begins."""
        for group in optimizer.param_groups:
            rate = telling_rate(optimizer, group)
            for meter in self._of(group):
                meter.stepping(rate)

    def after(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Be told that a step has been made."""
        for group in reversed(optimizer.param_groups):
            rate, told = telling_rate(optimizer, group), dict[WeightMeter, Tensor]()
            for meter in self._of(group):
                meter.stepped()
                if rate is not None and meter.weight.grad is not None:
                    buffer = cast("Any", optimizer.state)[meter.weight].get("momentum_buffer")
                    if buffer is not None:
                        told[meter] = buffer
            for meter, squares in zip(told, sums_of_squares(list(told.values())), strict=True):
                assert rate is not None
                meter.take(rate, squares)

    def _of(self, group: dict[str, Any]) -> Iterator[WeightMeter]:
        # what was updated last is still near
        for parameter in reversed(group["params"]):
            yield from self._meters.get(id(parameter), ())
