"""The measurements of one step while it goes on: numbers at their places, tensors only where a device computes them."""

import math
from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from model import reductions
from model.record import MEASURES, Record, Schema, Value


class Measurement:
    """Take each tensor of a step once and keep its number.

    On the CPU a number is there at once; on another device it stays there until `finish` brings all over in one copy.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.columns: dict[str, list[Value]] = {name: [None] * len(schema.names(name)) for name in MEASURES}
        self._deferred: list[tuple[Callable[[float], None], Tensor]] = []
        self._dropped: list[int] = []
        self._before: list[Tensor] = []
        self._weights_taken = False
        # the tapped tensor that enters the next block, with its tap: what is known of it need not be read again
        self._last: tuple[Tensor, int] | None = None
        self._direct: dict[int, int] = {}
        self._whole: dict[int, tuple[int, int]] = {}

    def _take(self, x: Tensor, then: Callable[[float], None]) -> None:
        """Hand the sum of squares on, now or when it is brought over."""
        if x.device.type == "cpu":
            then(reductions.sum_of_squares(x))
        else:
            self._deferred.append((then, reductions.deferred_sum_of_squares(x)))

    def _take_rms(self, name: str, index: int, x: Tensor) -> None:
        column, count = self.columns[name], x.numel()

        def then(total: float) -> None:
            column[index] = math.sqrt(total / count) if total >= 0 else total

        self._take(x, then)

    def _norm_hook(self, name: str, index: int) -> Callable[[Tensor], None]:
        column = self.columns[name]

        def then(total: float) -> None:
            column[index] = math.sqrt(total) if total >= 0 else total

        def hook(gradient: Tensor) -> None:
            self._take(gradient, then)

        return hook

    def _count_lost(self, index: int, x: Tensor, name: str) -> None:
        """Count what is not finite, if the number just taken says that there is something."""
        column = self.columns["nonfinite"]
        if x.device.type != "cpu":
            lost = x.numel() - torch.isfinite(x).sum().double()
            self._deferred.append((lambda n: column.__setitem__(index, int(column[index] or 0) + int(n)), lost))
            return
        value = self.columns[name][index]
        lost_here = 0 if value is not None and math.isfinite(value) else reductions.num_nonfinite(x)
        column[index] = int(column[index] or 0) + lost_here

    def take_tap(self, index: int, x: Tensor, *, counts_zeros: bool) -> None:
        """Measure a tapped tensor now and its gradient when that is there."""
        data = x.detach()
        self._take_rms("activation_rms", index, data)
        self._count_lost(index, data, "activation_rms")
        if counts_zeros:
            zeros, count = self.columns["zero_fraction"], x.numel()
            if x.device.type == "cpu":
                zeros[index] = 1 - reductions.num_nonzero(data, finite=not self.columns["nonfinite"][index]) / count
            else:
                nonzero = torch.count_nonzero(data).double()
                self._deferred.append((lambda n: zeros.__setitem__(index, 1 - n / count), nonzero))

        def hook(gradient: Tensor) -> None:
            self._take_rms("gradient_rms", index, gradient)
            self._count_lost(index, gradient, "gradient_rms")

        x.register_hook(hook)
        self._last = (x, index)

    def take_fork(self, index: int, residual: Tensor, identity: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Part a block's input into two views, whose gradients are the parts that arrive by either path."""
        x = residual
        known = self._last[1] if self._last is not None and self._last[0] is x else None
        self._last = None
        if identity is None:
            if known is not None:
                self._whole[index] = (known, x.numel())
                return x, None
            residual = x.view_as(x)
            residual.register_hook(self._norm_hook("residual_gradient_norm", index))
            return residual, None
        residual, identity = x.view_as(x), x.view_as(x)
        residual.register_hook(self._norm_hook("residual_gradient_norm", index))
        identity.register_hook(self._norm_hook("identity_gradient_norm", index))
        self._last = (identity, known) if known is not None else None
        return residual, identity

    def take_junction(self, index: int, residual: Tensor | None, identity: Tensor | None) -> None:
        """Measure F(x) and the shortcut's output where they meet."""
        if residual is None:
            self._dropped.append(index)
        else:
            self._take_rms("residual_rms", index, residual.detach())
        if identity is not None:
            if self._last is not None and self._last[0] is identity:
                self._direct[index] = self._last[1]
            else:
                self._take_rms("identity_rms", index, identity.detach())
        self._last = None

    def keep_weights(self, weights: Sequence[nn.Parameter]) -> None:
        """Keep a copy of the weights, to know later what the update was."""
        with torch.no_grad():
            self._before = [torch.empty_like(weight) for weight in weights]
            torch._foreach_copy_(self._before, list(weights))

    def take_weight_gradients(self, weights: Sequence[nn.Parameter]) -> None:
        """Measure the gradients of the weights, once."""
        if not self._weights_taken:
            self._weights_taken = True
            graded = [(i, weight.grad) for i, weight in enumerate(weights) if weight.grad is not None]
            column = self.columns["weight_gradient_norm"]
            for (i, _), value in zip(graded, norms([gradient for _, gradient in graded]), strict=True):
                column[i] = value

    @torch.no_grad()
    def finish(self, step: int, weights: Sequence[nn.Parameter]) -> Record:
        """Bring over what lies on a device, fill in what follows from it, and return the record."""
        if self._deferred:
            values = cast("list[float]", torch.stack([number for _, number in self._deferred]).tolist())
            for (then, _), value in zip(self._deferred, values, strict=True):
                then(value)
        columns = self.columns
        for index, tap in self._direct.items():
            columns["identity_rms"][index] = columns["activation_rms"][tap]
        for index, (tap, count) in self._whole.items():
            whole = columns["gradient_rms"][tap]
            columns["residual_gradient_norm"][index] = None if whole is None else whole * math.sqrt(count)
        self.take_weight_gradients(weights)
        self._take_updates(weights)
        dropped = tuple(self.schema.blocks[index] for index in sorted(self._dropped))
        return Record(self.schema, step, columns, dropped)

    def _take_updates(self, weights: Sequence[nn.Parameter]) -> None:
        sizes = norms(self._before)
        torch._foreach_sub_(self._before, [weight.detach() for weight in weights])
        column = self.columns["update_ratio"]
        for i, (update, size) in enumerate(zip(norms(self._before), sizes, strict=True)):
            column[i] = None if weights[i].grad is None or size == 0 else update / size
        self._before = []


def norms(tensors: Sequence[Tensor]) -> list[float]:
    """Return the L2 norms of tensors; those whose squares underflow or overflow in float32 are taken in float64."""
    if not tensors:
        return []
    values = cast("list[float]", torch.stack(list(torch._foreach_norm(list(tensors)))).tolist())
    if tensors[0].device.type != "cpu":
        return values
    return [
        value
        if 1e-15 < value < 1e18
        else math.sqrt(total)
        if (total := reductions.sum_of_squares(tensor)) >= 0
        else total
        for value, tensor in zip(values, tensors, strict=True)
    ]
