"""The meter of one tap: it reduces each tensor of a step at once and keeps none."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from skipscope.model.measure.outputs import first_real
from skipscope.model.measure.plain import in_transform
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.trail import Trail

MOST_CALLS = 64
"""Keys of places count the calls of a tap in steps of this."""


class Place:
    """The outputs of one module at one of its calls within a forward pass, and their gradients."""

    def __init__(self, key: int, activation: TorchSum, gradient: TorchSum) -> None:
        self.key = key
        self.activation, self.gradient = activation, gradient
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.activation.reset()
        self.gradient.reset()
        self.is_known = self.is_recomputed = False
        self.num_waiting = [0, 0]
        """Calls without gradients, which the backward pass may make again with them: of a part, and of the whole
        network, which may just as well be evaluated."""

    def merge(self, other: "Place") -> None:
        """Add another place to this one."""
        self.activation.merge(other.activation)
        self.gradient.merge(other.gradient)
        self.is_recomputed |= other.is_recomputed


class TapMeter:
    """The outputs of one module; `forward` is its hook.

    Each call within a forward pass of the network has a place of its own, up to a limit; calls beyond it go to the
    last. A call that checkpointing repeats within the backward pass counts once: the first, or the second if the first
    had no gradient.
    """

    def __init__(self, trail: Trail, number: int, make_place: Callable[[int], Place], *, limit: int) -> None:
        self._trail, self._number, self._make_place = trail, number, make_place
        self.limit = limit
        self.places = [make_place(number * MOST_CALLS)]
        self.is_shared = False
        """Whether its calls cannot be told apart in this step."""
        self._pass = self._num_calls = 0

    def reset(self) -> None:
        """Forget the last step."""
        self.is_shared = False
        for place in self.places:
            place.reset()

    def forward(self, module: nn.Module, args: object, output: object) -> None:
        """Measure the output now and its gradient later."""
        try:
            self._forward(output)
        except Exception as error:  # the user's forward pass goes on
            self.places[0].activation.lose(f"{type(error).__name__}: {error}")

    def _forward(self, output: object) -> None:
        reason = in_transform()
        if reason is not None:
            self.places[0].activation.problem = reason
            return
        if torch._C._current_graph_task_id() != -1:
            self._recompute(output)
            return
        self._trail.look_at_views()
        place = self._next_place()
        if not place.is_known:
            place.is_known = True
            self._trail.order.append(place.key)
        if torch.is_grad_enabled():
            place.num_waiting = [0, 0]
            self._measure(place, output)
        else:
            place.num_waiting[self._trail.is_whole_without] += 1

    def _next_place(self) -> Place:
        current = self._trail.enter()
        if current != self._pass:
            self._pass, self._num_calls = current, 0
        self._num_calls += 1
        if self._num_calls > self.limit:
            self.is_shared |= self.limit > 1
            return self.places[self.limit - 1]
        if self._num_calls > len(self.places):
            self.places.append(self._make_place(self._number * MOST_CALLS + len(self.places)))
        return self.places[self._num_calls - 1]

    def _recompute(self, output: object) -> None:
        kind = self._trail.is_whole_without
        waiting = [place for place in self.places if place.num_waiting[kind]] if torch.is_grad_enabled() else []
        if not waiting:
            return
        # which of several is made again cannot be told: segments come in the order of the backward pass
        self.is_shared |= len(waiting) > 1
        waiting[0].num_waiting[kind] -= 1
        waiting[0].is_recomputed = True
        self._measure(waiting[0], output)

    def _measure(self, place: Place, output: object) -> None:
        x = output if isinstance(output, Tensor) else first_real(output)
        if x is None:
            return
        if place.activation.add(x) and x.requires_grad:
            gradient = place.gradient.add_gradient_of(x)
            self._trail.leave(x, place)
            if x._is_view():
                self._trail.watch(x, gradient)
