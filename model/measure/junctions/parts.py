"""The gradient that a tensor gets from some of its users: one part for each, which add up in each backward pass."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from skipscope.model.measure.gradient import Edge, Gradient
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.trail import Trail

Users = Sequence[tuple[Any, int]]


class Parts:
    """Adds to a sum what arrives at a tensor from its users, each a node and the tensor's place in it."""

    def __init__(self, trail: Trail, total: TorchSum, origin: Edge, pending: list["Parts"]) -> None:
        self._gradient, self._total, self._pending = Gradient(trail, total), total, pending
        # the node that made the tensor; a hook that holds the node it is set on would never go away
        self._behind = [origin]
        self._num_users = self._num_come = 0
        self._task = -1
        self._sum: Tensor | None = None
        self._known: set[tuple[int, int]] = set()

    def watch(self, users: Users) -> None:
        """Read the gradients of users that are not read yet."""
        for node, place in users:
            if (id(node), place) in self._known:
                continue
            self._known.add((id(node), place))
            self._num_users += 1
            node.register_hook(self._hook(place))

    def _hook(self, place: int) -> Callable[[Any, Any], None]:
        def hook(gradients: tuple[Tensor | None, ...], _: object) -> None:
            found = gradients[place]
            if found is None or torch.compiler.is_dynamo_compiling():
                return
            try:
                self._take(found)
            except Exception as error:  # the user's backward pass goes on
                self._total.lose(f"{type(error).__name__}: {error}")

        return hook

    def _take(self, found: Tensor) -> None:
        if self._num_users == 1:
            self._gradient.take(self._behind, found)
            return
        task = torch._C._current_graph_task_id()
        if task != self._task:
            self._settle()
            self._task = task
        found = found.detach()
        if self._num_come == 0:
            self._pending.append(self)
        self._sum = found if self._sum is None else self._sum + found
        self._num_come += 1
        if self._num_come == self._num_users:
            self._settle()

    def _settle(self) -> None:
        whole, self._sum, self._num_come = self._sum, None, 0
        if whole is not None:
            self._gradient.take(self._behind, whole)

    def finish(self) -> None:
        """Count, at the end of the step, what came in a backward pass that went by only some of the users."""
        if self._sum is not None:
            self._total.add(self._sum)
        self._sum = None
