"""The built network: torchvision's keys and outputs, skips that come and go."""

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from skipscope import PRESETS, Architecture, ArchitectureError, ResNet, build_graph, preset

KEYS: dict[str, dict[str, list[int]]] = json.loads(
    (Path(__file__).parents[1] / "facts" / "torchvision_keys.json").read_text()
)
SMALL: dict[str, Any] = {"stem": "cifar", "depths": [2, 2], "widths": [4, 8], "stem_width": 4, "image_size": 8}


def small(seed: int = 0, **fields: Any) -> ResNet:
    return ResNet(Architecture.model_validate({**SMALL, **fields}), seed=seed)


def images(net: ResNet, batch: int = 3) -> Tensor:
    a = net.architecture
    return torch.randn(batch, a.in_channels, a.image_size, a.image_size, generator=torch.Generator().manual_seed(9))


@pytest.mark.parametrize("name", KEYS)
def test_state_dicts_are_torchvisions(name: str) -> None:
    with torch.device("meta"):
        state = ResNet(preset(name)).state_dict()
    assert [(key, list(value.shape)) for key, value in state.items()] == list(KEYS[name].items())


def test_resnet_d_has_the_keys_of_timms_files() -> None:
    """timm/models/resnet.py: three convolutions in `conv1`; `downsample_avg` has its pooling, or an identity, at 0."""
    renamed: dict[str, list[int]] = {}
    for key, shape in KEYS["resnet50"].items():
        if key == "conv1.weight":
            for place, shapes in {0: [32, 3, 3, 3], 1: [32], 3: [32, 32, 3, 3], 4: [32], 6: [64, 32, 3, 3]}.items():
                last = ["weight", "bias", "running_mean", "running_var"] if len(shapes) == 1 else ["weight"]
                renamed |= {f"conv1.{place}.{name}": shapes for name in last}
                if len(shapes) == 1:
                    renamed[f"conv1.{place}.num_batches_tracked"] = []
        elif "downsample" in key:
            renamed[key.replace("downsample.1", "downsample.2").replace("downsample.0", "downsample.1")] = shape
        else:
            renamed[key] = shape
    with torch.device("meta"):
        state = ResNet(preset("resnet50d")).state_dict()
    assert {key: list(value.shape) for key, value in state.items()} == renamed


def forward_as_torchvision(state: dict[str, Tensor], x: Tensor, groups: int = 1) -> Tensor:
    """Evaluate a torchvision ResNet from its state dict, function by function."""

    def norm(x: Tensor, name: str) -> Tensor:
        mean, var = state[f"{name}.running_mean"], state[f"{name}.running_var"]
        return nn.functional.batch_norm(x, mean, var, state[f"{name}.weight"], state[f"{name}.bias"])

    def conv(x: Tensor, name: str, stride: int = 1, groups: int = 1) -> Tensor:
        weight = state[f"{name}.weight"]
        return nn.functional.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2, groups=groups)

    x = nn.functional.max_pool2d(nn.functional.relu(norm(conv(x, "conv1", 2), "bn1")), 3, 2, 1)
    for stage in (1, 2, 3, 4):
        index = 0
        while f"layer{stage}.{index}.conv1.weight" in state:
            name = f"layer{stage}.{index}"
            stride = 2 if stage > 1 and index == 0 else 1
            identity = x
            if f"{name}.downsample.0.weight" in state:
                identity = norm(conv(x, f"{name}.downsample.0", stride), f"{name}.downsample.1")
            if f"{name}.conv3.weight" in state:
                y = nn.functional.relu(norm(conv(x, f"{name}.conv1"), f"{name}.bn1"))
                y = nn.functional.relu(norm(conv(y, f"{name}.conv2", stride, groups), f"{name}.bn2"))
                y = norm(conv(y, f"{name}.conv3"), f"{name}.bn3")
            else:
                y = nn.functional.relu(norm(conv(x, f"{name}.conv1", stride), f"{name}.bn1"))
                y = norm(conv(y, f"{name}.conv2"), f"{name}.bn2")
            x = nn.functional.relu(y + identity)
            index += 1
    return nn.functional.linear(x.mean((2, 3)), state["fc.weight"], state["fc.bias"])


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_a_torchvision_state_dict_gives_torchvisions_outputs(name: str) -> None:
    generator = torch.Generator().manual_seed(5)
    state = {
        key: torch.rand(shape, generator=generator) + 0.5 if "bn" in key or "downsample.1" in key
        else torch.randn(shape, generator=generator) * 0.05
        for key, shape in KEYS[name].items()
    }  # fmt: skip
    net = ResNet(preset(name)).eval()
    net.load_state_dict(state, strict=True)
    x = torch.randn(2, 3, 64, 64, generator=generator)
    with torch.no_grad():
        torch.testing.assert_close(net(x), forward_as_torchvision(state, x, net.architecture.groups))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_builds_with_its_parameters(name: str) -> None:
    with torch.device("meta"):
        net = ResNet(preset(name))
    assert sum(parameter.numel() for parameter in net.parameters()) == build_graph(preset(name)).parameters


