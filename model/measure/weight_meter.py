"""The meter of one weight: the norm of its gradient, and of its update against its own.

The update of any optimizer is the difference to a copy of the weight. Copies cost memory traffic, so where the update
is known otherwise they are given up. Our own SGD tells it. torch's SGD with momentum adds -lr times its momentum
buffer, which holds only while the update is large enough that rounding the weight leaves it as it was. Either is
believed only after a step in which a copy agreed, and where nothing but that step has touched the weight.
"""

import math
from enum import Enum
from typing import cast

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure import native
from skipscope.model.measure.hook import Hook
from skipscope.model.measure.native import WeightGradient
from skipscope.model.measure.reductions import Number, root, sum_of_squares
from skipscope.model.measure.sgd import Moved
from skipscope.model.measure.used_gradient import UsedGradient

ROUNDED = 5e-6
"""Updates below this part of the weight are taken as rounded: there rounding changes the norm by 2e-5 of it."""
AGREEMENT = 3e-4
LONG = 2**18
"""Weights of more elements do not stay in a core's own cache from forward to backward."""


class Source(Enum):
    """From what the update of a weight is told."""

    COPY = "the difference to a copy of the weight"
    BUFFER = "the momentum buffer of torch.optim.SGD"
    STEP = "the step itself, as skipscope.SGD makes it"


