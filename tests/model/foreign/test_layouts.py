"""Other programs' layouts of a ResNet load as the network that computes the same, and as no other."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from skipscope import ResNet, load_weights, preset
from skipscope.model.network.weights import WeightsError

State = dict[str, Tensor]
SMALL: dict[str, Any] = {"depths": [2, 2], "widths": [8, 16], "stem_width": 8, "image_size": 32, "num_classes": 4}
Renaming = Callable[[str], str]


def replaced(*pairs: tuple[str, str]) -> Renaming:
    def rename(key: str) -> str:
        for pattern, name in pairs:
            key = re.sub(pattern, name, key)
        return key

    return rename


def of_transformers(key: str) -> str:
    """Name a key as transformers' modeling_resnet.py does."""
    key = re.sub(r"^conv1\.", "resnet.embedder.embedder.convolution.", key)
    key = re.sub(r"^bn1\.", "resnet.embedder.embedder.normalization.", key)
    key = re.sub(r"^fc\.", "classifier.1.", key)
    match = re.match(r"^layer(\d)\.(\d+)\.(?:(conv|bn)(\d)|downsample\.(\d))\.(.+)$", key)
    if match is None:
        return key
    stage, block, kind, place, shortcut, rest = match.groups()
    above = f"resnet.encoder.stages.{int(stage) - 1}.layers.{block}"
    if shortcut is not None:
        return f"{above}.shortcut.{'convolution' if shortcut == '0' else 'normalization'}.{rest}"
    return f"{above}.layer.{int(place) - 1}.{'convolution' if kind == 'conv' else 'normalization'}.{rest}"


LAYOUTS: dict[str, tuple[dict[str, Any], Renaming]] = {
    "kuangliu/pytorch-cifar": (
        {"projection": "B", "stem": "cifar"}, replaced((r"downsample", "shortcut"), (r"^fc\.", "linear.")),
    ),
    "Cadene/pretrained-models": ({}, replaced((r"^fc\.", "last_linear."))),
    "a classifier": ({}, replaced((r"^fc\.", "classifier."))),
    "MMPretrain": ({}, replaced((r"^(?!fc)", "backbone."), (r"^fc\.", "head.fc."))),
    "MMPretrain's deep stem": (
        {"stem": "deep"}, replaced((r"^conv1\.(\d)", r"stem.\1"), (r"^bn1\.", "stem.7."), (r"^fc\.", "head.fc.")),
    ),
    "a flat deep stem": (
        {"stem": "deep"},
        replaced((r"^bn1\.", "bn3."), (r"^conv1\.0\.", "conv1."), (r"^conv1\.1\.", "bn1."), (r"^conv1\.3\.", "conv2."),
                 (r"^conv1\.4\.", "bn2."), (r"^conv1\.6\.", "conv3.")),
    ),
    "transformers": ({"block": "bottleneck"}, of_transformers),
    "ResNet-D before timm's layout": (
        {"stem": "deep", "downsample": "avg_pool", "block": "bottleneck"},
        replaced((r"^layer1\.0\.downsample\.1", "layer1.0.downsample.0"),
                 (r"^layer1\.0\.downsample\.2", "layer1.0.downsample.1")),
    ),
    "ResNet-B with an identity at place 0": (
        {"block": "bottleneck"},
        replaced((r"^layer1\.0\.downsample\.1", "layer1.0.downsample.2"),
                 (r"^layer1\.0\.downsample\.0", "layer1.0.downsample.1")),
    ),
}  # fmt: skip


def make(seed: int, **fields: Any) -> ResNet:
    return ResNet(preset("resnet18", **{**SMALL, **fields}), seed=seed)


@pytest.mark.parametrize("wrap", ["", "module.", "model.module."])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_of_another_program_computes_the_same(name: str, wrap: str, tmp_path: Path) -> None:
    fields, rename = LAYOUTS[name]
    source, net = make(1, **fields), make(2, **fields)
    content = {wrap + rename(key): value for key, value in source.state_dict().items()}
    assert len(content) == len(source.state_dict())
    assert set(content) != set(source.state_dict())
    torch.save(content, tmp_path / "a.pth")
    load_weights(tmp_path / "a.pth", into=net)
    x = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        torch.testing.assert_close(net.eval()(x), source.eval()(x), rtol=0, atol=0)


def test_a_projection_with_a_stride_is_no_pooled_one(tmp_path: Path) -> None:
    """The shapes of ResNet-C and ResNet-D are the same, and what they compute is not."""
    strided = make(1, stem="deep", block="bottleneck")
    pooled = make(2, stem="deep", block="bottleneck", downsample="avg_pool")
    for source, into, said in ((strided, pooled, "strided_conv"), (pooled, strided, "avg_pool")):
        torch.save(source.state_dict(), tmp_path / "a.pth")
        with pytest.raises(WeightsError, match=f"downsample={said} in the file"):
            load_weights(tmp_path / "a.pth", into=into)


def test_names_that_fall_together_are_not_merged(tmp_path: Path) -> None:
    net = make(1)
    state = net.state_dict()
    torch.save({**state, "linear.weight": torch.zeros(4, 16), "linear.bias": torch.zeros(4)}, tmp_path / "a.pth")
    with pytest.raises(WeightsError, match=r"2 unexpected keys: linear\.bias, linear\.weight"):
        load_weights(tmp_path / "a.pth", into=net)


@pytest.mark.parametrize("name", ["resnet18d", "seresnet50", "resnet110"])
def test_a_preset_takes_its_own_weights_through_every_wrapper(name: str, tmp_path: Path) -> None:
    with torch.device("meta"):
        shapes = {key: value.shape for key, value in ResNet(preset(name)).state_dict().items()}
    content = {f"module.{key}": torch.zeros(()).expand(shape) for key, shape in shapes.items()}
    torch.save({"state_dict": content}, tmp_path / "a")
    net = ResNet(preset(name))
    assert set(load_weights(tmp_path / "a", into=net)) == set(shapes)
    assert not any(value.any() for value in net.state_dict().values())
