"""Named architectures of the literature, each stated as its difference from a base."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

from skipscope.model.describe.architecture import CONVOLUTIONS, Architecture
from skipscope.model.describe.words import FieldError

RESNET, IDENTITY_MAPPINGS = "He et al. 2015 (arXiv 1512.03385)", "He et al. 2016 (arXiv 1603.05027)"
RESNEXT, WIDE = "Xie et al. 2016 (arXiv 1611.05431)", "Zagoruyko & Komodakis 2016 (arXiv 1605.07146)"
TRICKS, SQUEEZE = "He et al. 2018 (arXiv 1812.01187)", "Hu et al. 2018 (arXiv 1709.01507)"

MAX_NAME = 100
"""Characters of a name that are looked at and told."""


class UnknownPreset(FieldError):  # noqa: N818 the name reads as what happened
    """A preset name that does not exist; ``suggestions`` are the nearest that do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.suggestions = _nearest(name[:MAX_NAME])
        hint = (
            f" Did you mean {' or '.join(self.suggestions)}?"
            if self.suggestions
            else f" There are {', '.join(PRESETS)}."
        )
        super().__init__(
            "preset", name[:MAX_NAME], "there is no such preset", "choose one from the list of presets",
            f"There is no preset {name[:MAX_NAME]!r}.{hint}",
        )  # fmt: skip

    def __reduce__(self) -> Any:
        """Go to another process whole."""
        return type(self), (self.name,)


def _nearest(name: str) -> tuple[str, ...]:
    """Return the names of presets that a name is near to, or whose title it is near to."""
    near = get_close_matches(plain(name), _by_plain_name(), n=6, cutoff=0.5)
    return tuple(dict.fromkeys(_by_plain_name()[one] for one in near))[:3]


@dataclass(frozen=True)
class Preset:
    """A named architecture: its family, one line about it, its paper, and its fields."""

    name: str
    title: str
    family: str
    summary: str
    paper: str
    fields: Mapping[str, Any]

    @cached_property
    def architecture(self) -> Architecture:
        """The architecture, checked when first asked for."""
        return Architecture.model_validate(dict(self.fields))


_IMAGENET: dict[str, Any] = {"widths": (64, 128, 256, 512)}
_CIFAR: dict[str, Any] = {
    "stem": "cifar", "stem_width": 16, "widths": (16, 32, 64), "image_size": 32, "num_classes": 10,
}  # fmt: skip
_DEPTHS: dict[int, tuple[str, tuple[int, ...]]] = {
    18: ("basic", (2, 2, 2, 2)),
    26: ("bottleneck", (2, 2, 2, 2)),
    34: ("basic", (3, 4, 6, 3)),
    50: ("bottleneck", (3, 4, 6, 3)),
    101: ("bottleneck", (3, 4, 23, 3)),
    152: ("bottleneck", (3, 8, 36, 3)),
}


def _imagenet(depth: int, **differences: Any) -> dict[str, Any]:
    block, depths = _DEPTHS[depth]
    return {**_IMAGENET, "block": block, "depths": depths, **differences}


