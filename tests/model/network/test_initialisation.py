"""Weights start as the architecture says, and the same from the same seed."""

from math import log, sqrt
from typing import Any, cast

import pytest
import torch
from torch import nn

from skipscope import Architecture, ResNet, preset


def wide(**fields: Any) -> ResNet:
    base: dict[str, Any] = {"stem": "cifar", "depths": [2, 2], "stem_width": 64, "image_size": 8}
    return ResNet(Architecture.model_validate({**base, **fields}))


def weight(net: nn.Module, name: str) -> torch.Tensor:
    return cast("nn.Conv2d", net.get_submodule(name)).weight.detach()


def test_the_same_seed_gives_the_same_network() -> None:
    first, again, other = (ResNet(preset("resnet20"), seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])
    given = ResNet(preset("resnet20"), torch.Generator().manual_seed(3)).state_dict()
    assert all(torch.equal(first[key], given[key]) for key in first)


def test_nothing_outside_is_drawn_from_or_changed() -> None:
    before = torch.get_rng_state()
    ResNet(preset("resnet20", shortcut="exclusive_gating", projection="C"))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("projection", ["A", "B", "C"])
def test_a_plain_net_and_its_residual_twin_start_alike(projection: str) -> None:
    plain = ResNet(preset("plain20", projection=projection)).state_dict()
    residual = ResNet(preset("resnet20", projection=projection)).state_dict()
    assert all(torch.equal(plain[key], residual[key]) for key in plain)


EXPECTED = {"kaiming_normal": sqrt(2 / (9 * 128)), "xavier_normal": sqrt(2 / (9 * 64 + 9 * 128)), "normal": 0.02}


@pytest.mark.parametrize("init", EXPECTED)
def test_normal_weights_have_their_deviation(init: str) -> None:
    # 64 channels to 128, kernel 3
    drawn = weight(wide(init=init, init_std=0.02), "layer2.0.conv1")
    assert drawn.std().item() == pytest.approx(EXPECTED[init], rel=0.02)
    assert drawn.mean().item() == pytest.approx(0, abs=EXPECTED[init] / 50)


def test_orthogonal_weights_have_orthonormal_rows() -> None:
    drawn = weight(wide(init="orthogonal"), "layer2.0.conv1").flatten(1)
    torch.testing.assert_close(drawn @ drawn.T, torch.eye(128), atol=1e-5, rtol=0)


@pytest.mark.parametrize("fields", [{}, {"block": "bottleneck", "groups": 4, "width_per_group": 16}], ids=str)
def test_delta_orthogonal_weights_are_orthonormal_at_the_centre_and_zero_elsewhere(fields: dict[str, Any]) -> None:
    net = wide(init="delta_orthogonal", **fields)
    convolutions = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
    assert len(convolutions) > 8
    for module in convolutions:
        rest = module.weight.detach().clone()
        middle = rest.shape[-1] // 2
        for group in rest[:, :, middle, middle].clone().chunk(module.groups):
            short = group if group.shape[0] <= group.shape[1] else group.T
            torch.testing.assert_close(short @ short.T, torch.eye(len(short)), atol=1e-5, rtol=0)
        rest[:, :, middle, middle] = 0
        assert not rest.any()


def test_a_linear_delta_orthogonal_network_keeps_the_norm_of_each_pixel() -> None:
    """Xiao et al. 2018, on 8x8 pixels: zero padding takes nothing, as it does from other kernels."""
    nets = {init: wide(init=init, norm="none") for init in ("delta_orthogonal", "orthogonal")}
    names = [f"layer1.{block}.conv{place}" for block in (0, 1) for place in (1, 2)]
    image = torch.randn(2, 64, 8, 8, requires_grad=True)
    found: dict[str, torch.Tensor] = {}
    for init, net in nets.items():
        x = image
        for name in names:
            x = nn.functional.conv2d(x, weight(net, name), padding=1)
        found[init] = x
    kept = found["delta_orthogonal"]
    torch.testing.assert_close(kept.norm(dim=1), image.norm(dim=1))
    above = torch.randn_like(kept)
    (below,) = torch.autograd.grad(kept, image, above)
    torch.testing.assert_close(below.norm(dim=1), above.norm(dim=1))
    assert (found["orthogonal"].norm(dim=1) / image.norm(dim=1))[:, 0, 0].mean() < 0.7, "at the corner"


@pytest.mark.parametrize("fields", [{}, {"norm": "none"}, {"norm": "group", "squeeze_excitation": True}])
def test_biases_are_zero_and_norms_are_the_identity(fields: dict[str, Any]) -> None:
    for name, parameter in wide(**fields).named_parameters():
        if name.endswith("bias"):
            assert not parameter.any(), name
        elif "bn" in name or "downsample.1" in name:
            assert (parameter == 1).all(), name


@pytest.mark.parametrize("shortcut", ["exclusive_gating", "shortcut_only_gating"])
def test_gates_start_from_their_bias(shortcut: str) -> None:
    bias = wide(shortcut=shortcut, gate_bias=-3.5).get_submodule("layer1.1.gate.conv").bias
    assert isinstance(bias, torch.Tensor)
    assert (bias == -3.5).all()


SMALL_AT_START: list[dict[str, Any]] = [
    {"residual_init": "zero_gamma"},
    {"residual_init": "skipinit"},
    {"residual_init": "skipinit", "norm": "none", "order": "pre_activation"},
    {"residual_init": "fixup", "norm": "none"},
    {"residual_init": "fixup", "norm": "none", "block": "bottleneck"},
    {"residual_init": "zero_gamma", "block": "bottleneck", "norm": "group"},
]


@pytest.mark.parametrize("fields", SMALL_AT_START, ids=str)
def test_a_block_starts_as_its_shortcut(fields: dict[str, Any]) -> None:
    net = wide(**fields)
    block = net.get_submodule("layer1.1")
    x = torch.rand(2, 64 * net.architecture.expansion, 8, 8)  # not negative, so a last ReLU changes nothing
    torch.testing.assert_close(block(x), x)


def test_layer_scale_starts_at_1e_5() -> None:
    scale = weight(wide(residual_init="layer_scale"), "layer1.0.scale")
    assert scale.shape == (64, 1, 1)
    assert (scale == 1e-5).all()


@pytest.mark.parametrize(("block", "exponent"), [("basic", -1 / 2), ("bottleneck", -1 / 4)])
def test_fixup_scales_by_the_number_of_branches(block: str, exponent: float) -> None:
    fixed, usual = (wide(block=block, norm="none", residual_init=init) for init in ("fixup", "none"))
    # L = 4 branches of m layers: L^(-1/(2m - 2))
    ratio = weight(fixed, "layer2.1.conv1") / weight(usual, "layer2.1.conv1")
    torch.testing.assert_close(ratio, torch.full_like(ratio, 4**exponent))
    last = "conv2" if block == "basic" else "conv3"
    assert not weight(fixed, f"layer2.1.{last}").any()
    torch.testing.assert_close(weight(fixed, "conv1"), weight(usual, "conv1"))


def test_fixup_starts_from_the_loss_of_guessing() -> None:
    net = wide(residual_init="fixup", norm="none")
    labels = torch.arange(10)
    loss = nn.functional.cross_entropy(net(torch.randn(10, 3, 8, 8)), labels)
    assert loss.item() == pytest.approx(log(10), rel=1e-6)
