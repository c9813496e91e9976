"""Optimizers and learning-rate schedules of a training request, and the update that ends a step."""

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import nn

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.sgd import SGD


def make_optimizer(net: nn.Module, request: TrainingRequest) -> torch.optim.Optimizer:
    """Make the optimizer that a request asks for.

    One pass over a weight takes a half to a tenth of the time of several over all weights: SGD is ours, which is
    compiled where that could be done, the others are torch's fused ones.
    """
    parameters = list(net.parameters())
    if request.optimizer == "sgd":
        return SGD(
            parameters, lr=request.lr, momentum=request.momentum, nesterov=request.nesterov,
            weight_decay=request.weight_decay,
        )  # fmt: skip
    kind = torch.optim.Adam if request.optimizer == "adam" else torch.optim.AdamW
    betas = (request.momentum, 0.999)
    return kind(parameters, lr=request.lr, betas=betas, weight_decay=request.weight_decay, fused=True)


def rate_at(request: TrainingRequest, step: int) -> float:
    """Return the factor on the rate at a step: linear warm-up, then constant, steps at 50 and 75 %, or cosine."""
    if step < request.warmup_steps:
        return (step + 1) / request.warmup_steps
    if request.schedule == "constant":
        return 1.0
    progress = (step - request.warmup_steps) / max(1, request.steps - request.warmup_steps)
    if request.schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * progress))
    return 1.0 if progress < 0.5 else 0.1 if progress < 0.75 else 0.01


class Update(Protocol):
    """How a step of a network ends, once the gradients are there."""

    @property
    def label_smoothing(self) -> float:
        """Return the smoothing of the loss that is optimised."""
        ...

    def clear(self) -> None:
        """Drop the gradients of the step before."""
        ...

    def apply(self) -> None:
        """Change the weights."""
        ...


class NoUpdate:
    """The weights stay: the network is only measured."""

    label_smoothing = 0.0

    def __init__(self, net: nn.Module) -> None:
        self._net = net

    def clear(self) -> None:
        """Drop the gradients of the step before."""
        self._net.zero_grad(set_to_none=True)

    def apply(self) -> None:
        """Leave the weights as they are."""


class Optimisation:
    """The optimizer's update that a request asks for, after the gradients were clipped if it says so."""

    def __init__(self, net: nn.Module, request: TrainingRequest) -> None:
        self._net, self._clip_norm = net, request.clip_norm
        self.label_smoothing = request.label_smoothing
        self.optimizer = make_optimizer(net, request)

    def clear(self) -> None:
        """Drop the gradients of the step before."""
        self.optimizer.zero_grad(set_to_none=True)

    def apply(self) -> None:
        """Make the optimizer's step."""
        if self._clip_norm is not None:
            nn.utils.clip_grad_norm_(self._net.parameters(), self._clip_norm)
        self.optimizer.step()

    def set_rate(self, lr: float) -> None:
        """Set the learning rate of the next step."""
        for group in self.optimizer.param_groups:
            group["lr"] = lr

    def extend(self, fresh: Sequence[nn.Parameter]) -> None:
        """Update more parameters from now on, as the others are."""
        if fresh:
            self.optimizer.add_param_group({"params": list(fresh)})
