"""Names of networks for people, made here alone: for the page, the API, exports, notebooks and the command line."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.presets import PRESETS, find, num_weighted_layers, plain

_NOT_FOUND = 9
MAX_LABEL = 80
"""Characters of a name."""
_FORK_ROOM = 30
_FORK = re.compile(r", fork at step \d+( \(2\))?$")
FRAME = (
    "block", "depths", "widths", "bottleneck_stride", "stem", "stem_width", "downsample", "groups", "width_per_group",
    "squeeze_excitation",
)  # fmt: skip
"""Fields that make a network one of a family; the others are its settings."""
_SILENT = ("variants", "labels", "device", "record_every", "eval_every", "channels_last", "skips", "in_channels",
           "num_classes")  # fmt: skip
"""Fields that say nothing of a training but how it was done, or follow from others."""
_MOST = 3
"""So many differences of a training are said."""
_DATA = ("image_size", "in_channels", "num_classes")
"""Fields that the data decide."""
_ORDERS = {
    "post_activation": "post-activation", "bn_after_addition": "BN after addition",
    "relu_before_addition": "ReLU before addition", "relu_only_preactivation": "ReLU-only pre-activation",
    "pre_activation": "pre-activation",
}  # fmt: skip
_WORDS = {
    "norm": {"batch": "BatchNorm", "group": "GroupNorm", "none": "norm none"},
    "order": _ORDERS,
    "activation": {"relu": "ReLU", "leaky_relu": "leaky ReLU", "gelu": "GELU", "silu": "SiLU"},
    "init": {
        "kaiming_normal": "Kaiming", "xavier_normal": "Xavier", "orthogonal": "orthogonal",
        "delta_orthogonal": "delta-orthogonal", "normal": "normal",
    },
    "residual_init": {
        "none": "branches as drawn", "zero_gamma": "zero gamma", "skipinit": "SkipInit", "fixup": "Fixup",
        "layer_scale": "LayerScale", "depth_scaled": "branches over √L",
    },
    "squeeze_excitation": {True: "SE", False: "no SE"},
    "optimizer": {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"},
}  # fmt: skip


def label(architecture: Architecture) -> str:
    """Name one network: its preset's title, or that of the preset it differs from by settings; else by its frame.

    A cut skip does not rename a network until as many are cut as are connected.
    """
    known = _known(architecture)
    return known if known is not None else _by_frame(architecture)


def labels_of(
    architectures: Sequence[Architecture], more: Sequence[Mapping[str, Any]] | None = None,
    born: Sequence[Architecture] | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Name networks that stand beside each other, each differently: namesakes say in what they differ.

    `more` are other things in which they may differ, such as `{"lr": 0.02}`. `born` are the networks before skips were
    changed, by which they go: a cut renames none. Networks that differ in nothing are numbered.
    """
    made = born or architectures
    names = [label(one) for one in made]
    said = [
        _with(name, _differences([j for j, other in enumerate(names) if other == name], i, made, more))
        for i, name in enumerate(names)
    ]
    return tuple(
        f"{name} ({said[: i + 1].count(name)})" if said.count(name) > 1 else name for i, name in enumerate(said)
    )


def families_of(architectures: Sequence[Architecture]) -> tuple[str, ...]:
    """Name networks of one depth that stand beside each other, each differently, without the number of layers."""
    return tuple(re.sub(r"-\d+(?=\D|$)", "", name, count=1) for name in labels_of(architectures))


def runs_beside(requests: Sequence[Mapping[str, Any]], given: Sequence[str] = ()) -> tuple[str, ...]:
    """Name trainings that stand beside each other: by a name that somebody gave, else by what differs between them.

    `requests` are JSON, whole. Fields in which the networks of one training differ say nothing of the training. The
    name is empty where nothing differs, and of one training alone.
    """
    if len(requests) < 2:
        return ("",) * len(requests)
    names = [*given] or [""] * len(requests)
    fields = [_of_run(request) for request in requests]
    unnamed = [one for one, name in zip(fields, names, strict=True) if not name]
    compared = unnamed if len(unnamed) > 1 else fields
    differing = [
        field for field in dict.fromkeys(field for one in compared for field in one)
        if any(one.get(field) != compared[0].get(field) for one in compared)
    ][:_MOST]  # fmt: skip
    return tuple(
        name or ", ".join(_said(field, one[field]) for field in differing if one.get(field) is not None)
        for name, one in zip(names, fields, strict=True)
    )


