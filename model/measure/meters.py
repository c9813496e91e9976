"""What is measured at one tap and at one block while a step goes on: each tensor is reduced at once and never kept.

A meter is attached once; its methods are the hooks.
"""

from collections.abc import Iterable, Sequence
from typing import cast
from weakref import ReferenceType, ref

import torch
from torch import Tensor, nn

from skipscope.model.measure import native
from skipscope.model.measure.native import Sum
from skipscope.model.measure.record import Value
from skipscope.model.measure.reductions import NonzeroCounter
from skipscope.model.measure.sums import TorchSum
from skipscope.model.network.blocks import Block


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

    def __init__(self, trail: Trail, activation: Sum, gradient: Sum) -> None:
        self._trail = trail
        self.activation, self.gradient = activation, gradient

    def reset(self) -> None:
        """Forget the last step."""
        self.activation.reset()
        self.gradient.reset()

    def forward(self, module: nn.Module, args: object, output: object) -> None:
        """Measure the output now and its gradient later."""
        x = output
        if isinstance(x, tuple | list) and x:
            x = cast("Sequence[object]", x)[0]
        if not isinstance(x, Tensor) or not x.is_floating_point() or not torch.is_grad_enabled():
            return
        self.activation.add(x)
        if x.requires_grad:
            self.gradient.add_gradient_of(x)
            self._trail.leave(x, self)

    def num_nonfinite(self) -> int | None:
        """Count NaN and infinite elements of the output and its gradient; None where there was no output."""
        if self.activation.elements == 0:
            return None
        return int(self.activation.nonfinite) + int(self.gradient.nonfinite)


class BlockMeter:
    """The two paths of one block: what either brings to the junction, and the part of the gradient that either takes.

    What is known already is not read again: an identity shortcut brings the block's input unchanged, which a tap has
    measured, and takes the gradient of the junction's sum unchanged.
    """

    def __init__(self, block: Block, trail: Trail, output: TapMeter | None, sums: tuple[Sum, Sum, Sum, Sum]) -> None:
        self._block, self._trail, self._output = block, trail, output
        self._residual, self._identity, self._residual_gradient, self._identity_gradient = self._sums = sums
        self.reset()

    def reset(self) -> None:
        """Forget the last step."""
        for own in self._sums:
            own.reset()
        self._bare_shortcut = self.dropped = False
        self._input: TapMeter | None = None
        """Whoever measured the block's input."""
        self._identity_is_input = self._residual_gradient_is_input = self._identity_gradient_is_output = False

    def fork(self, module: nn.Module, args: object, output: tuple[Tensor, Tensor | None]) -> object:
        """Part the block's input, so that either path's gradient can be told."""
        x, identity = output
        if not torch.is_grad_enabled() or not x.requires_grad:
            return None
        self._input = self._trail.tap_of(x)
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

    def junction(self, module: nn.Module, args: tuple[Tensor | None, Tensor | None], output: Tensor) -> None:
        """Measure F(x) and the shortcut's output where they meet."""
        if not torch.is_grad_enabled():
            return
        residual, identity = args
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
    def residual(self) -> Sum:
        """What F brings to the junction."""
        return self._residual

    @property
    def identity(self) -> Sum:
        """What the shortcut brings to the junction."""
        return self._input.activation if self._input is not None and self._identity_is_input else self._identity

    @property
    def residual_gradient(self) -> Sum:
        """The part of the input's gradient that arrives through F."""
        known = self._input is not None and self._residual_gradient_is_input
        return cast("TapMeter", self._input).gradient if known else self._residual_gradient

    @property
    def identity_gradient(self) -> Sum:
        """The part of the input's gradient that arrives through the shortcut."""
        known = self._output is not None and self._identity_gradient_is_output
        return cast("TapMeter", self._output).gradient if known else self._identity_gradient


class Meters:
    """Make the meters of one recorder: compiled ones for a network in this machine's memory, where they are there."""

    def __init__(self, *, on_cpu: bool) -> None:
        self.on_cpu = on_cpu
        self.torch_sums: list[TorchSum] = []
        """Those whose numbers may lie on another device."""
        self._engine = native.load() if on_cpu else None
        self._compiled_trail = None if self._engine is None else self._engine.Trail()
        self._trail, self._nonzero = Trail(), NonzeroCounter()

    def make_sum(self) -> Sum:
        """Make a sum."""
        return self._torch_sum() if self._engine is None else self._engine.Sum()

    def make_tap(self, *, zeros: bool) -> native.Tap:
        """Make the meter of a tap, which counts exact zeros where it is told to."""
        if self._engine is not None:
            return self._engine.Tap(self._compiled_trail, zeros=zeros)
        return TapMeter(self._trail, self._torch_sum(self._nonzero if zeros else None), self._torch_sum())

    def make_block(self, block: Block, output: native.Tap | None) -> native.Block:
        """Make the meter of a block, whose output a tap of these measures, or none."""
        if self._engine is not None:
            return self._engine.Block(ref(block), self._compiled_trail, output)
        assert output is None or isinstance(output, TapMeter), "all meters of a recorder are of one make"
        sums = (self._torch_sum(), self._torch_sum(), self._torch_sum(), self._torch_sum())
        return BlockMeter(block, self._trail, output, sums)

    def are_idle(self, taps: list[native.Tap]) -> bool:
        """Tell whether nothing has passed the taps since the last reset."""
        if self._engine is not None:
            return self._engine.are_idle(taps)
        return all(tap.activation.elements == 0 for tap in taps)

    def tap_columns(self, taps: list[native.Tap]) -> Iterable[Sequence[Value]]:
        """Return what the taps measured, a column for each of TAP_MEASURES."""
        if self._engine is not None:
            return self._engine.tap_columns(taps)
        activations = [tap.activation for tap in taps]
        return (
            [activation.rms() for activation in activations],
            [tap.gradient.rms() for tap in taps],
            [activation.zero_fraction() for activation in activations],
            [tap.num_nonfinite() for tap in taps],
        )

    def block_columns(self, blocks: list[native.Block]) -> Iterable[Sequence[Value]]:
        """Return what the blocks measured, a column for each of BLOCK_MEASURES."""
        if self._engine is not None:
            return self._engine.block_columns(blocks)
        return (
            [block.residual.rms() for block in blocks],
            [block.identity.rms() for block in blocks],
            [block.residual_gradient.norm() for block in blocks],
            [block.identity_gradient.norm() for block in blocks],
        )

    def _torch_sum(self, nonzero: NonzeroCounter | None = None) -> TorchSum:
        self.torch_sums.append(TorchSum(nonzero))
        return self.torch_sums[-1]
