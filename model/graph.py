"""The ordered list of layers that an architecture stands for, with shapes, costs and edges; plain Python, no tensor.

The modules are built from this list, the recorder taps what it names and the screen draws it.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd, prod
from typing import Literal, NamedTuple

from model.architecture import GROUP_NORM_GROUPS, Architecture

Path = Literal["trunk", "residual", "identity", "projection"]
EdgeKind = Literal["trunk", "identity", "projection", "residual"]
Shape = tuple[int, ...]


class Layer(NamedTuple):
    """One module of the network; shapes are (channels, height, width) or (features,), without the batch."""

    name: str
    type: str
    stage: str
    block: str | None
    path: Path
    inputs: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape
    parameters: int
    macs: int
    receptive_field: int
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = False
    value: float | None = None


class Edge(NamedTuple):
    """A tensor that flows from one layer to another."""

    source: str
    target: str
    kind: EdgeKind


class Tap(NamedTuple):
    """A measured tensor: the output of the submodule ``module``."""

    name: str
    module: str
    kind: Literal["stem", "activation", "block", "head"]
    block: str | None
    activation: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One residual unit: the names of its layers, by where they stand."""

    name: str
    stage: str
    index: int
    skip: bool
    shortcut: Literal["identity", "projection", "none"]
    before: tuple[str, ...]
    residual: tuple[str, ...]
    identity: tuple[str, ...]
    after: tuple[str, ...]
    gate: str | None
    input_shape: Shape
    output_shape: Shape
    survival: float = 1.0


