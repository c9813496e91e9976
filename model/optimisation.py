"""Optimizers and learning-rate schedules of a training request."""

import math
from collections.abc import Sequence

import torch
from torch import nn

from model.request import TrainingRequest


def make_optimizer(net: nn.Module, request: TrainingRequest) -> torch.optim.Optimizer:
    """Make the optimizer that a request asks for.

    All are fused: one pass over a weight takes a half to a tenth of the time of several over all weights.
    """
    parameters = list(net.parameters())
    if request.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            parameters, lr=request.lr, momentum=request.momentum, nesterov=request.nesterov,
            weight_decay=request.weight_decay, fused=True,
        )  # fmt: skip
        _start_momentum(optimizer, parameters)
        return optimizer
    kind = torch.optim.Adam if request.optimizer == "adam" else torch.optim.AdamW
    betas = (request.momentum, 0.999)
    return kind(parameters, lr=request.lr, betas=betas, weight_decay=request.weight_decay, fused=True)


def extend(optimizer: torch.optim.Optimizer, fresh: Sequence[nn.Parameter]) -> None:
    """Have an optimizer update more parameters, as it does the others."""
    if fresh:
        optimizer.add_param_group({"params": list(fresh)})
        _start_momentum(optimizer, fresh)


def _start_momentum(optimizer: torch.optim.Optimizer, parameters: Sequence[nn.Parameter]) -> None:
    if isinstance(optimizer, torch.optim.SGD) and optimizer.defaults["momentum"]:
        # a fused step cannot take weights without momentum beside others with it, as there are after a dropped block;
        # from zero the first step is the same
        for parameter in parameters:
            optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)


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
