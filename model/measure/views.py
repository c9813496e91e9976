"""A view that is changed in place after it was measured: torch gives it a new node, and its old one no gradient."""

from typing import TYPE_CHECKING
from weakref import ref

from torch import Tensor
from torch.autograd.graph import Node

if TYPE_CHECKING:
    from skipscope.model.measure.gradient import Gradient

LONGEST = 64
"""So many changes in place of one tensor are followed."""


class ChangedView:
    """A view that was measured, with the node that its base had then."""

    def __init__(self, x: Tensor, gradient: "Gradient") -> None:
        assert x._base is not None, "a view has a base"
        self._x, self._gradient = ref(x), gradient
        self._version, self._node = x._version, x._base.grad_fn

    def is_over(self) -> bool:
        """Look whether the view has been changed; from then on its gradient is read where the change was made.

        Return True where there is nothing to wait for any more.
        """
        x = self._x()
        if x is None or x._base is None:
            return True
        if x._version == self._version:
            return False
        changed = _after(x._base.grad_fn, self._node)
        if changed is not None:
            _read(changed, x, self._gradient)
        return True


def _after(node: Node | None, old: Node | None) -> Node | None:
    """Return the first change that was made to a tensor after it had its old node."""
    for _ in range(LONGEST):
        if node is None or node is old or not node.next_functions:
            return None
        before = node.next_functions[0][0]
        if before is old:
            return node
        node = before
    return None


def _read(node: Node, x: Tensor, gradient: "Gradient") -> None:
    base = x._base
    assert base is not None, "a view has a base"
    size, strides, offset = x.size(), x.stride(), x.storage_offset() - base.storage_offset()
    lies, whole = base.stride(), x.numel() == base.numel()
    # the node itself, kept by its own hook, would never go away
    behind = node.next_functions

    def hook(inputs: tuple[Tensor | None, ...], outputs: object) -> None:
        found = inputs[0]
        if found is not None and (whole or found.stride() == lies):
            gradient.take(behind, found if whole else found.as_strided(size, strides, offset), by_view=True)

    node.register_hook(hook)
