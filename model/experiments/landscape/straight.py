"""A network in evaluation mode as one straight program, whose weights are slices of a single vector."""

import operator
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, fx, nn
from torch.fx.passes.shape_prop import ShapeProp
from torch.nn import functional

from skipscope.model.experiments.dense import at_each_pixel, is_dense, matrix_of, multiply, output_shape
from skipscope.model.experiments.frozen import folded

FRESH = frozenset({functional.conv2d, functional.linear, functional.relu, multiply, operator.add, operator.iadd})
"""Functions whose output is new: an operation that alone reads it may write to it."""


class Layer(NamedTuple):
    """A convolution or a linear layer, by the name of its weight, and the factor of the norm after it, one a filter.

    `pixels` is the size of its maps where it is done as a matrix.
    """

    name: str
    module: nn.Conv2d | nn.Linear
    factor: Tensor | None
    pixels: torch.Size | None

    def laid(self, weight: Tensor) -> Tensor:
        """Return a weight as it is used: with the factor on each filter, and as a matrix if it is done as one."""
        scaled = weight if self.factor is None else weight * self.factor.view(-1, *[1] * (weight.dim() - 1))
        if self.pixels is None:
            return scaled
        assert isinstance(self.module, nn.Conv2d)
        return matrix_of(self.module, scaled, self.pixels)


class Straight:
    """The operations of a network, one after the other; the network itself stays as it is.

    A norm with frozen statistics that alone follows a convolution becomes a factor on each filter, and a bias.
    `weights` is the vector of the weights of all convolutions and linear layers, with these factors, and as matrices
    where maps have few pixels: writing to it changes the program. Images come in the order channels_last, and in the
    size of the `sample`.
    """

    def __init__(self, net: nn.Module, sample: Tensor) -> None:
        assert not net.training, "norms are folded with their running statistics"
        self._program = fx.GraphModule(net, _Tracer().trace(net))
        with torch.no_grad():
            ShapeProp(self._program).propagate(sample)
        self._layers = _fold(self._program)
        _work_in_place(self._program)
        laid = [layer.laid(layer.module.weight.detach()) for layer in self._layers]
        self.weights = torch.cat([_flat(one) for one in laid])
        parts = self.weights.split([one.numel() for one in laid])
        for number, (one, part) in enumerate(zip(laid, parts, strict=True)):
            setattr(self._program, _attribute(number), _shaped(part, one.shape))
        self._program.recompile()

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits, [N, classes], of images, [N, C, H, W]."""
        return self._program(images)

    def vector_of(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Return tensors of the weights' shapes, by the weights' names, as `weights` has them."""
        return torch.cat([_flat(one.laid(tensors[one.name])) for one in self._layers])


class _Tracer(fx.Tracer):
    """Keeps layers whole that are of a class of ours."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d | nn.Linear) or super().is_leaf_module(m, module_qualified_name)


def _fold(program: fx.GraphModule) -> list[Layer]:
    """Put functions of attributes in the place of convolutions, with the norms after them, and of linear layers."""
    modules, layers = dict(program.named_modules()), list[Layer]()
    for node in list(program.graph.nodes):
        layer = _module(modules, node)
        if not isinstance(layer, nn.Conv2d | nn.Linear):
            continue
        name, bias, factor, last = _attribute(len(layers)), layer.bias, None, node
        norm = _module(modules, next(iter(node.users)))
        if isinstance(norm, nn.BatchNorm2d) and len(node.users) == 1:
            factor, bias, last = *folded(norm, bias), next(iter(node.users))
        pixels = _few_pixels(layer, node)
        layers.append(Layer(f"{node.target}.weight", layer, factor, pixels))
        program.register_buffer(name, layer.weight.detach())
        bias = None if bias is None else bias.detach()
        if isinstance(layer, nn.Conv2d) and pixels is not None:
            bias = at_each_pixel(bias, output_shape(layer, pixels))
        program.register_buffer(f"{name}_bias", bias)
        with program.graph.inserting_before(node):
            given = [node.args[0], program.graph.get_attr(name), program.graph.get_attr(f"{name}_bias")]
            function = functional.linear
            if isinstance(layer, nn.Conv2d) and pixels is not None:
                function, given = multiply, [*given, output_shape(layer, pixels)]
            elif isinstance(layer, nn.Conv2d):
                function = functional.conv2d
                given += [layer.stride, layer.padding, layer.dilation, layer.groups]
            called = program.graph.call_function(function, tuple(given))
        last.replace_all_uses_with(called)
        if last is not node:
            program.graph.erase_node(last)
        program.graph.erase_node(node)
    return layers


def _few_pixels(layer: nn.Conv2d | nn.Linear, node: fx.Node) -> torch.Size | None:
    """Return the size of a convolution's maps, if it is faster as a matrix; None if it is not."""
    if not isinstance(layer, nn.Conv2d):
        return None
    source = node.args[0]
    assert isinstance(source, fx.Node)
    pixels = source.meta["tensor_meta"].shape[2:]
    return pixels if is_dense(layer, pixels) else None


def _work_in_place(program: fx.GraphModule) -> None:
    """Let ReLUs and additions write to what they alone read."""
    modules = dict(program.named_modules())
    for node in list(program.graph.nodes):
        first = node.args[0] if node.args else None
        alone = isinstance(first, fx.Node) and first.target in FRESH and len(first.users) == 1
        if isinstance(_module(modules, node), nn.ReLU):
            with program.graph.inserting_before(node):
                called = program.graph.call_function(functional.relu, (first,), {"inplace": alone})
            node.replace_all_uses_with(called)
            program.graph.erase_node(node)
        elif node.target is operator.add and alone:
            node.target = operator.iadd


def _module(modules: Mapping[str, nn.Module], node: fx.Node) -> nn.Module | None:
    return modules[str(node.target)] if node.op == "call_module" else None


def _attribute(number: int) -> str:
    return f"layer_{number}"


def _flat(tensor: Tensor) -> Tensor:
    """Return a weight as a vector, channels last."""
    return (tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor).reshape(-1)


def _shaped(part: Tensor, shape: torch.Size) -> Tensor:
    """Return a slice of the vector in the shape of its weight."""
    if len(shape) != 4:
        return part.view(shape)
    filters, channels, height, width = shape
    return part.view(filters, height, width, channels).permute(0, 3, 1, 2)
