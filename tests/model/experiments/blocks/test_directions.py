"""Directions of branches against plain autograd, image by image."""

from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import ResNet
from skipscope.model.experiments.blocks.directions import cosine, directions_of
from tests.model.experiments.paths.test_cut import NETS, made

DEEP: dict[str, Any] = {"depths": (3, 2, 1)}


def by_autograd(net: ResNet, images: Tensor, labels: Tensor) -> tuple[list[float | None], list[float | None]]:
    """Return both cosines from tensors that hooks keep, of a copy in training mode."""
    net = deepcopy(net).train()
    forks: list[Tensor] = []
    branches: list[Tensor] = []

    def keep_fork(_: nn.Module, args: tuple[Tensor]) -> None:
        args[0].requires_grad_() if args[0].is_leaf else args[0].retain_grad()
        forks.append(args[0])

    for block in net.blocks.values():
        block.fork.register_forward_pre_hook(keep_fork)
        block.junction.register_forward_pre_hook(lambda _, args: branches.append(args[0]))
    nn.functional.cross_entropy(net(images), labels).backward()

    def mean(pairs: list[tuple[Tensor, Tensor]]) -> float | None:
        if pairs[0][0].shape != pairs[0][1].shape:
            return None
        return sum((a.flatten() @ b.flatten() / a.norm() / b.norm()).item() for a, b in pairs) / len(pairs)

    gradients = [fork.grad for fork in forks]
    descent = [mean(list(zip(f, -g, strict=True))) for f, g in zip(branches, gradients, strict=True) if g is not None]
    return descent, [*(mean(list(zip(one, two, strict=True))) for one, two in pairwise(branches)), None]


@pytest.mark.parametrize("name", NETS)
def test_both_cosines_are_those_of_plain_autograd(name: str) -> None:
    skips = {"skips": (True, False, True, True, True, True)} if "skips" in NETS[name] else {}
    net, images, labels = made({**NETS[name], **DEEP, **skips})
    state = deepcopy(net.state_dict())
    found = directions_of(net, images, labels)
    descent, successive = by_autograd(net, images, labels)
    for own, wanted in zip((*found.descent, *found.successive), (*descent, *successive), strict=True):
        assert own == (wanted if wanted is None else pytest.approx(wanted, rel=1e-9))
    assert [one is None for one in found.descent] == [False, False, False, True, False, True]
    assert [one is None for one in found.successive] == [False, False, True, False, True, True]
    assert all(torch.equal(state[key], value) for key, value in net.state_dict().items()), "it stays as it is"
    assert not net.training


def test_a_branch_along_the_negative_gradient_has_cosine_one() -> None:
    g = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    assert cosine(-0.01 * g, -g) == pytest.approx(1)
    assert cosine(g, -g) == pytest.approx(-1)
    assert cosine(1e-30 * g, 1e-35 * g) == pytest.approx(1), "norms under the range of float32"


def test_images_of_zeros_do_not_count() -> None:
    a, b = torch.tensor([[1.0, 0], [0, 0]]), torch.tensor([[1.0, 1], [1, 1]])
    assert cosine(a, b) == pytest.approx(2**-0.5)
    assert cosine(torch.zeros(2, 3), torch.ones(2, 3)) is None


def test_branches_that_begin_at_zero_have_no_direction() -> None:
    found = directions_of(*made({**DEEP, "residual_init": "zero_gamma"}))
    assert found.descent == (None,) * 6
    assert found.successive == (None,) * 6
