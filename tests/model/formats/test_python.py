"""The standalone file, executed: same parameters, and same outputs on the same weights, as the net that we build."""

import ast
import itertools
from typing import Any, get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import preset
from skipscope.model.describe.summary import summarize
from skipscope.model.formats import python
from skipscope.model.network.resnet import ResNet

SMALL: dict[str, Any] = {"image_size": 20, "num_classes": 3}
FAMILIES: list[tuple[str, dict[str, Any]]] = [
    ("resnet18", {}),
    ("resnet50", {"depths": (2, 1, 2, 1)}),
    ("plain18", {}),
    ("resnext50_32x4d", {"depths": (1, 2, 1, 1)}),
    ("wide_resnet50_2", {"depths": (1, 1, 2, 1)}),
    ("resnet20", {}),
    ("plain20", {}),
    ("preact_resnet110", {"depths": (2, 2, 2)}),
    ("preact_resnet164", {"depths": (2, 1, 2)}),
    ("wrn_16_4", {}),
    ("resnet26", {}),
    ("resnet18d", {}),
    ("resnet50d", {"depths": (1, 2, 1, 1)}),
    ("seresnet50", {"depths": (2, 1, 1, 1)}),
]
TINY: dict[str, Any] = {
    "depths": (2, 2), "widths": (8, 16), "stem": "cifar", "stem_width": 8, "image_size": 9, "num_classes": 3,
}  # fmt: skip
ORDERS, SHORTCUTS, INITS = (
    get_args(Architecture.model_fields[name].annotation) for name in ("order", "shortcut", "residual_init")
)
OPTIONS: list[dict[str, Any]] = [
    *({"order": order, "shortcut": shortcut} for order, shortcut in itertools.product(ORDERS, SHORTCUTS)),
    *({"norm": norm, "order": order} for norm in ("none", "group") for order in ORDERS[:1] + ORDERS[2:]),
    *({"residual_init": init, "order": order} for init in INITS[1:] for order in ORDERS),
    *({"residual_init": "fixup", "norm": "none", "order": order} for order in ORDERS),
    *({"projection": p, "downsample": d, "block": b} for p in "ABC" for d in ("strided_conv", "avg_pool")
      for b in ("basic", "bottleneck")),
    *({"projection": "A", "shortcut": "conv1x1", "downsample": d} for d in ("strided_conv", "avg_pool")),
    *({"activation": name} for name in ("leaky_relu", "gelu", "silu", "tanh", "sigmoid")),
    *({"init": name} for name in ("xavier_normal", "orthogonal", "delta_orthogonal", "normal")),
    *({"stochastic_depth": 0.5, "order": order, "shortcut": shortcut}
      for order, shortcut in itertools.product(ORDERS, SHORTCUTS)),
    *({"skips": (True, False, False, True), "order": order, "stochastic_depth": rate, "shortcut": shortcut}
      for order in ORDERS for rate in (0, 0.3) for shortcut in ("identity", "exclusive_gating", "conv1x1")),
    {"norm": "group", "norm_groups": 5},
    {"shortcut": "constant_scaling", "shortcut_scale": 0.25, "residual_scale": 0.75},
    {"shortcut": "decayed", "shortcut_scale": 0.1, "skips": (True, False, False, True)},
    {"shortcut": "decayed", "projection": "C", "order": "pre_activation", "residual_init": "depth_scaled"},
    {"depths": (1,), "widths": (4,), "stem_width": 4, "shortcut": "decayed"},
    {"shortcut": "constant_scaling", "residual_scale": 0.75, "stochastic_depth": 0.5},
    {"block": "repvgg"},
    {"block": "repvgg", "skips": (True, False, False, True), "residual_init": "depth_scaled"},
    {"block": "repvgg", "depths": (1, 1), "widths": (6, 8), "stochastic_depth": 0.5},
    {"block": "repvgg", "skips": False},
    {"stem": "deep", "norm": "none"},
    {"stem": "deep", "norm": "none", "residual_init": "fixup", "downsample": "avg_pool", "projection": "C"},
    {"stem": "deep", "order": "pre_activation", "squeeze_excitation": True},
    {"block": "bottleneck", "bottleneck_stride": "1x1", "groups": 4, "width_per_group": 16},
    {"depths": (1,), "widths": (1,), "stem_width": 1, "residual_init": "layer_scale", "in_channels": 1},
]  # fmt: skip


def execute(architecture: Architecture) -> tuple[nn.Module, str]:
    """Run the file as a module of its own and return its net and its source."""
    summary = summarize(architecture)
    source = python.write(summary)
    scope: dict[str, Any] = {"__name__": "standalone"}
    exec(compile(source, "standalone.py", "exec"), scope)  # noqa: S102  (this is what is tested)
    return scope[python.net_name(summary)](), source


