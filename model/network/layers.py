"""From a layer of the graph to its module, and from a block's layers to the block."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import Layer
from skipscope.model.network.blocks import (
    Bias,
    Block,
    Conv2d,
    Factor,
    Gate,
    GateResidual,
    GateShortcut,
    Linear,
    PadShortcut,
    Scale,
    ShortcutDropout,
    ShortcutSum,
    SqueezeExcitation,
)

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
SCALE_START = {"skipinit": 0.0, "fixup": 1.0, "layer_scale": 1e-5}
CONTAINERS: dict[str, Callable[[], nn.Module]] = {
    "downsample": nn.Sequential,
    "gate": Gate,
    "se": SqueezeExcitation,
}


def make_layer(layer: Layer, architecture: Architecture, generator: torch.Generator) -> nn.Module:
    """Make the module of a layer, its weights not yet drawn."""
    if layer.type == "dropout":
        return ShortcutDropout(architecture.shortcut_scale, generator)
    return _MAKERS[layer.type](layer, architecture)


def _conv(layer: Layer, _: Architecture) -> nn.Module:
    padding = (layer.kernel - 1) // 2
    into, out = layer.input_shape[0], layer.output_shape[0]
    return Conv2d(into, out, layer.kernel, layer.stride, padding, groups=layer.groups, bias=layer.bias)


def _norm(layer: Layer, architecture: Architecture) -> nn.Module:
    channels = layer.input_shape[0]
    return nn.BatchNorm2d(channels) if architecture.norm == "batch" else nn.GroupNorm(layer.groups, channels)


def _activation(layer: Layer, architecture: Architecture) -> nn.Module:
    *_, parent, local = ("", *layer.name.split("."))
    return ACTIVATIONS[local if parent in ("se", "gate") else architecture.activation]()


def _avg_pool(layer: Layer, _: Architecture) -> nn.Module:
    if layer.name.endswith("pool"):
        return nn.AdaptiveAvgPool2d((1, 1))
    return nn.AvgPool2d(layer.kernel, layer.stride, ceil_mode=True, count_include_pad=False)


def _scale(layer: Layer, architecture: Architecture) -> nn.Module:
    if layer.parameters:
        return Scale(layer.parameters, SCALE_START[architecture.residual_init])
    if layer.name.endswith(".shortcut_scale"):
        assert layer.block is not None
        return Factor(architecture.shortcut_factor(layer.block))
    return Factor(architecture.branch_factor)


_MAKERS: dict[str, Callable[[Layer, Architecture], nn.Module]] = {
    "conv": _conv,
    "norm": _norm,
    "activation": _activation,
    "max_pool": lambda layer, _: nn.MaxPool2d(layer.kernel, layer.stride, padding=1),
    "avg_pool": _avg_pool,
    "pad": lambda layer, _: PadShortcut(layer.output_shape[0] - layer.input_shape[0], layer.stride),
    "linear": lambda layer, _: Linear(layer.input_shape[0], layer.output_shape[0]),
    "scale": _scale,
    "bias": lambda layer, _: Bias(),
    "add": lambda layer, _: ShortcutSum(),
    "gate": lambda layer, _: GateShortcut() if layer.name.endswith(".shortcut") else GateResidual(),
}


def fill_block(
    block: Block, layers: Sequence[Layer], architecture: Architecture, generator: torch.Generator
) -> list[tuple[Layer, nn.Module]]:
    """Arrange a block after its list of layers, make the modules that it lacks, and return what was made."""
    made: list[tuple[Layer, nn.Module]] = []
    order: dict[str, list[str]] = {"before": [], "residual": [], "shortcut": [], "after": []}
    start = len(layers[0].block or "") + 1
    place = "before"
    for layer in layers:
        name, _, child = layer.name[start:].partition(".")
        if layer.path == "trunk":
            place = "before" if place == "before" else "after"
        else:
            place = "residual" if layer.path == "residual" else "shortcut"
        if layer.type == "se" or name == "junction":
            continue
        if name not in ("gate", "shortcut_sum") and name not in order[place]:
            order[place].append(name)
        parent: nn.Module = block
        if child:
            if name not in block._modules:
                block.add_module(name, CONTAINERS[name]())
            parent = block.get_submodule(name)
        if (child or name) not in parent._modules:
            module = make_layer(layer, architecture, generator)
            parent.add_module(child or name, module)
            made.append((layer, module))
    block.before, block.residual, block.shortcut, block.after = order.values()
    return made
