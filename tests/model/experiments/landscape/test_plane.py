"""The loss on a plane against the network with other weights, and against the formula of a quadratic."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.func import functional_call

from skipscope.model.experiments.landscape.directions import draw_direction, moved_weights
from skipscope.model.experiments.landscape.plane import Plane
from tests.model.experiments.paths.test_cut import made


@pytest.mark.parametrize("fields", [{}, {"skips": False}, {"preset": "preact_resnet110"}, {"norm": "none"}])
def test_each_point_is_the_loss_of_the_network_with_those_weights(fields: dict[str, Any]) -> None:
    net, images, labels = made(fields)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    generator = torch.Generator().manual_seed(3)
    one, two = draw_direction(net, generator), draw_direction(net, generator)
    plane = Plane(net, images.contiguous(memory_format=torch.channels_last).split(2), labels, (one, two))
    for a, b in [(0.0, 0.0), (0.5, -1.0), (-0.2, 0.3), (0.0, 0.0)]:
        weights = {name: weight + a * one[name] + b * two[name] for name, weight in moved_weights(net).items()}
        logits = functional_call(net, weights, (images,))
        loss, error = plane.at(a, b)
        assert loss == pytest.approx(nn.functional.cross_entropy(logits, labels).item(), rel=1e-9)
        assert error == pytest.approx((logits.argmax(1) != labels).double().mean().item())
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items()), "to the last bit"


def test_a_quadratic_is_its_formula() -> None:
    net = nn.Sequential(nn.Linear(3, 2, dtype=torch.float64)).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(5, 3, generator=generator, dtype=torch.float64)
    y = torch.randint(2, (5,), generator=generator)
    wanted = nn.functional.one_hot(y).double()
    one, two = draw_direction(net, generator), draw_direction(net, generator)
    plane = Plane(net, [x], y, (one, two), loss_of=lambda z, t: (z - nn.functional.one_hot(t)).square().sum())
    rest, along, across = net(x) - wanted, x @ one["0.weight"].T, x @ two["0.weight"].T
    for a, b in [(0.0, 0.0), (1.0, 0.0), (-2.0, 0.7)]:
        formula = (
            (rest**2).sum() + 2 * a * (rest * along).sum() + 2 * b * (rest * across).sum()
            + a * a * (along**2).sum() + 2 * a * b * (along * across).sum() + b * b * (across**2).sum()
        )  # fmt: skip
        assert plane.at(a, b)[0] == pytest.approx(formula.item(), rel=1e-12)


def test_logits_that_are_not_finite_are_errors() -> None:
    net, images, labels = made({})
    direction = {name: torch.full_like(weight, 1e300) for name, weight in moved_weights(net).items()}
    loss, error = Plane(net, [images.contiguous(memory_format=torch.channels_last)], labels, (direction,)).at(1.0)
    assert not loss < float("inf")
    assert error == 1