EDGES: list[dict[str, Any]] = [
    {"depths": [1], "widths": [4]},
    {"depths": [1], "widths": [1], "stem_width": 1, "num_classes": 1, "in_channels": 1},
    {"depths": [3], "widths": [5], "norm": "group"},
    {"image_size": 1},
    {"stem": "imagenet", "image_size": 8},
    {"stem": "deep", "image_size": 8, "stem_width": 1, "widths": [1, 1]},
    {"block": "bottleneck", "groups": 3, "width_per_group": 50, "widths": [5, 7]},
    {"depths": [1, 1, 1, 1], "widths": [8, 4, 2, 1]},
]


@pytest.mark.parametrize("fields", EDGES, ids=str)
def test_edge_cases_train(fields: dict[str, Any]) -> None:
    net = small(**fields)
    y = net(images(net))
    assert y.shape == (3, net.architecture.num_classes)
    y.square().sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())


def test_1202_layers_train() -> None:
    net = ResNet(preset("resnet1202", image_size=4))
    loss = net(images(net, 2)).square().sum()
    loss.backward()
    assert loss.isfinite()
    assert len(net.blocks) == 600


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_toggling_gives_the_network_that_would_have_been_built(
    data: st.DataObject, architectures: st.SearchStrategy[Architecture]
) -> None:
    architecture: Architecture = data.draw(architectures)
    skips = data.draw(st.lists(st.booleans(), min_size=architecture.num_blocks, max_size=architecture.num_blocks))
    net = ResNet(architecture)
    held = len(list(net.parameters()))
    made = net.set_skips(skips)
    assert len(list(net.parameters())) == held + len(made)
    assert net.architecture == architecture.replace(skips=skips)
    assert net.graph.weights == build_graph(net.architecture).weights
    assert net.skips == tuple(skips)
    built = ResNet(net.architecture)
    own = built.state_dict()
    built.load_state_dict({key: value for key, value in net.state_dict().items() if key in own})
    x = images(net)
    net.eval()
    built.eval()
    with torch.no_grad():
        assert torch.equal(net(x), built(x))


def test_a_cut_shortcut_keeps_its_modules_and_comes_back() -> None:
    net = small(projection="B")
    x = images(net)
    net.eval()
    with torch.no_grad():
        before = net(x)
        assert net.set_skip("layer2.0", on=False) == []
        assert not torch.equal(net(x), before)
        assert net.set_skip("layer2.0", on=True) == []
        assert torch.equal(net(x), before)


def test_a_projection_is_made_when_it_is_first_needed() -> None:
    net = small(skips=False, projection="B")
    made = net.set_skip("layer2.0", on=True)
    assert [parameter.shape for parameter in made] == [(8, 4, 1, 1), (8,), (8,)]
    held = list(net.get_submodule("layer2.0.downsample").parameters())
    assert all(one is other for one, other in zip(made, held, strict=True))
    assert made[0].std() > 0
    again = small(skips=False, projection="B")
    assert torch.equal(again.set_skip("layer2.0", on=True)[0], made[0])
    assert net.set_skip("layer1.0", on=True) == []


def test_a_new_projection_is_of_the_networks_kind() -> None:
    net = small(skips=False).double().eval()
    (weight, *_) = net.set_skip("layer2.0", on=True)
    assert weight.dtype == torch.float64
    assert not net.get_submodule("layer2.0.downsample.1").training


def test_blocks_and_strengths_that_do_not_exist_are_refused() -> None:
    net = small()
    with pytest.raises(ArchitectureError, match=r"layer9\.0.*layer1\.0 to layer2\.1"):
        net.set_skip("layer9.0", on=True)
    with pytest.raises(ArchitectureError, match="layer9"):
        net.set_strength("layer9.0", 0.5)
    with pytest.raises(ArchitectureError, match="from 0 to 1"):
        net.set_strength("layer1.0", 1.5)
    with pytest.raises(ValueError, match="4 blocks"):
        net.set_skips([True])


def test_strength_multiplies_the_shortcut() -> None:
    net = small().eval()
    x = images(net)
    block = net.get_submodule("layer1.0")
    entering: list[Tensor] = []
    block.register_forward_pre_hook(lambda _, inputs: entering.append(inputs[0]))
    with torch.no_grad():
        net(x)
        f = block.get_submodule("bn2")(block.get_submodule("conv2")(nn.functional.relu(
            block.get_submodule("bn1")(block.get_submodule("conv1")(entering[0]))
        )))  # fmt: skip
        net.set_strength("layer1.0", 0.25)
        torch.testing.assert_close(block(entering[0]), nn.functional.relu(f + 0.25 * entering[0]))
        net.set_strength("layer1.0", 0)
        weakened = net(x)
        net.set_skip("layer1.0", on=False)
        torch.testing.assert_close(net(x), weakened)


def pickled(net: ResNet) -> ResNet:
    return pickle.loads(pickle.dumps(net))  # noqa: S301 what was pickled a moment ago


@pytest.mark.parametrize("clone", [copy.deepcopy, pickled])
def test_a_copy_goes_on_as_the_original(clone: Any) -> None:
    net = small(stochastic_depth=0.5, shortcut="dropout")
    x = images(net)
    net(x)
    copied: ResNet = clone(net)
    assert copied.blocks["layer1.0"] is copied.get_submodule("layer1.0")
    for _ in range(3):
        assert torch.equal(net(x), copied(x))
