"""From a layer of the graph to its module, and from a block's layers to the block."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from model.architecture import Architecture
from model.blocks import (
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
    SqueezeExcitation,
)
from model.graph import Layer

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
    channels = layer.input_shape[0]
    local = layer.name.rpartition(".")[2]
    match layer.type:
        case "conv":
            return Conv2d(
                channels, layer.output_shape[0], layer.kernel, layer.stride, (layer.kernel - 1) // 2,
                groups=layer.groups, bias=layer.bias,
            )  # fmt: skip
        case "norm":
            return nn.BatchNorm2d(channels) if architecture.norm == "batch" else nn.GroupNorm(layer.groups, channels)
        case "activation":
            inner = layer.name.rpartition(".")[0].rpartition(".")[2] in ("se", "gate")
            return ACTIVATIONS[local if inner else architecture.activation]()
        case "max_pool":
            return nn.MaxPool2d(layer.kernel, layer.stride, 1)
        case "avg_pool" if layer.output_shape[1:] == (1, 1) and local in ("avgpool", "pool"):
            return nn.AdaptiveAvgPool2d((1, 1))
        case "avg_pool":
            return nn.AvgPool2d(layer.kernel, layer.stride, ceil_mode=True, count_include_pad=False)
        case "pad":
            return PadShortcut(layer.output_shape[0] - channels, layer.stride)
        case "linear":
            return Linear(channels, layer.output_shape[0])
        case "scale" if layer.parameters:
            return Scale(layer.parameters, SCALE_START[architecture.residual_init])
        case "scale":
            return Factor(architecture.shortcut_scale if local == "shortcut_scale" else architecture.residual_scale)
        case "bias":
            return Bias()
        case "dropout":
            return ShortcutDropout(architecture.shortcut_scale, generator)
        case "gate":
            return GateShortcut() if local == "shortcut" else GateResidual()
        case kind:
            raise AssertionError(f"no module for a layer of type {kind}")


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
        if layer.type == "add" or layer.type == "se":
            continue
        if name != "gate" and name not in order[place]:
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
