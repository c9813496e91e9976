"""The sum over all tensors of one kind that pass within a step; a root mean square and a norm follow from it."""

from typing import cast

from torch import Tensor

from skipscope.model.measure.reductions import NonzeroCounter, Number, num_nonfinite, root, sum_of_squares


class TorchSum:
    """A sum taken by torch's operations, on any device.

    Tensors are reduced at once and never kept. Sums run over all calls of a step, so that a module which is called
    twice, or a step made of several batches, has one root mean square over everything that passed.
    """

    NUMBERS = ("squares", "nonzero", "nonfinite")

    def __init__(self, nonzero: NonzeroCounter | None = None) -> None:
        self._count_nonzero = nonzero
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.squares: Number = 0.0
        self.nonzero: Number = 0.0
        self.nonfinite: Number = 0.0
        self.elements = self.calls = 0

    def add(self, x: Tensor) -> None:
        """Add a tensor of real numbers."""
        data = x.detach()
        squares = sum_of_squares(data)
        self.squares += squares
        self.nonfinite += num_nonfinite(data, squares)
        if self._count_nonzero is not None:
            self.nonzero += self._count_nonzero(data)
        self.elements += data.numel()
        self.calls += 1

    def add_gradient_of(self, x: Tensor) -> None:
        """Add the whole gradient of x when it is there."""
        node = x.grad_fn
        if node is None:
            x.register_hook(self.add)
            return
        # a hook on the node that made x costs a tenth of one on x and sees the same gradient, changed in place or not
        place = x.output_nr

        def hook(gradients: tuple[Tensor | None, ...]) -> None:
            gradient = gradients[place]
            if gradient is not None:
                self.add(gradient)

        node.register_prehook(hook)

    def take_gradient_in(self, weight: Tensor) -> None:
        """Begin anew, with the gradient that has accumulated in a weight."""
        self.reset()
        if weight.grad is not None:
            self.add(weight.grad)

    def rms(self) -> float | None:
        """Return the root mean square of all elements; None where nothing was added."""
        return None if self.elements == 0 else root(cast("float", self.squares) / self.elements)

    def norm(self) -> float | None:
        """Return the L2 norm of all elements; None where nothing was added."""
        return None if self.calls == 0 else root(cast("float", self.squares))

    def zero_fraction(self) -> float | None:
        """Return the share of exact zeros; None where they are not counted or nothing was added."""
        if self._count_nonzero is None or self.elements == 0:
            return None
        return 1 - cast("float", self.nonzero) / self.elements
