"""From an Architecture to its graph: every layer with shapes, parameters and MACs, the blocks, and the places that are
measured. The module builder makes what is listed here, in this order. Plain Python: no tensor, nothing to import."""

from functools import cached_property
from typing import NamedTuple

from model.architecture import Architecture
from model.sections import block, head, stem
from model.units import ENTRY, Shape, Unit


class Layer(NamedTuple):
    """One module of the net, named by its path.

    Shapes are [C, H, W], or [features] for the linear layer, without the batch. `inputs` names the layers it reads;
    the first one reads the image and names none. `macs` counts multiply-accumulates of convolutions and the linear
    layer. `activation_bytes` is what training keeps for a sample because of this layer (docs/architectures.md).
    """

    name: str
    type: str
    stage: str
    block: str | None
    path: str
    inputs: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape
    parameters: int
    macs: int
    receptive_field: int
    kernel: int
    stride: int
    groups: int
    bias: bool
    activation_bytes: int


class Edge(NamedTuple):
    """An arrow from one layer to the next; `kind` is trunk, identity, projection or residual."""

    source: str
    target: str
    kind: str


class Block(NamedTuple):
    """One residual unit. `shortcut` is identity, projection or none; `layers` names its layers in order."""

    name: str
    stage: str
    index: int
    skip: bool
    shortcut: str
    layers: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape


class Tap(NamedTuple):
    """A tensor that is measured: the output of the submodule `module`. `activation`: an activation function made it."""

    name: str
    module: str
    kind: str
    block: str | None
    activation: bool


class Graph:
    """A whole network as one ordered list of layers, and what follows from it."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.parameters = self.macs = self.activation_bytes = self.receptive_field = 0
        layers: list[Layer] = []
        blocks: list[Block] = []
        unit = stem(architecture)
        entry = self._place(layers, unit, "", "stem", None, "")
        layers[0] = layers[0]._replace(inputs=())
        shape, jump, kept = unit.shape, unit.jumps[unit.last], unit.output_kept
        skip_of = iter(architecture.skip_of)
        for number, (depth, planes) in enumerate(zip(architecture.depths, architecture.widths, strict=True), 1):
            stage = f"layer{number}"
            units: dict[tuple[bool, bool], Unit] = {}
            for index in range(depth):
                first, skip = index == 0, next(skip_of)
                unit = units.get((first, skip))
                if unit is None:
                    stride = 2 if first and number > 1 else 1
                    unit = block(architecture, planes, shape, jump, kept, stride=stride, first=first, skip=skip)
                    units[first, skip] = unit
                name = f"{stage}.{index}"
                start = len(layers)
                entry = self._place(layers, unit, name + ".", stage, name, entry)
                names = tuple([layer[0] for layer in layers[start:]])
                blocks.append(Block(name, stage, index, skip, unit.shortcut, names, unit.shapes[ENTRY], unit.shape))
                shape, jump, kept = unit.shape, unit.jumps[unit.last], unit.output_kept
        field = self.receptive_field
        self._place(layers, head(architecture, shape, jump, kept), "", "head", None, entry)
        self.receptive_field = field
        self.layers = tuple(layers)
        self.blocks = tuple(blocks)

    def _place(self, layers: list[Layer], unit: Unit, prefix: str, stage: str, block: str | None, entry: str) -> str:
        """Append a unit's layers under their full names and return the last name."""
        names = [prefix + row[0] for row in unit.rows]
        names.append(entry)  # ENTRY is -1: the last
        field = self.receptive_field or 1
        new, append = tuple.__new__, layers.append
        for name, row in zip(names, unit.rows, strict=False):
            (
                _,
                kind,
                path,
                source,
                other,
                entered,
                left,
                parameters,
                macs,
                beyond,
                kernel,
                stride,
                groups,
                bias,
                kept,
            ) = row
            inputs = (names[source],) if other is None else (names[source], names[other])
            append(new(Layer, (
                name, kind, stage, block, path, inputs, entered, left, parameters, macs, field + beyond,
                kernel, stride, groups, bias, kept,
            )))  # fmt: skip
        self.receptive_field = field + unit.fields[unit.last]
        self.parameters += unit.parameters
        self.macs += unit.macs
        self.activation_bytes += unit.activation_bytes
        return names[unit.last]

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """List who reads whom. A path's edges lead into, along and out of it."""
        paths = {layer.name: layer.path for layer in self.layers}
        edges: list[Edge] = []
        for layer in self.layers:
            for source in layer.inputs:
                kind = paths[source]
                if kind == "trunk":
                    kind = "identity" if layer.type == "add" else layer.path
                edges.append(Edge(source, layer.name, kind))
        return tuple(edges)

    @cached_property
    def taps(self) -> tuple[Tap, ...]:
        """List the tensors that are measured: activations, blocks' outputs, logits."""
        taps: list[Tap] = []
        blocks = {block.layers[-1]: block for block in self.blocks}
        for layer in self.layers:
            name, active = layer.name, layer.type == "activation"
            inner = active and name.rpartition(".")[0] == (layer.block or "")
            ending = blocks.get(name)
            if ending is not None:
                taps.append(Tap(ending.name, ending.name, "block", ending.name, active))
            elif inner:
                taps.append(Tap(name, name, "activation", layer.block, True))
            elif layer.type == "linear":
                taps.append(Tap(name, name, "logits", None, False))
        return tuple(taps)

    @cached_property
    def weights(self) -> tuple[str, ...]:
        """Name every convolution and linear layer, in order."""
        return tuple([layer.name for layer in self.layers if layer.type in ("conv", "linear")])

    @property
    def depth(self) -> int:
        """Count the weighted layers as the literature does: those of the main path, projections and gates left out."""
        a = self.architecture
        return (3 if a.stem == "deep" else 1) + (2 if a.block == "basic" else 3) * a.num_blocks + 1


def build_graph(architecture: Architecture) -> Graph:
    """Compute the graph of an architecture, without a tensor."""
    return Graph(architecture)
