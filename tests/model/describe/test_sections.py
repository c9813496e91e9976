"""Blocks compute the equations of their papers, written out here one by one from the modules' own weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import Architecture, ResNet
from skipscope.model.network.blocks import Block

Parts = Callable[[str], Callable[[Tensor], Tensor]]


def make(**fields: Any) -> ResNet:
    base: dict[str, Any] = {"stem": "cifar", "depths": [2, 2], "widths": [6, 8], "stem_width": 6, "image_size": 8}
    net = ResNet(Architecture.model_validate({**base, **fields}), seed=1)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in net.parameters():  # no parameter at 0 or 1, where it could hide
            parameter.add_(torch.rand(parameter.shape, generator=generator) * 0.2 + 0.05)
    return net


def parts_of(block: nn.Module) -> Parts:
    return block.get_submodule


def entering(block: nn.Module, net: ResNet) -> Tensor:
    """Give a random input for a block, all of it positive, as after a ReLU, and some of it negative."""
    first = block is net.get_submodule("layer2.0")
    return torch.randn(3, 6 if first else 8, 8 if first else 4, 8 if first else 4, generator=net.generator)


def check(net: ResNet, name: str, expected: Callable[[Parts, Tensor], Tensor]) -> None:
    block = net.get_submodule(name)
    x = entering(block, net)
    with torch.no_grad():
        torch.testing.assert_close(block(x), expected(parts_of(block), x))


def original(m: Parts, x: Tensor) -> Tensor:
    return torch.relu(x + m("bn2")(m("conv2")(torch.relu(m("bn1")(m("conv1")(x))))))


def bn_after_addition(m: Parts, x: Tensor) -> Tensor:
    return torch.relu(m("bn2")(x + m("conv2")(torch.relu(m("bn1")(m("conv1")(x))))))


def relu_before_addition(m: Parts, x: Tensor) -> Tensor:
    return x + torch.relu(m("bn2")(m("conv2")(torch.relu(m("bn1")(m("conv1")(x))))))


def relu_only_preactivation(m: Parts, x: Tensor) -> Tensor:
    return x + m("bn2")(m("conv2")(torch.relu(m("bn1")(m("conv1")(torch.relu(x))))))


def pre_activation(m: Parts, x: Tensor) -> Tensor:
    return x + m("conv2")(torch.relu(m("bn2")(m("conv1")(torch.relu(m("bn1")(x))))))


ORDERS = {
    "post_activation": original,
    "bn_after_addition": bn_after_addition,
    "relu_before_addition": relu_before_addition,
    "relu_only_preactivation": relu_only_preactivation,
    "pre_activation": pre_activation,
}


@pytest.mark.parametrize("order", ORDERS)
def test_orders_are_those_of_he_et_al_2016_table_2(order: str) -> None:
    check(make(order=order), "layer2.1", ORDERS[order])


def test_the_first_preactivation_of_a_stage_is_shared_by_both_paths() -> None:
    def expected(m: Parts, x: Tensor) -> Tensor:
        x = torch.relu(m("bn1")(x))
        return m("downsample.0")(x) + m("conv2")(torch.relu(m("bn2")(m("conv1")(x))))

    net = make(order="pre_activation")
    check(net, "layer2.0", expected)
    assert [name for name, _ in net.get_submodule("layer2.0.downsample").named_children()] == ["0"]


def test_preactivation_ends_with_norm_and_relu() -> None:
    net = make(order="pre_activation")
    x = torch.randn(3, 3, 8, 8)
    m = parts_of(net)
    with torch.no_grad():
        y = m("layer2")(m("layer1")(m("conv1")(x)))
        y = torch.relu(m("bn_final")(y)).mean((2, 3))
        torch.testing.assert_close(net(x), m("fc")(y))


def test_a_bottleneck() -> None:
    def expected(m: Parts, x: Tensor) -> Tensor:
        f = torch.relu(m("bn2")(m("conv2")(torch.relu(m("bn1")(m("conv1")(x))))))
        return torch.relu(x + m("bn3")(m("conv3")(f)))

    check(make(block="bottleneck", widths=[6, 2]), "layer2.1", expected)


def option_a(x: Tensor) -> Tensor:
    half = x[:, :, ::2, ::2]
    return torch.cat([half, torch.zeros(len(x), 2, *half.shape[2:])], 1)


def branch(m: Parts, x: Tensor) -> Tensor:
    return m("bn2")(m("conv2")(torch.relu(m("bn1")(m("conv1")(x)))))


PROJECTIONS: dict[str, tuple[dict[str, Any], Callable[[Parts, Tensor], Tensor]]] = {
    "A": ({"projection": "A"}, lambda m, x: option_a(x)),
    "B": ({"projection": "B"}, lambda m, x: m("downsample.1")(m("downsample.0")(x))),
    "B pooled": (
        {"downsample": "avg_pool"},
        lambda m, x: m("downsample.2")(m("downsample.1")(nn.functional.avg_pool2d(x, 2))),
    ),
    "A pooled": (
        {"projection": "A", "downsample": "avg_pool"},
        lambda m, x: torch.cat([nn.functional.avg_pool2d(x, 2), torch.zeros(len(x), 2, 4, 4)], 1),
    ),
}


@pytest.mark.parametrize("kind", PROJECTIONS)
def test_projections_where_the_shape_changes(kind: str) -> None:
    fields, shortcut = PROJECTIONS[kind]
    check(make(**fields), "layer2.0", lambda m, x: torch.relu(branch(m, x) + shortcut(m, x)))


def test_option_c_and_conv1x1_convolve_where_the_shape_stays() -> None:
    shortcut = PROJECTIONS["B"][1]
    for fields in ({"projection": "C"}, {"shortcut": "conv1x1"}, {"shortcut": "conv1x1", "projection": "A"}):
        check(make(**fields), "layer2.1", lambda m, x: torch.relu(branch(m, x) + shortcut(m, x)))
    check(make(shortcut="conv1x1", projection="A"), "layer2.0", lambda m, x: torch.relu(branch(m, x) + option_a(x)))


def gate(m: Parts, x: Tensor) -> Tensor:
    return torch.sigmoid(m("gate.conv")(x))


SHORTCUTS: dict[str, tuple[dict[str, Any], Callable[[Parts, Tensor], Tensor]]] = {
    "constant scaling": (
        {"shortcut": "constant_scaling"},
        lambda m, x: 0.5 * x + branch(m, x),
    ),
    "constant scaling of both": (
        {"shortcut": "constant_scaling", "shortcut_scale": 0.25, "residual_scale": 0.75},
        lambda m, x: 0.25 * x + 0.75 * branch(m, x),
    ),
    "exclusive gating": (
        {"shortcut": "exclusive_gating", "gate_bias": -1.0},
        lambda m, x: (1 - gate(m, x)) * x + gate(m, x) * branch(m, x),
    ),
    "shortcut-only gating": (
        {"shortcut": "shortcut_only_gating", "gate_bias": 0.0},
        lambda m, x: (1 - gate(m, x)) * x + branch(m, x),
    ),
}


ELSEWHERE = {"identity", "conv1x1", "dropout", "decayed"}
"""Shortcuts whose equations other tests of this file hold."""


def test_every_shortcut_has_its_equation_here(field_values: dict[str, tuple[Any, ...]]) -> None:
    assert {fields["shortcut"] for fields, _ in SHORTCUTS.values()} | ELSEWHERE == set(field_values["shortcut"])


@pytest.mark.parametrize("kind", SHORTCUTS)
def test_shortcuts_are_those_of_he_et_al_2016_table_1(kind: str) -> None:
    fields, equation = SHORTCUTS[kind]
    check(make(**fields), "layer2.1", lambda m, x: torch.relu(equation(m, x)))


def test_a_gate_where_the_shape_changes_sees_the_blocks_input() -> None:
    net = make(shortcut="exclusive_gating", projection="A", gate_bias=0.0)
    check(
        net,
        "layer2.0",
        lambda m, x: torch.relu((1 - gate(m, x)) * option_a(x) + gate(m, x) * branch(m, x)),
    )


def test_dropout_on_the_shortcut_keeps_a_share_and_scales_in_evaluation() -> None:
    net = make(shortcut="dropout", shortcut_scale=0.3)
    block = net.get_submodule("layer2.1")
    assert isinstance(block, Block)
    kept = block.get_submodule("shortcut_dropout")(torch.ones(100, 8, 4, 4))
    assert set(kept.unique().tolist()) == {0.0, 1.0}
    assert kept.mean().item() == pytest.approx(0.3, abs=0.02)
    net.eval()
    check(net, "layer2.1", lambda m, x: torch.relu(0.3 * x + branch(m, x)))


def test_squeeze_and_excitation_weighs_the_branch() -> None:
    def expected(m: Parts, x: Tensor) -> Tensor:
        f = branch(m, x)
        g = torch.sigmoid(m("se.fc2")(torch.relu(m("se.fc1")(f.mean((2, 3), keepdim=True)))))
        return torch.relu(x + g * f)

    check(make(squeeze_excitation=True), "layer2.1", expected)


@pytest.mark.parametrize(("kind", "size"), [("skipinit", 1), ("layer_scale", 8)])
def test_learned_scales_end_the_branch(kind: str, size: int) -> None:
    net = make(residual_init=kind, norm="none")
    scale = net.get_parameter("layer2.1.scale.weight").view(-1, 1, 1)
    assert scale.numel() == size

    def expected(m: Parts, x: Tensor) -> Tensor:
        return torch.relu(x + scale * m("conv2")(torch.relu(m("conv1")(x))))

    check(net, "layer2.1", expected)


def test_an_identity_that_decays_with_depth() -> None:
    net = make(shortcut="decayed", shortcut_scale=0.4)
    for name, factor in (("layer1.0", 1.0), ("layer1.1", 0.8), ("layer2.1", 0.4)):
        if name == "layer1.0":
            assert net.architecture.shortcut_factor(name) == factor
            continue
        x = torch.randn(3, 6, 8, 8, generator=net.generator) if name == "layer1.1" else entering(net, net)
        with torch.no_grad():
            m = parts_of(net.get_submodule(name))
            torch.testing.assert_close(net.get_submodule(name)(x), torch.relu(factor * x + branch(m, x)))
    projected = PROJECTIONS["B"][1]
    check(net, "layer2.0", lambda m, x: torch.relu(0.6 * projected(m, x) + branch(m, x)))
    assert make(shortcut="decayed", depths=[1], widths=[6]).architecture.shortcut_factor("layer1.0") == 1


def test_a_branch_over_the_root_of_the_depth() -> None:
    check(make(residual_init="depth_scaled"), "layer2.1", lambda m, x: torch.relu(x + branch(m, x) / 2))
    scaled = make(residual_init="depth_scaled", shortcut="constant_scaling", shortcut_scale=1.0, residual_scale=0.5)
    check(scaled, "layer2.1", lambda m, x: torch.relu(x + branch(m, x) / 4))
    check(make(residual_init="depth_scaled", skips=False), "layer2.1", lambda m, x: torch.relu(branch(m, x)))
    plain = make(residual_init="depth_scaled")
    assert sum(one.numel() for one in plain.parameters()) == sum(one.numel() for one in make().parameters())


def test_a_repvgg_block_adds_three_branches_and_keeps_no_identity_where_the_shape_changes() -> None:
    net = make(block="repvgg")

    def changing(m: Parts, x: Tensor) -> Tensor:
        return torch.relu(m("bn1")(m("conv1")(x)) + m("downsample.1")(m("downsample.0")(x)))

    def keeping(m: Parts, x: Tensor) -> Tensor:
        return torch.relu(m("bn1")(m("conv1")(x)) + m("downsample.1")(m("downsample.0")(x)) + m("identity")(x))

    check(net, "layer2.0", changing)
    check(net, "layer2.1", keeping)
    assert "identity.weight" not in net.get_submodule("layer2.0").state_dict()
    check(make(block="repvgg", skips=False), "layer2.1", lambda m, x: torch.relu(m("bn1")(m("conv1")(x))))
    net.set_strength("layer2.1", 0.5)
    check(
        net,
        "layer2.1",
        lambda m, x: torch.relu(
            m("bn1")(m("conv1")(x)) + (m("downsample.1")(m("downsample.0")(x)) + m("identity")(x)) / 2
        ),
    )


def test_fixup_has_scalars_before_convolutions_and_activations_and_one_factor() -> None:
    net = make(residual_init="fixup", norm="none")
    block = net.get_submodule("layer2.1")
    bias = [block.get_parameter(f"bias{place}.bias") for place in (1, 2, 3, 4)]

    def expected(m: Parts, x: Tensor) -> Tensor:
        f = torch.relu(m("conv1")(x + bias[0]) + bias[1])
        f = m("conv2")(f + bias[2]) * block.get_parameter("scale.weight") + bias[3]
        return torch.relu(x + f)

    check(net, "layer2.1", expected)
    assert all(module.bias is None for module in net.modules() if isinstance(module, nn.Conv2d))


def test_a_deep_stem_pools_after_three_convolutions() -> None:
    net = make(stem="deep")
    x = torch.randn(2, 3, 8, 8)
    m = parts_of(net)
    with torch.no_grad():
        y = torch.relu(m("conv1.1")(m("conv1.0")(x)))
        y = torch.relu(m("conv1.4")(m("conv1.3")(y)))
        y = nn.functional.max_pool2d(torch.relu(m("bn1")(m("conv1.6")(y))), 3, 2, 1)
        torch.testing.assert_close(net(x), m("fc")(m("layer2")(m("layer1")(y)).mean((2, 3))))


def test_a_cut_block_is_its_branch_alone() -> None:
    net = make(skips=False, shortcut="exclusive_gating", projection="B")
    for name in ("layer2.0", "layer2.1"):
        check(net, name, lambda m, x: torch.relu(branch(m, x)))
    assert not any("gate" in key or "downsample" in key for key in net.state_dict())