@dataclass(frozen=True, slots=True)
class Graph:
    """What an architecture builds, in order of execution."""

    layers: tuple[Layer, ...]
    blocks: tuple[Block, ...]
    taps: tuple[Tap, ...]
    weights: tuple[str, ...]
    stem: tuple[str, ...]
    head: tuple[str, ...]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Edges in order of their targets; the kind is the path that the tensor flows on."""
        shortcuts = {block.name: block.shortcut for block in self.blocks}
        edges: list[Edge] = []
        for layer in self.layers:
            if layer.type == "add":
                assert layer.block is not None
                kinds: tuple[str, ...] = ("residual", shortcuts[layer.block])
            else:
                kinds = (layer.path,) * len(layer.inputs)
            edges += (Edge(source, layer.name, kind) for source, kind in zip(layer.inputs, kinds, strict=False))  # pyright: ignore[reportArgumentType]
        return tuple(edges)

    @property
    def by_name(self) -> dict[str, Layer]:
        """Layers by module name."""
        return {layer.name: layer for layer in self.layers}


@lru_cache(maxsize=512)
def build_graph(architecture: Architecture) -> Graph:
    """List the layers, blocks, taps and edges of an architecture.

    MACs count convolutions and linear layers (as torchvision's published figures do) for one image.
    """
    return _Builder(architecture).build()


def group_norm_groups(channels: int) -> int:
    """Groups of a GroupNorm over that many channels: 32, or the largest divisor they share with 32."""
    return gcd(GROUP_NORM_GROUPS, channels)


class _Flow:
    """Where the next layer attaches: the tensor's source, shape, receptive field and stride so far."""

    __slots__ = ("jump", "receptive_field", "shape", "source")

    def __init__(self, source: tuple[str, ...], shape: Shape, receptive_field: int = 1, jump: int = 1) -> None:
        self.source, self.shape, self.receptive_field, self.jump = source, shape, receptive_field, jump

    def copy(self) -> "_Flow":
        return _Flow(self.source, self.shape, self.receptive_field, self.jump)


class _Builder:
    def __init__(self, architecture: Architecture) -> None:
        self.a = architecture
        self.has_norm = architecture.norm != "none"
        self.fixup = architecture.residual_init == "fixup"
        self.conv_bias = not self.has_norm and not self.fixup
        self.layers: list[Layer] = []
        self.blocks: list[Block] = []
        self.taps: list[Tap] = []
        self.stage = "stem"
        self.block: str | None = None
        self.path: Path = "trunk"
        self.prefix = ""

    def build(self) -> Graph:
        a = self.a
        flow = _Flow((), (a.in_channels, a.image_size, a.image_size))
        stem = self._stem(flow)
        survival_step = a.stochastic_depth / a.num_blocks
        number = 0
        for s, (depth, width, inner) in enumerate(zip(a.depths, a.out_widths, a.inner_widths, strict=True), 1):
            self.stage = f"layer{s}"
            for b in range(depth):
                stride = 2 if s > 1 and b == 0 else 1
                skip = a.skip_of[number]
                number += 1
                self._block(flow, b, width, inner, stride, skip, 1.0 - survival_step * number)
        head = self._head(flow)
        weights = tuple(name for layer in self.layers for name in _weights_of(layer))
        return Graph(tuple(self.layers), tuple(self.blocks), tuple(self.taps), weights, stem, head)

    def _add(self, flow: _Flow, name: str, type_: str, shape: Shape, parameters: int = 0, macs: int = 0, **more: object) -> str:
        full = self.prefix + name
        self.layers.append(
            Layer(
                full, type_, self.stage, self.block, self.path, flow.source, flow.shape, shape, parameters, macs,
                flow.receptive_field, **more,  # pyright: ignore[reportArgumentType]
            )
        )  # fmt: skip
        flow.source, flow.shape = (full,), shape
        return full

    def _conv(
        self, flow: _Flow, name: str, out: int, kernel: int = 3, stride: int = 1, groups: int = 1, bias: bool | None = None,
        type_: str = "conv",
    ) -> str:  # fmt: skip
        channels, height, width = flow.shape
        padding = kernel // 2
        has_bias = self.conv_bias if bias is None else bias
        shape = (out, (height + 2 * padding - kernel) // stride + 1, (width + 2 * padding - kernel) // stride + 1)
        weight = out * (channels // groups) * kernel * kernel
        flow.receptive_field += (kernel - 1) * flow.jump
        flow.jump *= stride
        return self._add(
            flow, name, type_, shape, weight + (out if has_bias else 0), weight * shape[1] * shape[2],
            kernel=kernel, stride=stride, padding=padding, groups=groups, bias=has_bias,
        )  # fmt: skip

    def _pool(self, flow: _Flow, name: str, type_: str, kernel: int, stride: int, padding: int) -> str:
        channels, height, width = flow.shape
        shape = (channels, -(-height // stride), -(-width // stride))
        flow.receptive_field += (kernel - 1) * flow.jump
        flow.jump *= stride
        return self._add(flow, name, type_, shape, kernel=kernel, stride=stride, padding=padding)

    def _norm(self, flow: _Flow, name: str) -> list[str]:
        return [self._add(flow, name, "norm", flow.shape, 2 * flow.shape[0])] if self.has_norm else []

    def _bias(self, flow: _Flow, name: str) -> list[str]:
        return [self._add(flow, name, "bias", flow.shape, 1)] if self.fixup else []

    def _activation(self, flow: _Flow, name: str, tap: str | None = None) -> str:
        full = self._add(flow, name, "activation", flow.shape)
        if tap is None:
            kind = "stem" if self.stage == "stem" else "head" if self.stage == "head" else "activation"
            self.taps.append(Tap(full, full, kind, self.block, True))
        return full

    def _stem(self, flow: _Flow) -> tuple[str, ...]:
        a = self.a
        names: list[str] = []
        if a.stem == "deep":
            half = max(1, a.stem_width // 2)
            for i, (out, stride) in enumerate([(half, 2), (half, 1)]):
                names.append(self._conv(flow, f"conv1.{3 * i}", out, 3, stride))
                names += self._norm(flow, f"conv1.{3 * i + 1}") or self._bias(flow, f"conv1.{3 * i + 1}")
                names.append(self._activation(flow, f"conv1.{3 * i + 2}"))
            names.append(self._conv(flow, "conv1.6", a.stem_width))
        elif a.stem == "imagenet":
            names.append(self._conv(flow, "conv1", a.stem_width, 7, 2))
        else:
            names.append(self._conv(flow, "conv1", a.stem_width))
        if a.order != "pre_activation":
            names += self._norm(flow, "bn1") or self._bias(flow, "bias1")
        if a.order not in ("pre_activation", "relu_only_preactivation"):
            names.append(self._activation(flow, "relu"))
        if a.stem != "cifar":
            names.append(self._pool(flow, "maxpool", "max_pool", 3, 2, 1))
        if a.order in ("pre_activation", "relu_only_preactivation"):
            self.taps.append(Tap(names[-1], names[-1], "stem", None, False))
        return tuple(names)

    def _block(self, flow: _Flow, index: int, out: int, inner: int, stride: int, skip: bool, survival: float) -> None:
        a = self.a
        name = f"{self.stage}.{index}"
        self.block, self.prefix = name, name + "."
        entry = flow.shape
        before: list[str] = []
        both_preactivate = a.order == "pre_activation" and index == 0
        self.path = "trunk"
        if both_preactivate:
            before += [*self._norm(flow, "bn1"), self._activation(flow, "relu1")]
        fork = flow.copy()
        self.path = "residual"
        residual = self._residual(flow, out, inner, stride, skip_first=both_preactivate)
        shortcut_flow = fork.copy()
        changes = stride != 1 or entry[0] != out
        identity: list[str] = []
        gate = None
        if skip:
            self.path = "projection" if changes or a.projection == "C" or a.shortcut == "conv1x1" else "identity"
            if a.shortcut in ("exclusive_gating", "shortcut_only_gating"):
                gate = self._conv(fork, "gate", out, 1, stride, bias=True, type_="gate")
            identity = self._shortcut(shortcut_flow, out, stride, changes, gate)
        shortcut = "none" if not skip else "projection" if self.path == "projection" else "identity"
        if gate is not None and a.shortcut == "exclusive_gating":
            self.path = "residual"
            flow.source = (*flow.source, gate)
            residual.append(self._add(flow, "residual_gate", "gated", flow.shape))
        self.path = "trunk"
        after = self._junction(flow, shortcut_flow if skip else None)
        self.taps.append(Tap(name, name, "block", name, self.layers[-1].type == "activation"))
        self.blocks.append(
            Block(
                name, self.stage, index, skip, shortcut, tuple(before), tuple(residual), tuple(identity), tuple(after),
                gate, entry, flow.shape, survival,
            )
        )  # fmt: skip
        self.block, self.prefix = None, ""

    def _convolutions(self, out: int, inner: int, stride: int) -> list[tuple[int, int, int, int]]:
        if self.a.block == "basic":
            return [(inner, 3, stride, 1), (out, 3, 1, 1)]
        return [(inner, 1, 1, 1), (inner, 3, stride, self.a.groups), (out, 1, 1, 1)]

    def _residual(self, flow: _Flow, out: int, inner: int, stride: int, *, skip_first: bool) -> list[str]:
        a = self.a
        convolutions = self._convolutions(out, inner, stride)
        last = len(convolutions)
        names: list[str] = []
        for i, (channels, kernel, step, groups) in enumerate(convolutions, 1):
            if a.order == "pre_activation" and not (i == 1 and skip_first):
                names += [*self._norm(flow, f"bn{i}"), self._activation(flow, f"relu{i}")]
            elif a.order == "relu_only_preactivation":
                names.append(self._activation(flow, f"relu{i}"))
            names += self._bias(flow, f"bias{i}a")
            names.append(self._conv(flow, f"conv{i}", channels, kernel, step, groups))
            if a.order == "pre_activation" or (i == last and a.order == "bn_after_addition"):
                continue
            names += self._norm(flow, f"bn{i}")
            if a.order != "relu_only_preactivation" and (i < last or a.order == "relu_before_addition"):
                names += [*self._bias(flow, f"bias{i}b"), self._activation(flow, f"relu{i}")]
        if a.squeeze_excitation:
            reduced = squeeze_channels(out)
            weight = out * reduced
            names.append(self._add(flow, "se", "se", flow.shape, 2 * weight + out + reduced, 2 * weight))
        if a.residual_init in ("skipinit", "fixup"):
            start = 0.0 if a.residual_init == "skipinit" else 1.0
            names.append(self._add(flow, "scale", "scale", flow.shape, 1, value=start))
            names += self._bias(flow, f"bias{last}b")
        elif a.residual_init == "layer_scale":
            names.append(self._add(flow, "scale", "scale", flow.shape, out, value=1e-5))
        if a.shortcut == "constant_scaling" and a.residual_scale != 1:
            names.append(self._add(flow, "residual_scale", "constant", flow.shape, value=a.residual_scale))
        return names

    def _shortcut(self, flow: _Flow, out: int, stride: int, changes: bool, gate: str | None) -> list[str]:
        a = self.a
        names: list[str] = []
        convolve = a.shortcut == "conv1x1" or a.projection == "C" or (changes and a.projection == "B")
        position = 0
        if self.fixup and convolve:
            names.append(self._add(flow, "downsample.bias", "bias", flow.shape, 1))
        if a.downsample == "avg_pool" and (convolve or changes):
            if stride > 1:
                names.append(self._pool(flow, "downsample.0", "avg_pool", 2, stride, 0))
            position, stride = 1, 1
        if convolve:
            names.append(self._conv(flow, f"downsample.{position}", out, 1, stride))
            if a.order != "pre_activation":
                names += self._norm(flow, f"downsample.{position + 1}")
        elif changes:
            channels, height, width = flow.shape
            flow.jump *= stride
            shape = (out, -(-height // stride), -(-width // stride))
            assert out >= channels
            names.append(self._add(flow, f"downsample.{position}", "pad", shape, stride=stride))
        if a.shortcut == "constant_scaling":
            names.append(self._add(flow, "shortcut_scale", "constant", flow.shape, value=a.shortcut_scale))
        elif a.shortcut == "dropout":
            names.append(self._add(flow, "shortcut_dropout", "dropout", flow.shape, value=a.shortcut_scale))
        elif gate is not None:
            flow.source = (*flow.source, gate)
            names.append(self._add(flow, "shortcut_gate", "gated", flow.shape))
        return names

    def _junction(self, flow: _Flow, shortcut: _Flow | None) -> list[str]:
        a = self.a
        if shortcut is not None:
            flow.source = (*flow.source, *shortcut.source)
            flow.receptive_field = max(flow.receptive_field, shortcut.receptive_field)
        after = [self._add(flow, "junction", "add", flow.shape)]
        last = 2 if a.block == "basic" else 3
        if a.order == "bn_after_addition":
            after += self._norm(flow, f"bn{last}")
        if a.order in ("post_activation", "bn_after_addition"):
            after.append(self._activation(flow, f"relu{last}", tap="block"))
        return after

    def _head(self, flow: _Flow) -> tuple[str, ...]:
        a = self.a
        self.stage, self.path = "head", "trunk"
        names: list[str] = []
        if a.order == "pre_activation":
            names += self._norm(flow, "bn_final")
        if a.order in ("pre_activation", "relu_only_preactivation"):
            names.append(self._activation(flow, "relu_final"))
        channels, height, _ = flow.shape
        flow.receptive_field += (height - 1) * flow.jump
        names.append(self._add(flow, "avgpool", "global_pool", (channels, 1, 1), kernel=height))
        names += self._bias(flow, "bias_head")
        flow.shape = (channels,)
        parameters, macs = channels * a.num_classes + a.num_classes, channels * a.num_classes
        names.append(self._add(flow, "fc", "linear", (a.num_classes,), parameters, macs, bias=True))
        self.taps.append(Tap("fc", "fc", "head", None, False))
        return tuple(names)


def squeeze_channels(channels: int) -> int:
    """Reduced channels of an SE module, as timm rounds them: channels/16 to the nearest multiple of 8, at least 8."""
    return max(8, int(channels / 16 + 4) // 8 * 8)


def _weights_of(layer: Layer) -> tuple[str, ...]:
    if layer.type in ("conv", "gate", "linear"):
        return (layer.name,)
    return (f"{layer.name}.fc1", f"{layer.name}.fc2") if layer.type == "se" else ()
