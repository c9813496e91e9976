"""The gradient of one tensor, which may come in several backward passes over one forward pass, and then adds up."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor
from torch.autograd.graph import Node

if TYPE_CHECKING:
    from skipscope.model.measure.sums import TorchSum
    from skipscope.model.measure.trail import Trail


Edge = tuple[Node | None, int]
IN_PARTS = "its gradient came in two parts, since a view of it was changed in place and used before as well"
TOO_LARGE = "its gradient came in several backward passes over one forward pass and was too large to be kept"


class Gradient:
    """Adds to a sum the gradient that a tensor has after all passes.

    A pass that retains the graph may be followed by another, so its gradient is kept until the step ends. Passes of
    torch.autograd.grad do not count beside one that leaves gradients in weights.
    """

    def __init__(self, trail: "Trail", total: "TorchSum") -> None:
        self._trail, self._sum, self._epoch = trail, total, total.epoch
        self._whole: Tensor | None = None
        self._part: Tensor | None = None
        self._came = self._came_by_view = self._is_kept = False

    def take(self, behind: Iterable[Edge], gradient: Tensor, *, by_view: bool = False) -> None:
        """Take what one pass brings; `behind` are the edges of the graph that lead on from here."""
        if self._epoch != self._sum.epoch:
            return
        self._trail.go_back()
        if self._came and by_view != self._came_by_view:
            self._sum.lose(IN_PARTS)
            return
        again, self._came, self._came_by_view = self._came, True, by_view
        keeps = torch._C._autograd._get_current_graph_task_keep_graph()  # pyright: ignore[reportAttributeAccessIssue]
        if not (keeps or again):
            self._sum.add(gradient)
        elif again and not self._is_kept:
            self._sum.lose(TOO_LARGE)
        else:
            self._add(gradient.detach(), whole=self._trail.is_whole(behind), keeps=keeps)

    def _add(self, gradient: Tensor, *, whole: bool, keeps: bool) -> None:
        if not self._is_kept:
            self._is_kept = self._trail.keep(self, gradient.nbytes)
            if not self._is_kept:
                self._sum.add(gradient)
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

    def settle(self) -> None:
        """Count what was kept."""
        kept = self._whole if self._whole is not None else self._part
        if kept is not None:
            self._sum.add(kept)
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
