"""The meter of one block, at the fork of its input and at the junction of its two paths."""

from typing import cast

import torch
from torch import Tensor, nn

from skipscope.model.measure.directions import Direction
from skipscope.model.measure.places import ForkedBlock
from skipscope.model.measure.plain import in_transform, why_not
from skipscope.model.measure.sums import TorchSum
from skipscope.model.measure.tap_meter import Place, TapMeter
from skipscope.model.measure.trail import Trail

Sums = tuple[TorchSum, TorchSum, TorchSum, TorchSum]


class BlockMeter:
    """The two paths of one block: the part of either in the junction's sum, and in the gradient at the fork.

    Known numbers are not read again: an identity shortcut passes the block's input on unchanged, which a tap has
    measured, and passes the gradient of the junction's sum back unchanged.
    """

    def __init__(
        self, block: ForkedBlock, trail: Trail, output: TapMeter | None, sums: Sums, direction: Direction
    ) -> None:
        self._block, self._trail, self._output = block, trail, None if output is None else output.places[0]
        self._residual, self._identity, self._residual_gradient, self._identity_gradient = self._sums = sums
        self.direction = direction
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        for own in self._sums:
            own.reset()
        self.direction.reset()
        self._bare_shortcut = self.dropped = self._measures = False
        self._num_waiting = [0, 0]
        self._input: Place | None = None
        """The place that measured the block's input."""
        self._identity_is_input = self._residual_gradient_is_input = self._identity_gradient_is_output = False

    def fork(self, module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
        """Part the block's input, so that either path's gradient can be told."""
        x, identity = output
        self._measures = self._is_measured(x)
        if not torch.is_grad_enabled() or not x.requires_grad:
            return None
        if not self._measures:
            # made again by checkpointing: the same operations, so that the same tensors are kept for the backward pass
            again = identity is not None and torch._C._current_graph_task_id() != -1
            return (x.view_as(x), x if self._bare_shortcut else x.view_as(x)) if again else None
        self._input = cast("Place | None", self._trail.place_of(x))
        self.direction.enter(x)
        if identity is None:
            self._residual_gradient_is_input = self._input is not None
            if self._input is None:
                self._residual_gradient.add_gradient_of(x)
            return None
        self._bare_shortcut = self._block.has_bare_shortcut
        residual = x.view_as(x)
        self._residual_gradient.add_gradient_of(residual)
        if not self._bare_shortcut:
            identity = x.view_as(x)
            self._identity_gradient.add_gradient_of(identity)
        return residual, identity

    def _is_measured(self, x: Tensor) -> bool:
        """Tell whether this pass counts: the first with gradients, or the one that checkpointing makes of the first."""
        if in_transform() is not None or why_not(x) is not None:
            return False
        if torch._C._current_graph_task_id() == -1:
            if torch.is_grad_enabled():
                self._num_waiting = [0, 0]
                return True
            self._num_waiting[self._trail.is_whole_without] += 1
            return False
        kind = self._trail.is_whole_without
        if not torch.is_grad_enabled() or self._num_waiting[kind] == 0:
            return False
        self._num_waiting[kind] -= 1
        return True

    def junction(self, module: nn.Module, args: tuple[Tensor | None, Tensor | None], output: Tensor) -> None:
        """Measure F(x) and the shortcut's output where they meet."""
        if not self._measures:
            return
        residual, identity = args
        self.direction.leave(residual)
        if residual is None:
            self.dropped = True
        else:
            self._residual.add(residual)
        if identity is None:
            return
        if self._bare_shortcut and self._input is not None:
            self._identity_is_input = True
        else:
            self._identity.add(identity)
        if self._bare_shortcut and output.requires_grad:
            if self._output is not None and not self._block.after:
                self._identity_gradient_is_output = True
            else:
                self._identity_gradient.add_gradient_of(output)

    @property
    def residual(self) -> TorchSum:
        """The sum of F's output at the junction."""
        return self._residual

    @property
    def identity(self) -> TorchSum:
        """The sum of the shortcut's output at the junction."""
        return self._input.activation if self._input is not None and self._identity_is_input else self._identity

    @property
    def residual_gradient(self) -> TorchSum:
        """The part of the input's gradient that arrives through F."""
        known = self._input is not None and self._residual_gradient_is_input
        return self._input.gradient if known and self._input is not None else self._residual_gradient

    @property
    def identity_gradient(self) -> TorchSum:
        """The part of the input's gradient that arrives through the shortcut."""
        known = self._output is not None and self._identity_gradient_is_output
        return self._output.gradient if known and self._output is not None else self._identity_gradient
