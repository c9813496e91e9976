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
    """A view that was measured: how it lies in its base, and the node that its base had then."""

    def __init__(self, x: Tensor, gradient: "Gradient") -> None:
        base = x._base
        assert base is not None, "a view has a base"
        # the view itself may be gone when another view of the same base is changed
        self._base, self._gradient = ref(base), gradient
        self._version, self._node = base._version, base.grad_fn
        self._lies = x.size(), x.stride(), x.storage_offset() - base.storage_offset()
        self._is_all = x.numel() == base.numel()

    def is_over(self) -> bool:
        """Look whether the base has been changed; from then on the gradient is read where the change was made.

        Return True where there is nothing to wait for any more.
        """
        base = self._base()
        if base is None:
            return True
        if base._version == self._version:
            return False
        changed = _after(base.grad_fn, self._node)
        if changed is not None:
            self._read(changed, base.stride())
        return True

    def _read(self, node: Node, strides: tuple[int, ...]) -> None:
        gradient, lies, is_all = self._gradient, self._lies, self._is_all
        gradient.comes_in_parts = True
        # the node itself, kept by its own hook, would never go away
        behind = node.next_functions

        def hook(inputs: tuple[Tensor | None, ...], outputs: object) -> None:
            found = inputs[0]
            if found is not None and found.stride() == strides:
                gradient.take(behind, found.as_strided(*lies))
            elif found is not None and is_all:
                gradient.take(behind, found)

        node.register_hook(hook)


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
