"""Directions through the weights: filter by filter as long as the weights, and nothing of norms and biases."""

from typing import Any

import pytest
import torch

from skipscope.model.experiments.landscape.directions import draw_direction, moved_weights
from tests.model.experiments.paths.test_cut import made


def drawn(fields: dict[str, Any], seed: int = 0) -> dict[str, torch.Tensor]:
    return dict(draw_direction(made(fields)[0], torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("fields", [{}, {"block": "bottleneck", "squeeze_excitation": True}])
def test_each_filter_is_as_long_as_the_weights(fields: dict[str, Any]) -> None:
    net, _, _ = made(fields)
    direction, parameters = drawn(fields), dict(net.named_parameters())
    assert len(direction) > 8
    for name, moved in direction.items():
        for own, weight in zip(moved, parameters[name], strict=True):
            torch.testing.assert_close(own.norm(), weight.norm())
        assert not torch.equal(moved, parameters[name])


def test_biases_and_the_parameters_of_norms_and_scales_stay() -> None:
    fields = {"residual_init": "layer_scale"}
    stay = set(dict(made(fields)[0].named_parameters())) - set(drawn(fields))
    assert {"fc.bias", "bn1.weight", "layer1.0.bn2.bias"} <= stay
    assert all(name.endswith("bias") or "bn" in name or "scale" in name or "downsample.1" in name for name in stay)


def test_a_filter_of_zeros_stays() -> None:
    net, _, _ = made({"norm": "none", "residual_init": "fixup"})
    direction = draw_direction(net, torch.Generator().manual_seed(0))
    assert not direction["layer1.0.conv2.weight"].any()
    assert all(tensor.isfinite().all() for tensor in direction.values())


def test_a_plain_network_draws_the_numbers_of_its_residual_twin() -> None:
    residual, plain = drawn({"projection": "A"}), drawn({"skips": False})
    assert list(residual) == list(plain) == list(moved_weights(made({"skips": False})[0]))
    assert all(torch.allclose(residual[name], plain[name]) for name in residual)
    assert not torch.equal(residual["fc.weight"], drawn({}, seed=1)["fc.weight"])
