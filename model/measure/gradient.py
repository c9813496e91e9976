"""The gradient of one tensor, which may come in several backward passes over one forward pass, and then adds up."""

from collections.abc import Iterable
from typing import Protocol, cast

import torch
from torch import Tensor
from torch.autograd.graph import Node

Edge = tuple[Node | None, int]
TOO_LARGE = "its gradient came in several backward passes over one forward pass and was too large to be kept"


class Total(Protocol):
    """The sum or angle that a gradient goes into."""

    @property
    def epoch(self) -> int:
        """Count resets."""
        ...

    def seen_of(self, gradient: Tensor) -> Tensor:
        """Return the part of a gradient that is looked at."""
        ...

    def add(self, x: Tensor) -> bool:
        """Add a whole gradient."""
        ...

    def add_part(self, x: Tensor) -> None:
        """Add the gradient of a pass of torch.autograd.grad."""
        ...

    def lose(self, problem: str) -> None:
        """Be told that the sum cannot be told in this step, and why."""
        ...


class Passes(Protocol):
    """The backward passes of a step, which all gradients share."""

    came_again: bool

    def go_back(self) -> None:
        """Be told that a backward pass is at work."""
        ...

    def is_whole(self, behind: Iterable[Edge]) -> bool:
        """Tell whether the backward pass at work leaves gradients in weights."""
        ...

    def keep(self, gradient: "Gradient", num_bytes: int) -> bool:
        """Tell whether a gradient may be kept for another pass."""
        ...


class Gradient:
    """Adds to a sum the gradient that a tensor has after all passes.

    A pass that retains the graph may be followed by another, so its gradient is kept until the step ends. Passes of
    torch.autograd.grad do not count beside one that leaves gradients in weights.
    """

    def __init__(self, trail: Passes, total: Total) -> None:
        self._trail, self._sum, self._epoch = trail, total, total.epoch
        self._whole: Tensor | None = None
        self._part: Tensor | None = None
        self._came = self._is_kept = False
        self.comes_in_parts = False
        """Whether one pass may bring it in two parts: a view was changed in place, and may have been used before."""

    def take(self, behind: Iterable[Edge], gradient: Tensor) -> None:
        """Take what one pass brings; `behind` are the edges of the graph that lead on from here."""
        if self._epoch != self._sum.epoch:
            return
        self._trail.go_back()
        again, self._came = self._came, True
        keeps = self.comes_in_parts or torch._C._autograd._get_current_graph_task_keep_graph()  # pyright: ignore[reportAttributeAccessIssue]
        whole = self._trail.is_whole(behind)
        if not (keeps or again):
            self._count(gradient, whole=whole)
        elif again and not self._is_kept:
            self._sum.lose(TOO_LARGE)
        else:
            self._add(self._sum.seen_of(gradient.detach()), whole=whole, keeps=keeps)

    def _add(self, gradient: Tensor, *, whole: bool, keeps: bool) -> None:
        if not self._is_kept:
            self._is_kept = self._trail.keep(self, gradient.nbytes)
            if not self._is_kept:
                self._count(gradient, whole=whole)
                return
        before, is_last = self._whole if whole else self._part, whole and not keeps
        if before is not None:
            gradient = before + gradient
            self._trail.came_again |= whole
        elif not is_last:
            gradient = gradient.clone()
        if is_last:
            self._sum.add(gradient)
            self._whole = self._part = None
            self._is_kept = False
        elif whole:
            self._whole = gradient
        else:
            self._part = gradient

    def _count(self, gradient: Tensor, *, whole: bool) -> None:
        if whole:
            self._sum.add(gradient)
        else:
            self._sum.add_part(gradient)

    def settle(self) -> None:
        """Count what was kept."""
        if self._whole is not None:
            self._count(self._whole, whole=True)
        elif self._part is not None:
            self._count(self._part, whole=False)
        self._whole = self._part = None


def is_whole(behind: Iterable[Edge]) -> bool:
    """Tell whether the backward pass at work leaves a gradient in a leaf behind edges, as autograd.grad does not."""
    seen: set[Node] = set()
    waiting = [node for node, _ in behind if node is not None]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        following = [node for node, _ in cast("Iterable[Edge]", one.next_functions) if node is not None]
        waiting += following
        if not following and _leaves(one):
            return True
    return False


def _leaves(leaf: Node) -> bool:
    try:
        return torch._C._will_engine_execute_node(leaf)
    except RuntimeError:
        # autograd.grad is asked for this leaf's gradient and will not leave it there
        return False
