"""Memory formats: chosen, applied to weights, images and what lies between, without effect on what is measured."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import preset
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.record import Record, Value
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.memory_format import MemoryFormat, memory_format_of, put_images, put_weights
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.training import Training, train

TINY: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": (2, 1), "widths": (4, 6), "image_size": 8}
VARIANTS: dict[str, dict[str, Any]] = {
    "batch norm": {},
    "no norm": {"norm": "none"},
    "plain": {"skips": False},
    "option A": {"projection": "A"},
    "bottleneck": {"block": "bottleneck", "widths": (2, 3)},
    "pre-activation": {"order": "pre_activation"},
    "gates": {"shortcut": "exclusive_gating", "gate_bias": 0.0},
    "squeeze and excitation": {"squeeze_excitation": True},
    "group norm": {"norm": "group"},
}

CPU = torch.device("cpu")


def exact(squares_of: Tensor) -> float:
    """Return the root mean square in float64."""
    return math.sqrt(squares_of.double().square().mean().item())


def training(**fields: Any) -> Training:
    """Start a small training of a residual net and a plain one."""
    small = {**TINY, "norm": "none"}
    return train(
        TrainingRequest.model_validate(
            {"variants": [small, {**small, "skips": False}], "batch_size": 16, "steps": 4, **fields}
        )
    )


def strides(training: Training) -> list[tuple[int, ...]]:
    """Return in what order of dimensions the last block's output lies, from the largest stride to the smallest."""
    found: list[tuple[int, ...]] = []

    def look(module: nn.Module, args: object, output: Tensor) -> None:
        found.append(tuple(sorted(range(4), key=lambda d: -output.stride(d))))

    for variant in training.variants:
        next(iter(variant.net.blocks.values())).register_forward_hook(look)
    next(training)
    return found


@pytest.mark.parametrize(
    ("wish", "order"), [(True, (0, 2, 3, 1)), (False, (0, 1, 2, 3)), (None, (0, 2, 3, 1))], ids=str
)
def test_the_wish_reaches_weights_and_activations(wish: bool | None, order: tuple[int, ...]) -> None:
    found = training(channels_last=wish)
    assert strides(found) == [order, order]
    weight = found.variants[0].net.get_submodule("layer1.0.conv1").weight
    assert isinstance(weight, Tensor)
    assert weight.is_contiguous(memory_format=torch.channels_last) == (order[1] == 2)


def test_a_projection_that_comes_later_has_the_format_too() -> None:
    found = training(channels_last=True)
    next(found)
    found.set_skips(1, [True, True, True])
    weight = found.variants[1].net.get_submodule("layer2.0.downsample.0").weight
    assert isinstance(weight, Tensor)
    assert weight.is_contiguous(memory_format=torch.channels_last)
    next(found)


@pytest.mark.parametrize(
    ("name", "fields", "chosen"),
    [
        ("resnet20", {}, "channels_last"),
        ("plain56", {"norm": "none"}, "channels_last"),
        ("wrn_16_8", {}, "contiguous"),
        ("resnet18", {}, "contiguous"),
        ("resnet20", {"norm": "group"}, "contiguous"),
        ("resnet20", {"activation": "gelu"}, "contiguous"),
    ],
    ids=str,
)
def test_what_was_measured_to_be_faster_is_chosen(name: str, fields: dict[str, Any], chosen: str) -> None:
    architecture = preset(name, **fields)
    assert memory_format_of(architecture, None, CPU) == chosen
    assert memory_format_of(architecture, True, CPU) == "channels_last"
    assert memory_format_of(architecture, False, CPU) == "contiguous"


@pytest.mark.parametrize("fields", VARIANTS.values(), ids=VARIANTS)
def test_what_is_measured_is_exact_in_this_format(fields: dict[str, Any]) -> None:
    """Every tap against tensors that are kept, and every number against the same net in the usual format."""
    architecture = Architecture.model_validate({**TINY, **fields, "num_classes": 5})
    draw = torch.Generator().manual_seed(1)
    images = torch.randn(6, 3, 8, 8, generator=draw)
    labels = torch.randint(5, (6,), generator=draw)
    records: list[Record] = []
    kept: dict[str, Tensor] = {}
    formats: tuple[MemoryFormat, ...] = ("contiguous", "channels_last")
    for memory_format in formats:
        net = ResNet(architecture, seed=3)
        put_weights(net, memory_format)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        kept.clear()

        for tap in net.graph.taps:

            def keep(module: nn.Module, args: object, output: Tensor, name: str = tap.name) -> None:
                output.retain_grad()
                kept[name] = output

            net.get_submodule(tap.module).register_forward_hook(keep)
        with Recorder(net) as recorder:
            nn.functional.cross_entropy(net(put_images(images, memory_format)), labels).backward()
            optimizer.step()
            record = recorder.read()
        assert record is not None
        records.append(record)
    usual, other = records
    assert any(x.dim() == 4 and not x.is_contiguous() for x in kept.values())
    for name, x in kept.items():
        assert x.grad is not None
        assert other.of("activation_rms", name) == pytest.approx(exact(x.detach()), rel=1e-5)
        assert other.of("gradient_rms", name) == pytest.approx(exact(x.grad), rel=1e-5)
        zeros = other.of("zero_fraction", name)
        assert zeros is None or zeros == pytest.approx((x == 0).double().mean().item(), abs=1e-12)
    for measure, column in other.columns.items():
        for value, was in zip(column, usual.columns[measure], strict=True):
            assert same(value, was), measure


def same(value: Value, was: Value) -> bool:
    """Compare across formats, whose sums are made in another order."""
    if value is None or was is None:
        return value is was
    return math.isclose(value, was, rel_tol=1e-3, abs_tol=1e-7)
