"""What a layout needs to know of a network, taken from its summary: stages of blocks, each block a chain of
convolutions and points between them. No coordinates here. The page's twin is static/js/figure/net.js."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from skipscope.model.show.path import number

Json = Mapping[str, Any]
BOXED = frozenset({"conv", "linear", "max_pool", "avg_pool"})
POINTS = frozenset({"activation", "se", "scale", "gate", "dropout"})
INNER = re.compile(r"\.(se|gate)\.(?!residual$)")
"""Layers inside a gate or a squeeze-and-excitation: the diagram draws the whole."""


class Box(NamedTuple):
    """A convolution, pooling or linear layer, drawn as a box; `texts` from the fullest to the shortest."""

    layer: str
    texts: tuple[str, ...]


class Point(NamedTuple):
    """A layer drawn as a mark, after so many boxes of its chain."""

    layer: str
    type: str
    after: int


@dataclass(slots=True)
class Chain:
    """Boxes one after the other, and the marks between them."""

    boxes: list[Box] = field(default_factory=list[Box])
    points: list[Point] = field(default_factory=list[Point])


class NetBlock(NamedTuple):
    """A block; `shortcut` is what its skip is, or would be; `skip_texts` say what it does to x, empty for identity."""

    number: int
    name: str
    shortcut: Literal["identity", "projection"]
    skip_texts: tuple[str, ...]
    branch: Chain
    activation_after: bool


@dataclass(slots=True)
class Stage:
    """Blocks of one width."""

    name: str
    title: str
    size: str
    channels: int
    blocks: list[NetBlock] = field(default_factory=list[NetBlock])


@dataclass(slots=True)
class Net:
    """A network as the layouts see it."""

    label: str
    stages: list[Stage]
    stem: Chain
    head: Chain
    num_blocks: int


class LeadStage(NamedTuple):
    """The places of a stage, after `first` others: the blocks of the network that has most here."""

    name: str
    title: str
    subtitle: str
    told: str
    first: int
    blocks: list[NetBlock]


class Lead(NamedTuple):
    """The places that networks beside each other need."""

    stages: list[LeadStage]
    stem: Chain
    head: Chain
    num_boxes: int
    num_places: int


def lead_of(nets: Sequence[Net]) -> Lead:
    """Find the places that networks need: a stage has as many as the longest of them there."""
    stages: list[LeadStage] = []
    places = 0
    for s in range(max(len(net.stages) for net in nets)):
        own = [net.stages[s] for net in nets if s < len(net.stages)]
        longest = max(own, key=lambda stage: len(stage.blocks))
        count = _listed(len(net.stages[s].blocks) if s < len(net.stages) else 0 for net in nets)
        subtitle = f"{_listed(stage.size for stage in own)}, {_listed(stage.channels for stage in own)} ch"
        blocks = f"{count} block{'' if count == '1' else 's'}"
        stages.append(LeadStage(longest.name, longest.title, subtitle, blocks, places, longest.blocks))
        places += len(longest.blocks)
    stem, head = (max(chains, key=lambda chain: len(chain.boxes)) for chains in _ends(nets))
    boxes = max(len(stage.blocks[0].branch.boxes) for net in nets for stage in net.stages)
    return Lead(stages, stem, head, boxes, places)


def _ends(nets: Sequence[Net]) -> tuple[list[Chain], list[Chain]]:
    return [net.stem for net in nets], [net.head for net in nets]


def _listed(values: Iterable[str | int]) -> str:
    """What is the same in all, once."""
    return "/".join(str(value) for value in dict.fromkeys(values))


def describe(summary: Json, label: str | None = None) -> Net:
    """Describe a network, given by its summary as JSON data, for the layouts."""
    layers = {layer["name"]: layer for layer in summary["layers"]}
    stages: list[Stage] = []
    blocks = summary["graph"]["blocks"]
    for index, block in enumerate(blocks):
        if not stages or stages[-1].name != block["stage"]:
            channels, height, width = block["output_shape"]
            stages.append(Stage(block["stage"], block["stage"], f"{height}×{width}", channels))
        own = [layers[name] for name in block["layers"] if name in layers]
        branch = _chain([layer for layer in own if layer["path"] == "residual"])
        shortcut, texts = _shortcut(block, summary["architecture"])
        stages[-1].blocks.append(NetBlock(index, block["name"], shortcut, texts, branch, _activated_after(own)))
    stem, head = ([layer for layer in summary["layers"] if layer["stage"] == part] for part in ("stem", "head"))
    return Net(summary["label"] if label is None else label, stages, _chain(stem), _chain(head), len(blocks))


def _activated_after(own: Sequence[Json]) -> bool:
    """Tell whether an activation follows what the branch does, on the trunk."""
    last = max((i for i, layer in enumerate(own) if layer["path"] == "residual"), default=-1)
    return any(layer["type"] == "activation" and layer["path"] == "trunk" for layer in own[last + 1 :])


def _shortcut(block: Json, architecture: Json) -> tuple[Literal["identity", "projection"], tuple[str, ...]]:
    """Say what a block's skip is; for one that is cut, what it would be."""
    shortcut, projection = architecture["shortcut"], architecture["projection"]
    reshaped = list(block["input_shape"]) != list(block["output_shape"])
    convolved = projection == "C" or shortcut == "conv1x1"
    shape = ("pad" if projection == "A" else "1×1") if reshaped else "1×1" if convolved else ""
    factors = {
        "constant_scaling": f"×{number(architecture['shortcut_scale'])}",
        "exclusive_gating": "×(1−g)",
        "shortcut_only_gating": "×(1−g)",
        "dropout": "dropout",
    }
    factor = factors.get(shortcut, "")
    texts = (" ".join(filter(None, (shape, factor))), shape or factor)
    return "projection" if reshaped or convolved else "identity", tuple(filter(None, texts))


def _chain(layers: Sequence[Json]) -> Chain:
    chain = Chain()
    for layer in layers:
        if INNER.search(layer["name"]):
            continue
        if layer["type"] in BOXED:
            chain.boxes.append(Box(layer["name"], texts_of(layer)))
        elif layer["type"] in POINTS:
            chain.points.append(Point(layer["name"], layer["type"], len(chain.boxes)))
    return chain


def texts_of(layer: Json) -> tuple[str, ...]:
    """Name a layer as the paper's figures do, from the fullest to the shortest."""
    kernel, channels = layer["kernel"], layer["output_shape"][0]
    down = f", /{layer['stride']}" if layer["stride"] > 1 else ""
    if layer["type"] == "conv":
        return f"{kernel}×{kernel}, {channels}{down}", f"{kernel}×{kernel}, {channels}", f"{kernel}×{kernel}"
    if layer["type"] == "linear":
        return f"fc {channels}", "fc"
    if layer["type"] == "max_pool":
        return f"max pool{down}", "max", "m"
    return "avg pool", "avg", "a"
