"""A network in evaluation mode as one straight program, whose weights are slices of a single vector."""

import operator
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

FRESH = frozenset({functional.conv2d, functional.linear, functional.relu, operator.add, operator.iadd})
"""Functions whose output is new: an operation that alone reads it may write to it."""


class Layer(NamedTuple):
    """A convolution or a linear layer, by the name of its weight, and the factor of the norm after it, one a filter."""

    name: str
    weight: Tensor
    factor: Tensor | None


class Straight:
    """The operations of a network, one after the other; the network itself stays as it is.

    A norm with frozen statistics that alone follows a convolution becomes a factor on each filter, and a bias.
    `weights` is the vector of the weights of all convolutions and linear layers, with these factors: writing to it
    changes the program. Images come in the order channels_last.
    """

    def __init__(self, net: nn.Module) -> None:
        assert not net.training, "norms are folded with their running statistics"
        self._program = fx.GraphModule(net, _Tracer().trace(net))
        self._layers = _fold(self._program)
        _work_in_place(self._program)
        self.weights = self.vector_of({layer.name: layer.weight for layer in self._layers})
        parts = self.weights.split([layer.weight.numel() for layer in self._layers])
        for number, (layer, part) in enumerate(zip(self._layers, parts, strict=True)):
            setattr(self._program, _attribute(number), _shaped(part, layer.weight.shape))
        self._program.recompile()

    def __call__(self, images: Tensor) -> Tensor:
        """Return the logits, [N, classes], of images, [N, C, H, W]."""
        return self._program(images)

    def vector_of(self, tensors: Mapping[str, Tensor]) -> Tensor:
        """Return tensors of the weights' shapes, by the weights' names, as `weights` has them."""
        return torch.cat([_laid(tensors[one.name], one.factor) for one in self._layers])


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
            factor, bias, last = *_folded(norm, bias), next(iter(node.users))
        layers.append(Layer(f"{node.target}.weight", layer.weight.detach(), factor))
        program.register_buffer(name, layer.weight.detach())
        program.register_buffer(f"{name}_bias", None if bias is None else bias.detach())
        with program.graph.inserting_before(node):
            given = [node.args[0], program.graph.get_attr(name), program.graph.get_attr(f"{name}_bias")]
            if isinstance(layer, nn.Conv2d):
                given += [layer.stride, layer.padding, layer.dilation, layer.groups]
            function = functional.conv2d if isinstance(layer, nn.Conv2d) else functional.linear
            called = program.graph.call_function(function, tuple(given))
        last.replace_all_uses_with(called)
        if last is not node:
            program.graph.erase_node(last)
        program.graph.erase_node(node)
    return layers


def _folded(norm: nn.BatchNorm2d, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return a norm with frozen statistics as factors and a bias, after a convolution's own bias."""
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    factor = (norm.weight * (variance + norm.eps).rsqrt()).detach()
    return factor, norm.bias + ((0 if bias is None else bias) - mean) * factor


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


def _laid(tensor: Tensor, factor: Tensor | None) -> Tensor:
    """Return a weight as a vector, channels last, with a factor on each filter."""
    scaled = tensor if factor is None else tensor * factor.view(-1, *[1] * (tensor.dim() - 1))
    return (scaled.permute(0, 2, 3, 1) if scaled.dim() == 4 else scaled).reshape(-1)


def _shaped(part: Tensor, shape: torch.Size) -> Tensor:
    """Return a slice of the vector in the shape of its weight."""
    if len(shape) != 4:
        return part.view(shape)
    filters, channels, height, width = shape
    return part.view(filters, height, width, channels).permute(0, 3, 1, 2)
