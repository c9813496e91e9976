"""A training's networks as bytes: they come back to the bit, as other programs read them too."""

from pathlib import Path
from typing import Any

import pytest
import torch

from skipscope import ResNet, load_weights
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.formats.tensors import documents
from skipscope.model.train.training import Training, train
from skipscope.model.train.weights import load

TINY: dict[str, Any] = {"preset": "resnet20", "depths": [1, 2], "widths": [4, 8], "stem_width": 4}
IMAGES = torch.randn(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def trained(*variants: dict[str, Any], steps: int = 3, **fields: Any) -> Training:
    # in one order of memory, for kernels differ in the last bits
    given = {"batch_size": 16, "steps": 9, "channels_last": False, **fields}
    request = TrainingRequest.model_validate({"variants": variants, **given})
    training = train(request)
    for _ in range(steps):
        training.advance()
    return training


@torch.no_grad()
def logits(net: ResNet) -> torch.Tensor:
    return net.eval()(IMAGES)


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"norm": "none"}, {"norm": "group", "order": "pre_activation"}, {"shortcut": "exclusive_gating"},
        {"shortcut": "shortcut_only_gating"}, {"projection": "C"}, {"residual_init": "fixup", "norm": "none"},
        {"residual_init": "layer_scale"}, {"residual_init": "skipinit"}, {"block": "bottleneck"},
        {"squeeze_excitation": True}, {"activation": "gelu", "shortcut": "constant_scaling"},
    ],
    ids=str,
)  # fmt: skip
def test_networks_come_back_to_the_bit(fields: dict[str, Any]) -> None:
    training = trained({**TINY, **fields}, {**TINY, "skips": False})
    found = load(training.weights())
    assert [one.label for one in found] == [one.label for one in training.variants]
    assert [one.step for one in found] == [3, 3]
    for one, variant in zip(found, training.variants, strict=True):
        assert torch.equal(logits(one.build()), logits(variant.net))


def test_they_are_the_networks_as_they_were_changed() -> None:
    training = trained({**TINY, "projection": "B"})
    training.set_skips(0, [True, False, True])  # what a cut shortcut had is no part of the network
    training.set_strength(0, {"layer2.1": 0.25})
    (found,) = load(training.weights())
    assert found.architecture.skip_of == (True, False, True)
    assert found.strength == (1.0, 1.0, 0.25)
    assert not any("downsample" in name for name in found.tensors)
    assert torch.equal(logits(found.build()), logits(training.variants[0].net))
    training.set_skips(0, [True, True, True])
    training.advance()
    (again,) = load(training.weights())
    assert any("downsample" in name for name in again.tensors)
    assert torch.equal(logits(again.build()), logits(training.variants[0].net))


def test_load_weights_reads_them(tmp_path: Path) -> None:
    training = trained(TINY)
    file = tmp_path / "kept.safetensors"
    file.write_bytes(training.weights())
    net = ResNet(training.architectures[0], seed=5)
    assert not torch.equal(logits(net), logits(training.variants[0].net))
    load_weights(file, into=net)
    assert torch.equal(logits(net), logits(training.variants[0].net))


def test_a_network_that_lies_in_memory_channel_by_channel_comes_back_too() -> None:
    training = trained(TINY, channels_last=True)
    (found,) = load(training.weights())
    for name, value in training.variants[0].net.state_dict().items():
        assert torch.equal(found.tensors[name], value), name
        assert found.tensors[name].is_contiguous()


def test_nothing_but_the_network_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_bytes(trained(TINY).weights())
    with file.open("rb") as opened:
        (found,) = documents(opened)
    assert set(found.header["__metadata__"]) == {"format", "skipscope"}
