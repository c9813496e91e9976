"""What is measured at one tap and at one block while a step goes on: each tensor is reduced at once and never kept.

A meter is attached once; its methods are the hooks. Sums run over all calls of a step, so that a module which is
called twice, or a step made of several batches, has one root mean square over everything that passed.
"""

from collections.abc import Callable, Sequence
from typing import cast
from weakref import ReferenceType, ref

import torch
from torch import Tensor, nn

from model.blocks import Block
from model.reductions import NonzeroCounter, Number, num_nonfinite, sum_of_squares


def on_gradient(x: Tensor, take: Callable[[Tensor], None]) -> None:
    """Call `take` with the whole gradient of x when it is there."""
    node = x.grad_fn
    if node is None:
        x.register_hook(take)
        return
    # a hook on the node that made x costs a tenth of one on x and sees the same gradient, changed in place later or not
    place = x.output_nr

    def hook(gradients: tuple[Tensor | None, ...]) -> None:
        gradient = gradients[place]
        if gradient is not None:
            take(gradient)

    node.register_prehook(hook)


class Trail:
    """The tap whose tensor was made last: a block whose input is that tensor need not read it again."""

    def __init__(self) -> None:
        self._last: ReferenceType[Tensor] | None = None
        self._tap: TapMeter | None = None

    def leave(self, x: Tensor, tap: "TapMeter") -> None:
        """Remember who measured x, without keeping it."""
        self._last, self._tap = ref(x), tap

    def tap_of(self, x: Tensor) -> "TapMeter | None":
        """Return who measured x, if it was the last."""
        return self._tap if self._last is not None and self._last() is x else None


class TapMeter:
    """The output of one module and its gradient."""

    NUMBERS = ("squares", "nonzero", "gradient_squares", "lost")

    def __init__(self, trail: Trail, nonzero: NonzeroCounter | None) -> None:
        self._trail, self._count_nonzero = trail, nonzero
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.squares: Number = 0.0
        self.nonzero: Number = 0.0
        self.gradient_squares: Number = 0.0
        self.lost: Number = 0.0
        self.count = self.gradient_count = 0

    @property
    def counts_zeros(self) -> bool:
        """Tell whether exact zeros are counted here."""
        return self._count_nonzero is not None

    def forward(self, module: nn.Module, args: object, output: object) -> None:
        """Measure the output now and its gradient later."""
        x = output
        if isinstance(x, tuple | list) and x:
            x = cast("Sequence[object]", x)[0]
        if not isinstance(x, Tensor) or not x.is_floating_point() or not torch.is_grad_enabled():
            return
        data = x.detach()
        squares = sum_of_squares(data)
        self.squares += squares
        self.count += data.numel()
        self.lost += num_nonfinite(data, squares)
        if self._count_nonzero is not None:
            self.nonzero += self._count_nonzero(data)
        if x.requires_grad:
            on_gradient(x, self.backward)
            self._trail.leave(x, self)

    def backward(self, gradient: Tensor) -> None:
        """Measure the gradient of the output."""
        squares = sum_of_squares(gradient)
        self.gradient_squares += squares
        self.gradient_count += gradient.numel()
        self.lost += num_nonfinite(gradient, squares)


class BlockMeter:
    """The two paths of one block: what either brings to the junction, and the part of the gradient that either takes.

    What is known already is not read again: an identity shortcut brings the block's input unchanged, which a tap has
    measured, and takes the gradient of the junction's sum unchanged.
    """

    NUMBERS = ("residual_squares", "identity_squares", "residual_gradient_squares", "identity_gradient_squares")

    def __init__(self, block: Block, trail: Trail, output: TapMeter | None) -> None:
        self._block, self._trail, self._output = block, trail, output
        self._bare_shortcut = False
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        self.residual_squares: Number = 0.0
        self.identity_squares: Number = 0.0
        self.residual_gradient_squares: Number = 0.0
        self.identity_gradient_squares: Number = 0.0
        self.residual_count = self.identity_count = 0
        self.num_residual_gradients = self.num_identity_gradients = 0
        self.dropped = False
        self.input: TapMeter | None = None
        """Whoever measured the block's input."""
        self.identity_is_input = self.residual_gradient_is_input = self.identity_gradient_is_output = False

    def fork(self, module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
        """Part the block's input, so that either path's gradient can be told."""
        x, identity = output
        if not torch.is_grad_enabled() or not x.requires_grad:
            return None
        self.input = self._trail.tap_of(x)
        if identity is None:
            self.residual_gradient_is_input = self.input is not None
            if self.input is None:
                on_gradient(x, self.take_residual_gradient)
            return None
        block = self._block
        self._bare_shortcut = block.skip_strength == 1 and not block.shortcut and "gate" not in block._modules
        residual = x.view_as(x)
        on_gradient(residual, self.take_residual_gradient)
        if not self._bare_shortcut:
            identity = x.view_as(x)
            on_gradient(identity, self.take_identity_gradient)
        return residual, identity

    def junction(self, module: nn.Module, args: tuple[Tensor | None, Tensor | None], output: Tensor) -> None:
        """Measure F(x) and the shortcut's output where they meet."""
        if not torch.is_grad_enabled():
            return
        residual, identity = args
        if residual is None:
            self.dropped = True
        else:
            self.residual_squares += sum_of_squares(residual.detach())
            self.residual_count += residual.numel()
        if identity is None:
            return
        if self._bare_shortcut and self.input is not None:
            self.identity_is_input = True
        else:
            self.identity_squares += sum_of_squares(identity.detach())
            self.identity_count += identity.numel()
        if self._bare_shortcut and output.requires_grad:
            if self._output is not None and not self._block.after:
                self.identity_gradient_is_output = True
            else:
                on_gradient(output, self.take_identity_gradient)

    def take_residual_gradient(self, gradient: Tensor) -> None:
        """Measure the part that arrives through F."""
        self.residual_gradient_squares += sum_of_squares(gradient)
        self.num_residual_gradients += 1

    def take_identity_gradient(self, gradient: Tensor) -> None:
        """Measure the part that arrives through the shortcut."""
        self.identity_gradient_squares += sum_of_squares(gradient)
        self.num_identity_gradients += 1

    def settle(self) -> None:
        """Fill in what taps have measured."""
        tap = self.input
        if tap is not None and self.identity_is_input:
            self.identity_squares, self.identity_count = tap.squares, tap.count
        if tap is not None and self.residual_gradient_is_input:
            self.residual_gradient_squares, self.num_residual_gradients = tap.gradient_squares, tap.gradient_count
        if self._output is not None and self.identity_gradient_is_output:
            self.identity_gradient_squares = self._output.gradient_squares
            self.num_identity_gradients = self._output.gradient_count