def _of_run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a training, and of its networks if all have the same; one elsewhere has no such networks."""
    first, *others = request.get("variants") or ({},)
    shared = {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}
    found = {name: value for name, value in {**request, **shared, **request}.items() if name not in _SILENT}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def forked(name: str, step: int) -> tuple[str, str]:
    """Name a network and its copy that goes on from a step; a copy of a copy says the latest step alone."""
    made = f"{_FORK.sub('', name)[: MAX_LABEL - _FORK_ROOM]}, fork at step {step}"
    return name, f"{made} (2)" if made == name else made


def _with(name: str, differences: list[str]) -> str:
    return ", ".join([name, *differences])


def _differences(
    namesakes: list[int], own: int, architectures: Sequence[Architecture], more: Sequence[Mapping[str, Any]] | None
) -> list[str]:
    """Say the fields of one network in which its namesakes are not all alike."""
    if len(namesakes) < 2:
        return []
    fields = [
        {
            **architectures[i].model_dump(exclude=set(_DATA)),
            "skips": architectures[i].skip_of,
            **(more[i] if more else {}),
        }
        for i in namesakes
    ]
    mine = fields[namesakes.index(own)]
    names = dict.fromkeys(name for one in fields for name in one)
    differing = [name for name in names if any(one.get(name) != mine.get(name) for one in fields)]
    return [_said(name, mine[name]) for name in differing if name in mine]


def _said(field: str, value: Any) -> str:
    if field == "skips":
        return skips_said(value)
    words = _WORDS.get(field, {})
    if not isinstance(value, tuple) and value in words:
        return words[value]
    if field == "activation":
        return str(value)
    return f"{field.replace('_', ' ')} {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(map(str, cast("tuple[Any, ...]", value)))
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower().replace("_", " ") if isinstance(value, str | bool) else str(value)


def skips_said(skips: Sequence[bool]) -> str:
    """Say which skips are connected, in the fewest words."""
    connected, total = sum(skips), len(skips)
    if connected in (0, total):
        return "all skips" if connected else "no skips"
    cut = total - connected
    return f"{cut} of {total} skips cut" if connected >= cut else f"{connected} of {total} skips connected"


def mostly_connected(architecture: Architecture) -> bool:
    """Say whether at least as many skips are connected as are cut."""
    skips = architecture.skip_of
    return 2 * sum(skips) >= len(skips)


def _known(architecture: Architecture) -> str | None:
    """Return the title of the preset of this frame; of several, that of the same order and projection."""
    exact = find(architecture)
    if exact is not None:
        return exact.title
    residual = mostly_connected(architecture)
    candidates = [
        entry for entry in _by_frame_of_presets().get(_frame(architecture), ())
        if any(PRESETS[entry].architecture.skip_of) == residual
    ]  # fmt: skip
    if not candidates:
        return None

    def distance(name: str) -> tuple[bool, bool]:
        other = PRESETS[name].architecture
        return other.order != architecture.order, other.projection != architecture.projection

    nearest = PRESETS[min(candidates, key=distance)]
    return nearest.title if nearest.architecture.order == architecture.order else _ordered(nearest.title, architecture)


def _ordered(title: str, architecture: Architecture) -> str:
    """Add the order to the title of a preset of another one: a pre-activation ResNet is a network of its own."""
    plain = title.removeprefix("pre-activation ")
    return f"pre-activation {plain}" if architecture.order == "pre_activation" else plain


@lru_cache(maxsize=1)
def _by_frame_of_presets() -> dict[tuple[Any, ...], list[str]]:
    found: dict[tuple[Any, ...], list[str]] = {}
    for name, entry in PRESETS.items():
        found.setdefault(_frame(entry.architecture), []).append(name)
    return found


def _frame(architecture: Architecture) -> tuple[Any, ...]:
    return tuple(getattr(architecture, name) for name in FRAME)


def _by_frame(a: Architecture) -> str:
    """Name a network that is no preset's: family, depth as the literature counts it, widths."""
    # the three convolutions of a deep stem count once
    depth = num_weighted_layers(a) - (2 if a.stem == "deep" else 0)
    before = "SE-" if a.squeeze_excitation else ""
    if not mostly_connected(a):
        return f"{before}plain-{depth}"
    factor = a.widths[0] / 16
    base = tuple(round(16 * 2**stage * factor) for stage in range(len(a.widths)))
    if a.block == "basic" and a.stem == "cifar" and a.stem_width == 16 and factor > 1 and a.widths == base:
        return f"{before}WRN-{depth + 2}-{factor:g}"
    after = "-D" if a.stem == "deep" and a.downsample == "avg_pool" else ""
    if a.block == "repvgg":
        return f"RepVGG-{depth}{after}"
    if a.groups > 1:
        return f"{before}ResNeXt-{depth}{after} {a.groups}x{a.width_per_group}d"
    if a.block == "bottleneck" and a.width_per_group != 64:
        return f"{before}Wide ResNet-{depth}{after}-{a.width_per_group / 64:g}"
    title = f"{before}ResNet-{depth}{after}"
    return f"pre-activation {title}" if a.order == "pre_activation" else title


def search(text: str) -> list[str]:
    """Return the presets that a text finds, by title or by name, the best first.

    Case, spaces and hyphens do not matter: "ResNet-50", "resnet 50" and "RESNET50" all find resnet50 first.
    """
    wanted = plain(text)
    ranked = [(_rank(wanted, entry.name, entry.title), i, entry.name) for i, entry in enumerate(PRESETS.values())]
    return [name for _, _, name in sorted(row for row in ranked if row[0] < _NOT_FOUND)] if wanted else list(PRESETS)


def _rank(wanted: str, *names: str) -> int:
    texts = [plain(name) for name in names]
    ways = (
        wanted in texts,
        any(text.startswith(wanted) for text in texts),
        any(wanted in text for text in texts),
    )
    return next((rank for rank, way in enumerate(ways) if way), _NOT_FOUND)
