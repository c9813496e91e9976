"""The hooks by which the gradient of a tensor arrives, at the node that made it or at the leaf."""

from collections.abc import Callable, Iterable
from weakref import ref

import torch
from torch import Tensor
from torch.autograd.graph import get_gradient_edge
from torch.utils.hooks import RemovableHandle

from skipscope.model.measure.gradient import Edge, Gradient

Lose = Callable[[str], None]


class GradientHooks:
    """Hooks that have gradients taken, and that tell `lose` why one could not be."""

    def __init__(self) -> None:
        self._leaves: dict[int, RemovableHandle] = {}

    @property
    def has_leaves(self) -> bool:
        """Tell whether there are hooks that stay until they are removed; those of nodes go away with their graph."""
        return bool(self._leaves)

    def remove(self) -> None:
        """Remove the hooks of leaves."""
        for handle in self._leaves.values():
            handle.remove()
        self._leaves.clear()

    def set(self, x: Tensor, gradient: Gradient, lose: Lose) -> None:
        """Have the whole gradient of x taken when it is there."""
        node = x.grad_fn
        if node is None:
            self._set_on_leaf(x, gradient, lose)
            return
        # a hook on the node that made x costs a tenth of one on x and sees the same gradient, changed in place or not
        place, behind = x.output_nr, node.next_functions

        def hook(gradients: tuple[Tensor | None, ...]) -> None:
            found = gradients[place]
            if found is not None and not torch.compiler.is_dynamo_compiling():
                _take(gradient, behind, found, lose)

        node.register_prehook(hook)

    def _set_on_leaf(self, x: Tensor, gradient: Gradient, lose: Lose) -> None:
        if id(x) in self._leaves:
            return
        leaf = ref(x)

        def hook(found: Tensor) -> None:
            x = leaf()
            if x is not None and not torch.compiler.is_dynamo_compiling():
                _take(gradient, [(get_gradient_edge(x).node, 0)], found, lose)

        self._leaves[id(x)] = x.register_hook(hook)


def _take(gradient: Gradient, behind: Iterable[Edge], found: Tensor, lose: Lose) -> None:
    try:
        gradient.take(behind, found)
    except Exception as error:  # the user's backward pass goes on
        lose(f"{type(error).__name__}: {error}")
