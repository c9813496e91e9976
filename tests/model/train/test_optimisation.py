"""Fused optimizers against torch's plain ones, where weights lie in another order, come late or miss a gradient."""

from typing import Any

import pytest
import torch

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.training import Training

NET = {
    "block": "basic", "depths": [2, 2], "widths": [8, 16], "stem": "cifar", "projection": "B", "stochastic_depth": 0.5,
    "skips": [True, True, False, True],
}  # fmt: skip
CHOICES: dict[str, dict[str, Any]] = {
    "momentum": {},
    "no momentum": {"momentum": 0.0},
    "decay": {"weight_decay": 0.01, "clip_norm": 0.5},
    "nesterov": {"nesterov": True},
    "adam": {"optimizer": "adam", "lr": 1e-3},
    "adamw": {"optimizer": "adamw", "lr": 1e-3, "weight_decay": 0.1},
}


def trained(request: TrainingRequest, *, plain: bool) -> list[torch.Tensor]:
    training = Training(request)
    (variant,) = training.variants
    if plain:
        update = variant.update
        kind: Any = torch.optim.SGD if request.optimizer == "sgd" else type(update.optimizer)
        names = ("lr", "momentum", "betas", "nesterov", "weight_decay")
        options = {name: value for name, value in update.optimizer.defaults.items() if name in names}
        update.optimizer = kind(variant.net.parameters(), foreach=False, **options)
    for step in range(8):
        if step == 4:  # the weights of a projection come
            training.set_skips(0, [True, True, True, True])
        training.advance()
    training.close()
    return [*variant.net.state_dict().values()]


@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_a_fused_step_is_the_plain_one(choice: dict[str, Any], channels_last: bool) -> None:
    wish = {"variants": [NET], "batch_size": 16, "steps": 8, "lr": 0.05, "channels_last": channels_last, **choice}
    request = TrainingRequest.model_validate(wish)
    fused = trained(request, plain=False)
    plain = trained(request, plain=True)
    for ours, theirs in zip(fused, plain, strict=True):
        if request.optimizer == "sgd":
            assert torch.equal(ours, theirs)
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)
