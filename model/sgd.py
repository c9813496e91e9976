"""Stochastic gradient descent that tells how far each weight went, in the one pass that makes the step."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim.optimizer import ParamsT
from torch.optim.sgd import sgd

from model import native


class SGD(torch.optim.SGD):
    """torch.optim.SGD with the same updates, bit for bit, that tells how far each weight went.

    A step reads weight, gradient and momentum buffer anyway. This one sums up squares as they pass, so that a Recorder
    need not read them again, and takes one pass where torch's plain step takes several. That is compiled
    (model/native) and for dense float32 weights in this machine's memory; all else is left to torch, and tells nothing.
    State and parameter groups are those of torch.optim.SGD. Raise ValueError as it does.
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
        self.moved: dict[Tensor, tuple[float, float]] = {}
        """Of the last step, by weight: the sums of squares of the weight before it and of its update."""

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
            graded = {weight: gradient for weight in group["params"] if (gradient := weight.grad) is not None}
            if graded and not self._step_compiled(graded, group):
                self._step_by_torch(graded, group)
        return loss

    def _step_compiled(self, graded: dict[Tensor, Tensor], group: dict[str, Any]) -> bool:
        engine = native.load()
        if engine is None:
            return False
        weights = list(graded)
        buffers = self._buffers(weights) if group["momentum"] else []
        fresh = [buffer is None for buffer in buffers]
        made = {weight: torch.empty_like(weight) for weight, new in zip(weights, fresh, strict=False) if new}
        given = [made[weight] if buffer is None else buffer for weight, buffer in zip(weights, buffers, strict=False)]
        moved = engine.sgd_step(weights, list(graded.values()), given, fresh, **_rates(group))
        if moved:
            self._keep(made)
            self.moved.update(zip(weights, moved, strict=True))
        return bool(moved)

    def _step_by_torch(self, graded: dict[Tensor, Tensor], group: dict[str, Any]) -> None:
        weights, gradients = list(graded), list(graded.values())
        buffers = self._buffers(weights)
        sparse = any(gradient.is_sparse for gradient in gradients)
        sgd(weights, gradients, buffers, has_sparse_grad=sparse, foreach=False, maximize=False, **_rates(group))
        if group["momentum"]:
            self._keep(dict(zip(weights, buffers, strict=True)))

    def _buffers(self, weights: list[Tensor]) -> list[Tensor | None]:
        return [self.state[weight].get("momentum_buffer") for weight in weights]

    def _keep(self, buffers: Mapping[Tensor, Tensor | None]) -> None:
        for weight, buffer in buffers.items():
            self.state[weight]["momentum_buffer"] = buffer


def _rates(group: dict[str, Any]) -> dict[str, Any]:
    names = ("momentum", "dampening", "weight_decay", "nesterov")
    return {"lr": float(group["lr"]), **{name: group[name] for name in names}}