def compare(architecture: Architecture) -> None:
    """Hold the file's net to ours: names, shapes, and outputs in both modes."""
    ours = ResNet(architecture)
    theirs, source = execute(architecture)
    state = ours.state_dict()
    assert {k: v.shape for k, v in theirs.state_dict().items()} == {k: v.shape for k, v in state.items()}
    with torch.no_grad():
        for value in state.values():  # what starts from zero would hide what is wrong
            if value.is_floating_point():
                value.copy_(torch.rand(value.shape) * 0.5 + 0.1 if value.dim() < 2 else torch.randn(value.shape) * 0.1)
    ours.load_state_dict(state)
    theirs.load_state_dict(state, strict=True)
    images = torch.randn(4, architecture.in_channels, architecture.image_size, architecture.image_size)
    with torch.no_grad():
        for mode, seed in ((False, 0), (True, 1), (True, 2)):
            ours.train(mode)
            theirs.train(mode)
            ours.generator.manual_seed(seed)
            torch.manual_seed(seed)
            torch.testing.assert_close(theirs(images), ours(images), rtol=1e-4, atol=1e-5)
    for name, value in theirs.named_buffers():
        torch.testing.assert_close(value, ours.get_buffer(name), rtol=1e-4, atol=1e-5)
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize(("name", "changes"), FAMILIES, ids=[name for name, _ in FAMILIES])
def test_every_family_is_the_net_that_we_build(name: str, changes: dict[str, Any]) -> None:
    compare(preset(name, **{**SMALL, **changes}))


@pytest.mark.parametrize("changes", OPTIONS, ids=str)
def test_every_option_is_the_net_that_we_build(changes: dict[str, Any]) -> None:
    try:
        architecture = Architecture.model_validate({**TINY, **changes})
    except ValidationError:
        pytest.skip("makes no sense together")
    compare(architecture)


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({
        "block": st.sampled_from(["basic", "bottleneck", "repvgg"]),
        "stem": st.sampled_from(["imagenet", "cifar", "deep"]),
        "order": st.sampled_from(ORDERS),
        "shortcut": st.sampled_from(SHORTCUTS),
        "projection": st.sampled_from("ABC"),
        "downsample": st.sampled_from(["strided_conv", "avg_pool"]),
        "norm": st.sampled_from(["batch", "group", "none"]),
        "residual_init": st.sampled_from(INITS),
        "skips": st.sampled_from([True, False, (True, False, False, True)]),
        "squeeze_excitation": st.booleans(),
        "stochastic_depth": st.sampled_from([0, 0.5]),
    })
)  # fmt: skip
def test_every_combination_is_the_net_that_we_build(changes: dict[str, Any]) -> None:
    try:
        architecture = Architecture.model_validate({**TINY, **changes})
    except ValidationError:
        return
    compare(architecture)


@pytest.mark.parametrize("changes", [
    {}, {"init": "xavier_normal"}, {"init": "normal"}, {"init": "delta_orthogonal", "groups": 2},
    {"residual_init": "zero_gamma"},
    {"residual_init": "skipinit"}, {"residual_init": "layer_scale"}, {"residual_init": "fixup", "norm": "none"},
    {"residual_init": "depth_scaled"}, {"residual_init": "depth_scaled", "stochastic_depth": 0.2},
    {"shortcut": "exclusive_gating"}, {"shortcut": "exclusive_gating", "skips": (True, False, True)},
], ids=str)  # fmt: skip
def test_weights_start_alike(changes: dict[str, Any]) -> None:
    architecture = Architecture.model_validate(
        {"stem": "cifar", "depths": (1, 1, 1), "widths": (32, 64, 64), "block": "bottleneck", **changes}
    )
    torch.manual_seed(0)
    theirs = dict(execute(architecture)[0].named_parameters())
    for name, ours in ResNet(architecture).named_parameters():
        spread = theirs[name].std() if ours.numel() > 1 else theirs[name].sum()
        wanted = ours.std() if ours.numel() > 1 else ours.sum()
        torch.testing.assert_close(spread, wanted, rtol=0.2, atol=1e-7, msg=name)
        torch.testing.assert_close(theirs[name].mean(), ours.mean(), rtol=1e-3, atol=0.02, msg=name)


@pytest.mark.parametrize("name", ["resnet50", "plain56", "resnet1202"])
def test_it_imports_torch_alone_and_has_no_more_than_it_needs(name: str) -> None:
    source = python.write(summarize(preset(name)))
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import torch", "from torch import Tensor, nn"]
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    wanted = {
        "resnet50": ["Bottleneck", "ResNet"],
        "plain56": ["BasicBlock", "PlainNet"],
        "resnet1202": ["PadShortcut", "BasicBlock", "ResNet"],
    }
    assert classes == wanted[name]
    assert len(source.splitlines()) < 130
