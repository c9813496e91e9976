"""Optimizers and learning-rate schedules of a training request."""

import math
from collections.abc import Sequence

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


def extend(optimizer: torch.optim.Optimizer, fresh: Sequence[nn.Parameter]) -> None:
    """Have an optimizer update more parameters, as it does the others."""
    if fresh:
        optimizer.add_param_group({"params": list(fresh)})


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
