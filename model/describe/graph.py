"""From an Architecture to its graph: every layer with shapes, parameters and MACs, the blocks, and the places that are
measured. The module builder makes what is listed here, in this order. Plain Python: no tensor, nothing to import."""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.sections import block, head, stem
from skipscope.model.describe.units import ENTRY, Shape, Unit


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


Place = tuple[str, int | None, bool, Unit, int]
"""Stage, index in it, skip, layers, and the receptive field of what enters."""


class Edge(NamedTuple):
    """An arrow from one layer to the next; `kind` is trunk, identity, projection or residual."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class Block:
    """One residual unit. `shortcut` is identity, projection or none; `layers` names its layers in order."""

    name: str
    stage: str
    index: int
    skip: bool
    shortcut: str
    layers: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape

    def to_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


class Tap(NamedTuple):
    """A tensor that is measured: the output of the submodule `module`. `activation`: an activation function made it."""

    name: str
    module: str
    kind: str
    block: str | None
    activation: bool


class Graph:
    """A whole network as one ordered list of layers, and what follows from it.

    Totals are there at once, lists when asked for: `parameters`, `macs` of one image, `activation_bytes` that training
    keeps for a sample in float32, and the `receptive_field` of the last block's output, in pixels.
    """

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.parameters = self.macs = self.activation_bytes = 0
        self.receptive_field = 1
        self._places: list[Place] = []
        unit = self._put("stem", None, True, stem(architecture))
        skip_of = iter(architecture.skip_of)
        for number, (depth, planes) in enumerate(zip(architecture.depths, architecture.widths, strict=True), 1):
            stage = f"layer{number}"
            kinds: dict[tuple[bool, bool], Unit] = {}
            for index in range(depth):
                kind = first, skip = index == 0, next(skip_of)
                if kind not in kinds:
                    kinds[kind] = block(unit.next(), planes, 2 if first and number > 1 else 1, first=first, skip=skip)
                unit = self._put(stage, index, skip, kinds[kind])
        field = self.receptive_field
        self._put("head", None, True, head(unit.next()))
        self.receptive_field = field

    def _put(self, stage: str, index: int | None, skip: bool, unit: Unit) -> Unit:
        self._places.append((stage, index, skip, unit, self.receptive_field))
        self.parameters += unit.parameters
        self.macs += unit.macs
        self.activation_bytes += unit.activation_bytes
        self.receptive_field += unit.fields[-1]
        return unit

    @property
    def norms_one_pixel(self) -> bool:
        """Return whether a normalisation layer has maps of a single pixel, without listing the layers."""
        units = {id(unit): unit for _, _, _, unit, _ in self._places}
        return any(row[0] == "norm" and row[5][1:] == (1, 1) for unit in units.values() for row in unit.rows)

    @property
    def ends(self) -> tuple[Shape, Shape]:
        """Return the shapes of the outputs of the first and the last block, without listing the blocks."""
        units = [unit for _, index, _, unit, _ in self._places if index is not None]
        return units[0].shape, units[-1].shape

    @property
    def num_layers(self) -> int:
        """Count the layers, without listing them."""
        return sum(len(unit.names) for _, _, _, unit, _ in self._places)

    @property
    def largest_output(self) -> int:
        """Return the most numbers that one layer's output has, without listing the layers: most blocks are alike."""
        units = {id(unit): unit for _, _, _, unit, _ in self._places}
        return max(prod(shape) for unit in units.values() for shape in unit.shapes[1:])

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """List all layers in order."""
        layers: list[Layer] = []
        new, append, last = tuple.__new__, layers.append, ""
        for stage, index, _, unit, field in self._places:
            block = None if index is None else f"{stage}.{index}"
            prefix = "" if index is None else f"{stage}.{index}."
            names = [last]
            names += [prefix + local for local in unit.names]
            for place, (kind, path, first, second, into, out, parameters, macs, beyond, rest) in enumerate(
                unit.rows, 1
            ):
                inputs = (names[first],) if second is None else (names[first], names[second])
                costs = (parameters, macs, field + beyond)
                append(new(Layer, (names[place], kind, stage, block, path, inputs, into, out, *costs, *rest)))
            last = names[-1]
        layers[0] = layers[0]._replace(inputs=())
        return tuple(layers)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """List all blocks in order."""
        blocks: list[Block] = []
        for stage, index, skip, unit, _ in self._places:
            if index is not None:
                name = f"{stage}.{index}"
                names = tuple([f"{name}.{local}" for local in unit.names])
                blocks.append(Block(name, stage, index, skip, unit.shortcut, names, unit.shapes[ENTRY], unit.shape))
        return tuple(blocks)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """List who reads whom. A path's edges lead into, along and out of it."""
        sources = {layer.name: layer for layer in self.layers}
        edges: list[Edge] = []
        for layer in self.layers:
            for source in layer.inputs:
                kind = sources[source].path
                # A block without a shortcut ends on its residual path, and what reads that end stands outside it.
                if kind == "trunk" or sources[source].block != layer.block:
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
        return self.architecture.num_weighted


def build_graph(architecture: Architecture) -> Graph:
    """Compute the graph of an architecture, without a tensor."""
    return Graph(architecture)
