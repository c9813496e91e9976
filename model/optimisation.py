"""Optimizers and learning-rate schedules of a training request."""

import math

import torch
from torch import nn

from model.request import TrainingRequest


def make_optimizer(net: nn.Module, request: TrainingRequest) -> torch.optim.Optimizer:
    """Make the optimizer that a request asks for."""
    if request.optimizer == "sgd":
        return torch.optim.SGD(
            net.parameters(), lr=request.lr, momentum=request.momentum, nesterov=request.nesterov,
            weight_decay=request.weight_decay, foreach=True,
        )  # fmt: skip
    kind = torch.optim.Adam if request.optimizer == "adam" else torch.optim.AdamW
    betas = (request.momentum, 0.999)
    return kind(net.parameters(), lr=request.lr, betas=betas, weight_decay=request.weight_decay, foreach=True)


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