class WeightMeter:
    """The gradient and the update of one weight. The caller has turned autograd off."""

    NUMBERS = ("weight_squares", "update_squares", "expected_squares")

    def __init__(self, weight: nn.Parameter, gradient: WeightGradient) -> None:
        self.weight, self.gradient, self.used = weight, gradient, UsedGradient(gradient)
        self._handle: RemovableHandle | None = None
        self._before: Tensor | None = None
        self._is_fresh = False
        """Whether the copy was brought up to date when the step ended."""
        self._source = Source.COPY
        self._lowest_lr = 0.0
        """The rate at which an update like the last one would be taken as rounded."""
        self._begin()

    def _begin(self) -> None:
        self.weight_squares: Number = 0.0
        self.update_squares: Number = 0.0
        self.expected_squares: Number = 0.0
        self._weighed = False
        self.num_steps = 0
        self._lr = 0.0
        self._version = self._stepped = self.weight._version
        self._kind = self.weight.dtype, self.weight.device
        self._alone = False
        """Whether the optimizer's step is the first that changes the weight."""
        self._told: Source | None = None
        """The source of the update, apart from a copy."""
        self._is_compared = False
        """Whether the update was measured against the copy."""
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """Say why the gradient or the update could not be measured."""
        return self._problem or self.gradient.problem

    def lose(self, error: Exception) -> None:
        """Give the update up in this step, for a reason that torch raised; it must not end the training."""
        self._problem = f"{type(error).__name__}: {error}"
        self._source, self._before = Source.COPY, None

    def hook(self) -> None:
        """Have the gradient read when it has accumulated, before any hook of others that drops it."""
        if self.lacks_hook:
            self._handle = self.weight.register_post_accumulate_grad_hook(Hook(self.gradient.take))
            _put_first(self.weight, self._handle)

    @property
    def lacks_hook(self) -> bool:
        """Tell whether the weight gets gradients that nothing reads, as after it was unfrozen."""
        return self._handle is None and self.weight.requires_grad

    def let_go(self) -> None:
        """Remove the hook; the weight may change before the next step."""
        self._is_fresh = False
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def reset(self) -> None:
        """Forget the last step; keep a copy of the weight, where its update will not be known otherwise."""
        self.gradient.reset()
        self.used.reset()
        self._begin()
        is_fresh, self._is_fresh = self._is_fresh, False
        if self._source is Source.COPY and self.weight.requires_grad and not is_fresh:
            self._keep()

    def _keep(self) -> None:
        try:
            weight, before = self.weight.detach(), self._before
            if before is None or (before.shape, before.device, before.dtype) != (
                weight.shape,
                weight.device,
                weight.dtype,
            ):
                self._before = before = torch.empty_like(weight)
            before.copy_(weight)
        except Exception as error:  # out of memory, mostly
            self.lose(error)

    def begin(self) -> None:
        """Begin the step anew if the weight was changed before any optimizer's step, by loading a state for example."""
        if self.num_steps or self.gradient.calls:
            return
        if not self._is_as_it_was or self._kind != (self.weight.dtype, self.weight.device):
            self.reset()

    @property
    def untouched(self) -> bool:
        """Tell whether nothing has changed the weight since the last reset."""
        return self.num_steps == 0 and self._is_as_it_was

    @property
    def _is_as_it_was(self) -> bool:
        return self.weight._version == self._version

    @property
    def is_long(self) -> bool:
        """Tell whether the weight is so long that it has to come from memory."""
        return self.weight.numel() > LONG

    def forward(self, module: nn.Module, args: object) -> None:
        """Measure a long weight just before its layer reads it: so it comes from memory once for both."""
        if self.has_to_be_weighed and torch.is_grad_enabled():
            self.take_weight(sum_of_squares(self.weight.detach()))

    @property
    def has_to_be_weighed(self) -> bool:
        """Tell whether the weight is still that of the step's beginning, and nobody has told or will tell its size."""
        is_told = self._source is Source.STEP or (self._source is Source.COPY and native.load() is not None)
        return not self._weighed and not is_told and self._is_as_it_was

    def take_weight(self, squares: Number) -> None:
        """Take the sum of squares of the weight as it was at the step's beginning."""
        self.weight_squares, self._weighed = squares, True

    def stepping(self, rate: float | None, *, tells: bool) -> None:
        """Keep a copy of a weight that is about to change in a way that would not be known; see `telling_rate`."""
        self._alone = self.num_steps == 0 and self._is_as_it_was
        if not self._alone or self._source is Source.COPY:
            return
        if not tells if self._source is Source.STEP else rate is None or rate <= self._lowest_lr:
            self._source = Source.COPY
            self._keep()

    def stepped(self) -> None:
        """Be told that an optimizer has made its step."""
        self.num_steps += 1
        self._stepped = self.weight._version
        self._told = None

    def take_buffer(self, rate: float, squares: Number) -> None:
        """Take what torch's step leaves of the update: its rate, and the sum of squares of the momentum buffer."""
        if self._alone:
            self._told, self._lr = Source.BUFFER, rate
            self.expected_squares = rate**2 * squares

    def take_step(self, moved: Moved) -> None:
        """Take what our step tells, if it was the first that changed the weight."""
        if self._alone and moved.version == self._version:
            self._told = Source.STEP
            self.take_weight(moved.weight)
            self.expected_squares = moved.update

    @property
    def copy(self) -> Tensor | None:
        """Give the copy from the step's beginning, if the update is to be measured against it."""
        is_due = self.gradient.calls != 0 and self._problem is None and self._source is Source.COPY
        return self._before if is_due else None

    def take_update(self, weight: Number, update: Number) -> None:
        """Take the sums of squares of the copy and of the difference to it, of a copy that is the weight now."""
        self.take_weight(weight)
        self.update_squares, self._is_compared, self._is_fresh = update, True, True

    def finish(self) -> None:
        """Measure the update against the copy, if there is one and nobody has."""
        try:
            self._finish()
        except Exception as error:  # a weight that was moved in the middle of the step, mostly
            self.lose(error)

    def _finish(self) -> None:
        if self._is_compared or self.gradient.calls == 0 or self._problem is not None:
            return
        if self._source is Source.COPY and self._before is not None:
            if not self._weighed:
                self.take_weight(sum_of_squares(self._before))
            self.update_squares = sum_of_squares(self._update(self._before))
        elif not self._weighed and self._is_as_it_was:
            self.take_weight(sum_of_squares(self.weight.detach()))

    def _update(self, before: Tensor) -> Tensor:
        weight = self.weight.detach()
        if weight.dtype.itemsize < 4:
            # a difference of numbers of three digits has fewer
            return weight.float() - before.float()
        return torch.sub(weight, before, out=before)

    @property
    def _is_exact(self) -> bool:
        # our step changes the version once: whatever else touched the weight, in its hooks or its closure, would show
        return self._told is Source.STEP and self.weight._version == self._version + 1

    def ratio(self) -> float | None:
        """Return the norm of the update over that of the weight, and decide whether the next step needs a copy.

        None without a gradient, for a weight of zeros, for a step that was skipped, and for one whose update cannot be
        told.
        """
        size, expected = cast("float", self.weight_squares), cast("float", self.expected_squares)
        if self.gradient.calls == 0 or self._problem is not None:
            return None
        if self.used.is_skipped:
            self._source = Source.COPY
            return None
        if self._source is Source.COPY and self._before is None:
            # it was frozen when the step began
            return 0.0 if self._is_as_it_was and size else None
        told = self._trusted(expected, size)
        if self._source is Source.COPY:
            update = cast("float", self.update_squares)
            if told is not None and abs(expected - update) <= AGREEMENT * update:
                self._source = told
        elif self.num_steps == 0 and self._is_as_it_was:
            update = 0.0
        elif told is self._source:
            update = expected
        else:
            self._source = Source.COPY
            return None
        if self._source is not Source.COPY:
            self._before = None
        if self._source is Source.BUFFER:
            self._lowest_lr = self._lr * 2 * ROUNDED * math.sqrt(size / expected) if expected else self._lowest_lr
        return root(update / size) if size else None

    def _trusted(self, expected: float, size: float) -> Source | None:
        """Return who told the update, if nothing else changed the weight and rounding did not eat it."""
        if self._is_exact:
            return Source.STEP
        known = self._told is Source.BUFFER and self.weight._version == self._stepped
        return Source.BUFFER if known and expected > ROUNDED**2 * size else None


def _put_first(weight: Tensor, handle: RemovableHandle) -> None:
    hooks = weight._post_accumulate_grad_hooks
    if len(hooks) == 1:
        return
    own = hooks[handle.id]
    others = {key: hook for key, hook in hooks.items() if key != handle.id}
    # torch calls them in the order in which keys were put in, which moving one within an OrderedDict does not change
    hooks.clear()
    hooks[handle.id] = own
    hooks.update(others)
