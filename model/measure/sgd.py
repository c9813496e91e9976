"""Stochastic gradient descent that tells how far each weight went, in the one pass that makes the step."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.optim.optimizer import ParamsT
from torch.optim.sgd import sgd

from skipscope.model.measure import native


class Moved(NamedTuple):
    """How far a step moved a weight: sums of squares of the weight before it, then of `version`, and of its update."""

    weight: float
    update: float
    version: int


class SGD(torch.optim.SGD):
    """torch.optim.SGD with the same updates, bit for bit, that tells how far each weight went.

    A step reads weight, gradient and momentum buffer anyway. This one sums up squares as they pass, so that a Recorder
    need not read them again, and takes one pass where torch's plain step takes several. That is compiled
    (model/measure/native), for dense float32 weights in this machine's memory; torch does all else, and tells nothing.
    State and parameter groups are those of torch.optim.SGD. Bit for bit holds where the processor has fused
    multiplication and addition, as torch then uses it. Raise ValueError as torch does.
    """

    def __init__(  # noqa: PLR0917  (torch's own order)
        self,
        params: ParamsT,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr, momentum, dampening, weight_decay, nesterov)
        self.moved: dict[Tensor, Moved] = {}
        """Of the last step, by weight, how far it went."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.moved = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop all gradients, without torch's record of it for its profiler; or have torch fill them with zeros."""
        if not set_to_none:
            super().zero_grad(set_to_none=False)
            return
        for group in self.param_groups:
            for weight in group["params"]:
                weight.grad = None

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make one step; return what `closure` returns, which computes the loss anew."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self.moved.clear()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            gradients = [weight.grad for weight in weights]
            if weights and not self._step_compiled(weights, gradients, group):
                self._step_by_torch(weights, gradients, group)
        return loss

    def _step_compiled(self, weights: list[Tensor], gradients: list[Tensor], group: dict[str, Any]) -> bool:
        engine = native.load()
        if engine is None or group["maximize"] or group["differentiable"]:
            return False
        versions = [weight._version for weight in weights]
        buffers = self._buffers(weights) if group["momentum"] else []
        fresh = [buffer is None for buffer in buffers]
        # without momentum there are none
        pairs = zip(weights, buffers, strict=False)
        given = [torch.empty_like(weight) if buffer is None else buffer for weight, buffer in pairs]
        moved = engine.sgd_step(weights, gradients, given, fresh, **_rates(group))
        if not moved:
            return False
        if any(fresh):
            self._keep(weights, given)
        for weight, version, (size, update) in zip(weights, versions, moved, strict=True):
            self.moved[weight] = Moved(size, update, version)
        return True

    def _step_by_torch(self, weights: list[Tensor], gradients: list[Tensor], group: dict[str, Any]) -> None:
        buffers: list[Tensor | None] = self._buffers(weights) if group["momentum"] else [None] * len(weights)
        sgd(
            weights, gradients, buffers, has_sparse_grad=any(gradient.is_sparse for gradient in gradients),
            maximize=group["maximize"], **_rates(group),
        )  # fmt: skip
        if group["momentum"]:
            self._keep(weights, buffers)

    def _buffers(self, weights: list[Tensor]) -> list[Tensor | None]:
        return [self.state[weight].get("momentum_buffer") for weight in weights]

    def _keep(self, weights: list[Tensor], buffers: Sequence[Tensor | None]) -> None:
        for weight, buffer in zip(weights, buffers, strict=True):
            self.state[weight]["momentum_buffer"] = buffer


def _rates(group: dict[str, Any]) -> dict[str, Any]:
    names = ("momentum", "dampening", "weight_decay", "nesterov")
    return {"lr": float(group["lr"]), **{name: group[name] for name in names}}
