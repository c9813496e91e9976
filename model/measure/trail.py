"""The way through the network within a step, which all meters share: passes, the order of places, what was measured
last, and gradients that are not final yet."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol
from weakref import ReferenceType, ref

import torch
from torch import Tensor, nn

from skipscope.model.measure.gradient import Edge, Gradient, is_whole
from skipscope.model.measure.views import ChangedView

MOST_KEPT = 2**28
"""Bytes of gradients that may be kept where a graph is retained for another backward pass."""


class Arrival(Protocol):
    """The gradient of a weight, read as it accumulated, which may change until the backward pass is over."""

    def confirm(self) -> None:
        """Read it again if it is another."""
        ...


class Trail:
    """The state that the meters of one recorder share."""

    def __init__(self) -> None:
        self.num_passes = 0
        self._open = self._went_back = False
        self.is_whole_without = False
        """Whether the whole network runs without gradients, or again, with them, in the backward pass."""
        self._last: ReferenceType[Tensor] | None = None
        self._place: object | None = None
        self._views: deque[ChangedView] = deque(maxlen=4)
        self._kept: list[Gradient] = []
        self._parts: list[Callable[[], None]] = []
        self._bytes = 0
        self._wholes: dict[int, bool] = {}
        self._arrived: dict[Arrival, None] = {}
        self._queued: set[int] = set()
        self.order: list[int] = []
        """Keys of the places in the order in which they ran first."""
        self.came_again = self.awaits_gradients = False
        """Whether a second backward pass went over one forward pass."""
        self.problems: dict[tuple[int, str], None] = {}
        """Taps, by number, and why they could not be measured."""

    def reset(self) -> None:
        """Forget the last step."""
        self.num_passes += 1
        self._open = self._went_back = self.is_whole_without = self.came_again = self.awaits_gradients = False
        self._last = self._place = None
        self._views.clear()
        self._kept.clear()
        self._parts.clear()
        self._bytes = 0
        self._wholes.clear()
        self._arrived.clear()
        self._queued.clear()
        self.order.clear()

    def begin(self, module: nn.Module, args: object) -> None:
        """Begin a forward pass of the whole network."""
        if torch._C._current_graph_task_id() == -1:
            self.num_passes += 1
            self._open, self.is_whole_without = True, not torch.is_grad_enabled()
        elif torch.is_grad_enabled():
            self.is_whole_without = True

    def end(self, module: nn.Module, args: object, output: object) -> None:
        """End a forward pass of the whole network."""
        if torch._C._current_graph_task_id() == -1:
            self._open = False
            self.look_at_views()
        self.is_whole_without = False

    def enter(self) -> int:
        """Return the number of the forward pass that a module runs in."""
        if self._went_back and not self._open:
            self.num_passes += 1
        self._went_back = False
        return self.num_passes

    def leave(self, x: Tensor, place: object) -> None:
        """Remember where x was measured, without keeping it; its gradient is to come."""
        self.awaits_gradients = True
        self._last, self._place = ref(x), place

    def place_of(self, x: Tensor) -> object | None:
        """Return where x was measured, if it was the last."""
        return self._place if self._last is not None and self._last() is x else None

    def watch(self, x: Tensor, gradient: Gradient) -> None:
        """Watch a view, whose node in the graph is another once it has been changed in place."""
        self._views.append(ChangedView(x, gradient))

    def look_at_views(self) -> None:
        """Have the gradients of views that were changed in place read where they are now."""
        for view in [view for view in self._views if view.is_over()]:
            self._views.remove(view)

    def go_back(self) -> None:
        """Be told that a backward pass is at work, at whose end all gradients of weights are confirmed."""
        self._went_back = True
        task = torch._C._current_graph_task_id()
        if task in self._queued or task == -1:
            return
        self._queued.add(task)
        # DistributedDataParallel queues its own when the last gradient has come, and writes means over the gradients
        # there: so this is queued once more, from within
        queue(lambda: queue(self._confirm))

    def is_whole(self, behind: Iterable[Edge]) -> bool:
        """Tell whether the backward pass at work leaves gradients in weights, as torch.autograd.grad does not."""
        task = torch._C._current_graph_task_id()
        if task not in self._wholes:
            self._wholes[task] = is_whole(behind)
        return self._wholes[task]

    def have_part(self, count_part: Callable[[], None]) -> None:
        """Be told how to count the gradients of torch.autograd.grad that a sum has, in case there are no others."""
        self._parts.append(count_part)

    def keep(self, gradient: Gradient, num_bytes: int) -> bool:
        """Tell whether a gradient may be kept for another pass; kept gradients are settled at the step's end."""
        if self._bytes + num_bytes > MOST_KEPT:
            return False
        self._bytes += num_bytes
        self._kept.append(gradient)
        return True

    def settle(self) -> None:
        """Count the gradients that were kept."""
        for gradient in self._kept:
            gradient.settle()
        self._kept.clear()
        if not any(self._wholes.values()):
            for count_part in self._parts:
                count_part()
        self._parts.clear()

    def arrive(self, arrival: Arrival) -> None:
        """Have a gradient confirmed when a backward pass is over."""
        self._arrived[arrival] = None
        self.go_back()

    def _confirm(self) -> None:
        for arrival in self._arrived:
            arrival.confirm()


def queue(callback: Callable[[], None]) -> None:
    """Have something done after the backward pass at work, behind all that others have queued by then."""
    try:
        torch.autograd.Variable._execution_engine.queue_callback(callback)
    except RuntimeError:
        # as under compiled autograd: gradients stand as they were read
        return