def _cifar(depth: int, **differences: Any) -> dict[str, Any]:
    return {**_CIFAR, "depths": ((depth - 2) // 6,) * 3, "projection": "A", **differences}


def _wide(depth: int, factor: int) -> dict[str, Any]:
    widths = (16 * factor, 32 * factor, 64 * factor)
    return {**_CIFAR, "depths": ((depth - 4) // 6,) * 3, "widths": widths, "order": "pre_activation"}


def _all() -> Iterator[Preset]:
    for d in (18, 34, 50, 101, 152):
        yield Preset(
            f"resnet{d}", f"ResNet-{d}", "ResNet", f"{d} layers for ImageNet, as in torchvision", RESNET, _imagenet(d)
        )
    for d, groups, width in ((50, 32, 4), (101, 32, 8), (101, 64, 4)):
        fields = _imagenet(d, groups=groups, width_per_group=width)
        line = f"ResNet-{d} with {groups} groups of {width} channels in the 3x3 convolutions"
        yield Preset(
            f"resnext{d}_{groups}x{width}d", f"ResNeXt-{d} {groups}x{width}d", "ResNeXt", line, RESNEXT, fields
        )
    for d in (50, 101):
        line = f"ResNet-{d} with twice the channels in the 3x3 convolutions"
        yield Preset(
            f"wide_resnet{d}_2", f"Wide ResNet-{d}-2", "Wide ResNet", line, WIDE, _imagenet(d, width_per_group=128)
        )
    for d in (20, 32, 44, 56, 110, 1202):
        line = f"{d} layers for CIFAR, parameter-free shortcuts (option A)"
        yield Preset(f"resnet{d}", f"ResNet-{d}", "CIFAR ResNet", line, RESNET, _cifar(d))
    for d in (18, 34):
        line = f"ResNet-{d} without its shortcuts"
        yield Preset(f"plain{d}", f"plain-{d}", "Plain", line, RESNET, _imagenet(d, skips=False))
    for d in (20, 32, 44, 56, 110):
        line = f"ResNet-{d} without its shortcuts"
        yield Preset(f"plain{d}", f"plain-{d}", "CIFAR plain", line, RESNET, _cifar(d, skips=False))
    yield Preset(
        "preact_resnet110", "pre-activation ResNet-110", "Pre-activation", "BN and ReLU before each convolution",
        IDENTITY_MAPPINGS, _cifar(110, order="pre_activation"),
    )  # fmt: skip
    for d in (164, 1001):
        fields = {
            **_CIFAR, "block": "bottleneck", "bottleneck_stride": "1x1", "depths": ((d - 2) // 9,) * 3,
            "order": "pre_activation",
        }  # fmt: skip
        line = f"{d} layers of bottlenecks, BN and ReLU before each convolution"
        yield Preset(
            f"preact_resnet{d}", f"pre-activation ResNet-{d}", "Pre-activation", line, IDENTITY_MAPPINGS, fields
        )
    for d, k in ((16, 4), (16, 8), (28, 10), (40, 4)):
        yield Preset(f"wrn_{d}_{k}", f"WRN-{d}-{k}", "Wide ResNet", f"{d} layers, {k} times as wide", WIDE, _wide(d, k))
    yield Preset("resnet26", "ResNet-26", "timm", "bottlenecks, two a stage", RESNET, _imagenet(26))
    for d in (18, 34, 50, 101, 152):
        fields = _imagenet(d, stem="deep", downsample="avg_pool")
        line = f"ResNet-{d} with a stem of three 3x3 and average pooling in the shortcuts"
        yield Preset(f"resnet{d}d", f"ResNet-{d}-D", "timm", line, TRICKS, fields)
    line = "ResNet-50 with squeeze and excitation"
    yield Preset("seresnet50", "SE-ResNet-50", "timm", line, SQUEEZE, _imagenet(50, squeeze_excitation=True))


PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _all()}


def preset(name: str, **overrides: Any) -> Architecture:
    """Return a named architecture, with some of its fields replaced. Its title names it too: "ResNet-50" is resnet50.

    Raise UnknownPreset with the nearest names, and pydantic's ValidationError where the result makes no sense.
    """
    known = name if name in PRESETS else _by_plain_name().get(plain(name[:MAX_NAME]))
    if known is None:
        raise UnknownPreset(name)
    architecture = PRESETS[known].architecture
    return architecture.replace(**overrides) if overrides else architecture


def plain(text: str) -> str:
    """Return a text's letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())


@lru_cache(maxsize=1)
def _by_plain_name() -> dict[str, str]:
    titles = {plain(entry.title): entry.name for entry in PRESETS.values()}
    return titles | {plain(name): name for name in PRESETS}


def resolve(description: Mapping[str, Any]) -> Architecture:
    """Return the architecture that a JSON object describes: whole, or as differences from its ``preset``."""
    if "preset" not in description:
        return Architecture.model_validate(dict(description))
    name = description["preset"]
    if not isinstance(name, str):
        raise UnknownPreset(str(name))
    return preset(name, **{field: value for field, value in description.items() if field != "preset"})


def find(architecture: Architecture) -> Preset | None:
    """Return the preset that is this architecture, or none."""
    return _by_architecture().get(architecture)


@lru_cache(maxsize=1)
def _by_architecture() -> dict[Architecture, Preset]:
    return {entry.architecture: entry for entry in PRESETS.values()}


def num_weighted_layers(architecture: Architecture) -> int:
    """Count layers as the literature does: convolutions and linear layers on the main path, projections left out."""
    stem = 3 if architecture.stem == "deep" else 1
    return stem + architecture.num_blocks * CONVOLUTIONS[architecture.block] + 1


FROM_DATA = ("image_size", "in_channels", "num_classes")
"""Fields that data decide, and that say nothing of which preset a network is like."""


def stated(architecture: Architecture) -> dict[str, Any]:
    """Return an architecture as JSON, stated as its differences from the preset with the fewest: `resolve` reads it."""
    whole = architecture.model_dump(mode="json")

    def weight(usual: Mapping[str, Any]) -> int:
        return sum(value != usual[field] for field, value in whole.items() if field not in FROM_DATA)

    nearest, usual = min(_as_json().items(), key=lambda entry: weight(entry[1]))
    return {"preset": nearest, **{field: value for field, value in whole.items() if value != usual[field]}}


@lru_cache(maxsize=1)
def _as_json() -> dict[str, dict[str, Any]]:
    return {entry.name: entry.architecture.model_dump(mode="json") for entry in PRESETS.values()}
