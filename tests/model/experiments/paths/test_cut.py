"""Gradients of single paths against plain autograd, in which the other path is detached, and against their sum."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import ResNet, preset
from skipscope.model.experiments.paths.cut import Cut, Scaled

SMALL: dict[str, Any] = {"depths": (2, 1, 1), "stem_width": 4, "widths": (4, 8, 8), "image_size": 8}
NETS: dict[str, dict[str, Any]] = {
    "after the addition": {},
    "before it": {"preset": "preact_resnet110"},
    "a gate": {"shortcut": "exclusive_gating"},
    "one skip cut": {"skips": (True, False, True, True)},
}


def made(fields: dict[str, Any]) -> tuple[ResNet, Tensor, Tensor]:
    """Return a network in evaluation mode with its norms' statistics away from 0 and 1, images and labels."""
    chosen = dict(fields)
    net = ResNet(preset(chosen.pop("preset", "resnet20"), **SMALL | chosen), seed=1).double()
    generator = torch.Generator().manual_seed(0)
    a = net.architecture
    images = torch.randn(3, a.in_channels, 8, 8, generator=generator, dtype=torch.float64)
    net.train()
    net(images)
    return net.eval().requires_grad_(False), images, torch.tensor([0, 1, 2])


def by_autograd(net: ResNet, images: Tensor, labels: Tensor, through: Sequence[bool] | None) -> Tensor:
    """Return the gradient at the first block's input; of one path if it is said where it goes through F."""
    first = x = net.enter_trunk(images).detach().requires_grad_()
    choices = iter(through or ())
    for block in net.blocks.values():
        entered = block.enter(x)
        residual, identity = block.paths(entered, entered if block.skip else None)
        if through is not None and identity is not None and residual is not None:
            residual, identity = (residual, identity.detach()) if next(choices) else (residual.detach(), identity)
        x = block.leave(block.junction(residual, identity))
    loss = nn.functional.cross_entropy(net.leave_trunk(x), labels)
    return torch.autograd.grad(loss, first)[0]


def back(cut: Cut, through: Sequence[bool]) -> Tensor:
    """Return one path's gradient from the cut network."""
    gradients, choices = cut.start, iter(reversed(through))
    for block in reversed(cut.blocks):
        one = len(block.paths) == 1 or next(choices)
        gradients = block.back(gradients, "residual" if one else "identity")
    return gradients.direction[0] * 10 ** gradients.log_norm[0]


@pytest.mark.parametrize("name", NETS)
def test_each_path_has_the_gradient_that_is_left_when_the_others_are_detached(name: str) -> None:
    net, images, labels = made(NETS[name])
    cut = Cut(net, images, labels)
    num_forked = sum(net.skips)
    total = torch.zeros_like(by_autograd(net, images, labels, None))
    for through in product((False, True), repeat=num_forked):
        own = back(cut, through)
        torch.testing.assert_close(own, by_autograd(net, images, labels, through), rtol=1e-9, atol=1e-18)
        total += own
    torch.testing.assert_close(total, by_autograd(net, images, labels, None), rtol=1e-9, atol=1e-16)


def test_a_gradient_of_zero_stays_zero_and_has_no_logarithm() -> None:
    found = Scaled.of(torch.zeros(2, 1, 1, 2, 2))
    assert found.log_norm.tolist() == [-torch.inf, -torch.inf]
    assert found.direction.count_nonzero() == 0
