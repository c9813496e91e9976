"""Networks that subtract their branches: equal to the bit where the branch's sign can be turned."""

from typing import Any

import pytest
import torch
from torch import nn

from skipscope import ResNet, preset
from skipscope.model.experiments.identities.subtraction import names_of_negated, negate, obstacle, subtract

SMALL: dict[str, Any] = {"depths": (2, 1), "widths": (4, 8), "stem_width": 4, "image_size": 8}
NETS: dict[str, tuple[dict[str, Any], str]] = {
    "after the addition": ({}, "bn2"),
    "without norm": ({"norm": "none"}, "conv2"),
    "before it": ({"order": "pre_activation"}, "conv2"),
    "ReLU before": ({"order": "relu_only_preactivation", "norm": "group"}, "bn2"),
    "norm after the addition": ({"order": "bn_after_addition"}, "conv2"),
    "a gate on both": ({"shortcut": "exclusive_gating"}, "bn2"),
    "a factor on F": ({"shortcut": "constant_scaling", "residual_scale": 0.5}, "bn2"),
    "a learned factor": ({"residual_init": "skipinit"}, "scale"),
    "Fixup": ({"residual_init": "fixup", "norm": "none"}, "scale"),
    "some skips cut": ({"skips": (True, False, True)}, "bn2"),
    "dropped blocks": ({"stochastic_depth": 0.5}, "bn2"),
    "bottlenecks": ({"block": "bottleneck"}, "bn3"),
}


def twins(fields: dict[str, Any]) -> tuple[ResNet, ResNet]:
    one, two = (ResNet(preset("resnet20", **SMALL | fields), seed=1) for _ in range(2))
    subtract(two)
    return one, two


@pytest.mark.parametrize("name", NETS)
def test_the_same_run_to_the_bit(name: str) -> None:
    fields, last = NETS[name]
    one, two = twins(fields)
    assert obstacle(one) is None
    negate(two)
    assert any(f".{last}." in negated for negated in names_of_negated(one))
    optimizers = [torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3) for net in (one, two)]
    generator = torch.Generator().manual_seed(0)
    for _ in range(4):
        images = torch.randn(6, one.architecture.in_channels, 8, 8, generator=generator)
        losses = list[torch.Tensor]()
        for net, optimizer in zip((one, two), optimizers, strict=True):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(images), torch.arange(6))
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        assert torch.equal(*losses)
    others = dict(two.named_parameters())
    for parameter, own in one.named_parameters():
        assert torch.equal(own, -others[parameter] if parameter in names_of_negated(one) else others[parameter])


def test_without_the_negation_it_is_another_network() -> None:
    one, two = twins({})
    images = torch.randn(6, one.architecture.in_channels, 8, 8, generator=torch.Generator().manual_seed(0))
    assert (one(images) - two(images)).abs().max() > 0.01


def test_branches_whose_sign_no_parameter_turns_are_told() -> None:
    for fields in ({"order": "relu_before_addition"}, {"squeeze_excitation": True}):
        one, _ = twins(fields)
        assert obstacle(one) == "its branches do not end in a layer whose sign its parameters decide"
    assert obstacle(twins({"skips": False})[0]) == "it has no skip connection"
