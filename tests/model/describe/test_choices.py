"""Each choice of a training is really made: its steps are those of a plain loop in PyTorch that is written out here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.data.loader import load
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.training import Training, train

SMALL = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 6], "norm": "none"}
STEPS, LR = 6, 0.05
Weights = Iterable[nn.Parameter]


def momentum(weights: Weights, **more: Any) -> torch.optim.Optimizer:
    return torch.optim.SGD(weights, lr=LR, momentum=0.9, **more)


@dataclass(frozen=True)
class Plain:
    """What a choice means in plain PyTorch."""

    optimizer: Callable[[Weights], torch.optim.Optimizer] = momentum
    factors: Sequence[float] = (1, 1, 1, 1, 1, 1)
    clip: float | None = None
    smoothing: float = 0.0
    image_size: int | None = None


CHOICES: dict[str, tuple[dict[str, Any], Plain]] = {
    "default": ({}, Plain()),
    "no momentum": ({"momentum": 0.0}, Plain(lambda w: torch.optim.SGD(w, lr=LR))),
    "nesterov": ({"nesterov": True}, Plain(lambda w: momentum(w, nesterov=True))),
    "weight decay": ({"weight_decay": 0.1}, Plain(lambda w: momentum(w, weight_decay=0.1))),
    "adam": ({"optimizer": "adam"}, Plain(lambda w: torch.optim.Adam(w, lr=LR))),
    "adam, weight decay": (
        {"optimizer": "adam", "weight_decay": 0.1}, Plain(lambda w: torch.optim.Adam(w, lr=LR, weight_decay=0.1)),
    ),
    "adamw": (
        {"optimizer": "adamw", "weight_decay": 0.1}, Plain(lambda w: torch.optim.AdamW(w, lr=LR, weight_decay=0.1)),
    ),
    "adamw, other momentum": (
        {"optimizer": "adamw", "momentum": 0.5},
        Plain(lambda w: torch.optim.AdamW(w, lr=LR, betas=(0.5, 0.999), weight_decay=0)),
    ),
    "step": ({"schedule": "step"}, Plain(factors=(1, 1, 1, 0.1, 0.1, 0.01))),
    "cosine": ({"schedule": "cosine"}, Plain(factors=(1, 0.9330127, 0.75, 0.5, 0.25, 0.0669873))),
    "cosine, warm-up": (
        {"schedule": "cosine", "warmup_steps": 2}, Plain(factors=(0.5, 1, 1, 0.8535534, 0.5, 0.1464466)),
    ),
    "warm-up": ({"warmup_steps": 4}, Plain(factors=(0.25, 0.5, 0.75, 1, 1, 1))),
    "clipping": ({"clip_norm": 0.1}, Plain(clip=0.1)),
    "smoothing": ({"label_smoothing": 0.3}, Plain(smoothing=0.3)),
    "image size": ({"image_size": 16}, Plain(image_size=16)),
}  # fmt: skip


def trained(fields: dict[str, Any]) -> tuple[Training, list[float]]:
    """Return a training that has ended, and its losses."""
    wish = {"variants": [SMALL], "batch_size": 16, "steps": STEPS, "lr": LR, **fields}
    training = train(TrainingRequest.model_validate(wish))
    return training, [record.variants[0].loss for record in training]


def mean_cross_entropy(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Return the loss as the definition has it: a share of the target is spread over all classes."""
    target = nn.functional.one_hot(labels, 10) * (1 - smoothing) + smoothing / 10
    return -(target * logits.log_softmax(1)).sum(1).mean()


def clip(weights: Sequence[nn.Parameter], most: float) -> None:
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    norm = float(torch.cat([gradient.flatten() for gradient in gradients]).norm())
    assert norm > most, "nothing would be clipped"
    for gradient in gradients:
        gradient.mul_(most / norm)


@pytest.mark.parametrize("name", CHOICES)
def test_a_training_equals_a_bare_loop(name: str) -> None:
    fields, plain = CHOICES[name]
    training, losses = trained(fields)
    net = ResNet(training.architectures[0], seed=0)
    weights = list(net.parameters())
    optimizer = plain.optimizer(weights)
    batches = load("digits", image_size=plain.image_size, seed=0).batches(16)
    for step in range(STEPS):
        _, images, labels = next(batches)
        optimizer.zero_grad()
        loss = mean_cross_entropy(net(images), labels, plain.smoothing)
        loss.backward()
        if plain.clip is not None:
            clip(weights, plain.clip)
        optimizer.param_groups[0]["lr"] = LR * plain.factors[step]
        optimizer.step()
        assert losses[step] == pytest.approx(loss.item(), rel=1e-4), step
    for ours, theirs in zip(training.variants[0].net.parameters(), weights, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", [name for name in CHOICES if name != "default"])
def test_a_choice_makes_a_difference_that_the_comparison_would_see(name: str) -> None:
    fields, plain = CHOICES[name]
    usual, before = trained({"image_size": plain.image_size} if name != "image size" else {})
    chosen, after = trained(fields)
    apart = max(abs(one - other) / one for one, other in zip(before, after, strict=True))
    pairs = zip(usual.variants[0].net.parameters(), chosen.variants[0].net.parameters(), strict=True)
    far = max(float((one - other).detach().abs().max()) for one, other in pairs)
    assert apart > 1e-3 or far > 1e-3
