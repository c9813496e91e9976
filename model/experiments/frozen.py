"""The layers of a network in evaluation mode as they run fastest: norms are folded into the convolutions before them,
and new tensors are written to in place. The network itself stays as it is."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from skipscope.model.experiments.dense import at_each_pixel, is_dense, matrix_of, multiply, output_shape
from skipscope.model.network.blocks import Block
from skipscope.model.network.resnet import ResNet

PART_BYTES = 2**20
"""Of a layer's output that goes through a network at once: it stays in the processor's cache."""


def parts_of(net: ResNet, images: Tensor) -> tuple[Tensor, ...]:
    """Return images, channels last, in parts of one size that go through a network at once: as many as the cache holds,
    or, on another device, all."""
    together = max(1, PART_BYTES // (net.graph.largest_output * images.element_size()))
    num_parts = -(-len(images) // together) if images.is_cpu else 1
    return images.contiguous(memory_format=torch.channels_last).tensor_split(num_parts)


class _Step(Protocol):
    """One operation; `fresh`: whether nothing else reads its input, so that it may write to it."""

    def __call__(self, x: Tensor, *, fresh: bool) -> Tensor:
        """Return its output."""
        ...


class _Convolution:
    """A convolution with the norm after it; a matrix, for maps of few pixels."""

    def __init__(self, layer: nn.Conv2d, norm: nn.BatchNorm2d | None, layout: torch.memory_format) -> None:
        weight, bias = layer.weight.detach(), None if layer.bias is None else layer.bias.detach()
        if norm is not None:
            factor, bias = folded(norm, bias)
            weight = weight * factor.view(-1, 1, 1, 1)
        self._layer, self._bias = layer, bias
        self._weight, self._layout = weight.contiguous(memory_format=layout), layout
        self._dense: dict[torch.Size, tuple[Tensor, Tensor | None, tuple[int, int, int]]] = {}

    def __call__(self, x: Tensor, *, fresh: bool) -> Tensor:
        layer, pixels = self._layer, x.shape[2:]
        if self._layout is not torch.channels_last or not is_dense(layer, pixels):
            return functional.conv2d(
                x, self._weight, self._bias, layer.stride, layer.padding, layer.dilation, layer.groups
            )
        if pixels not in self._dense:
            shape = output_shape(layer, pixels)
            self._dense[pixels] = matrix_of(layer, self._weight, pixels), at_each_pixel(self._bias, shape), shape
        return multiply(x, *self._dense[pixels])


class _ReLU:
    def __call__(self, x: Tensor, *, fresh: bool) -> Tensor:
        return functional.relu(x, inplace=fresh)


class _Other(NamedTuple):
    """A layer as it is."""

    layer: nn.Module

    def __call__(self, x: Tensor, *, fresh: bool) -> Tensor:
        return self.layer(x)


class Frozen:
    """Layers in a row, for images in one order of numbers in memory; a gradient goes to the input alone."""

    def __init__(self, layers: Iterable[nn.Module], layout: torch.memory_format = torch.channels_last) -> None:
        self._steps = list(_steps(list(layers), layout))

    def __call__(self, x: Tensor, *, fresh: bool = False) -> Tensor:
        """Return the output; `fresh`: whether x may be written to."""
        for step in self._steps:
            y = step(x, fresh=fresh)
            fresh, x = fresh or not _share(x, y), y
        return x


class FrozenBlock:
    """A residual unit: its output, and that of its shortcut alone."""

    def __init__(self, block: Block, layout: torch.memory_format = torch.channels_last) -> None:
        assert not block.training, "norms are folded with their running statistics"
        self._block = block
        self.enter, self._branch, self.leave = (
            Frozen([block.get_submodule(name) for name in names], layout)
            for names in (block.before, block.residual, block.after)
        )

    def __call__(self, x: Tensor) -> Tensor:
        """Return the block's output, [N, C, H, W]; x stays as it is."""
        entered = self.enter(x)
        residual, identity = self.paths(entered)
        fresh = not _share(residual, entered)
        if identity is None:
            return self.leave(residual, fresh=fresh)
        return self.leave(residual.add_(identity) if fresh else residual + identity, fresh=True)

    def paths(self, entered: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return F(x) and the shortcut's output, None if it is not connected."""
        block, residual = self._block, self._branch(entered)
        if not block.skip:
            return residual, None
        weighed, identity = block.gated(residual * block.survival if block.survival != 1 else residual, entered)
        assert weighed is not None
        return weighed, identity

    def alone(self, x: Tensor) -> Tensor:
        """Return the output without F(x)."""
        entered = self.enter(x)
        shortcut = self._block.alone(entered)
        return self.leave(shortcut, fresh=not (_share(shortcut, x) or _share(shortcut, entered)))


def _share(one: Tensor, other: Tensor) -> bool:
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


def _steps(layers: Sequence[nn.Module], layout: torch.memory_format) -> Iterable[_Step]:
    folded = False
    for number, layer in enumerate(layers):
        following = layers[number + 1] if number + 1 < len(layers) else None
        if folded:  # into the convolution before it
            folded = False
        elif isinstance(layer, nn.Conv2d):
            folded = isinstance(following, nn.BatchNorm2d)
            yield _Convolution(layer, following if isinstance(following, nn.BatchNorm2d) else None, layout)
        else:
            yield _ReLU() if isinstance(layer, nn.ReLU) else _Other(layer)


def folded(norm: nn.BatchNorm2d, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return a norm with frozen statistics as factors and a bias, after a convolution's own bias."""
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None
    factor = (norm.weight * (variance + norm.eps).rsqrt()).detach()
    return factor, norm.bias.detach() + ((0 if bias is None else bias) - mean) * factor
