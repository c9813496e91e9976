"""Convolutions of maps with few pixels, as matrices: most of a 3x3 kernel lies beyond the edge of 2x2 pixels, where a
convolution multiplies by zeros."""

import torch
from torch import Tensor, nn
from torch.nn import functional

FEW = 4
"""Pixels of a map, at most; of more the matrix has more work than the kernel."""
_ONEDNN = torch.ops.mkldnn
_HAS_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(_ONEDNN, "_linear_pointwise")


def is_dense(layer: nn.Conv2d, pixels: torch.Size) -> bool:
    """Say whether a convolution of maps of so many pixels, height and width, is faster as a matrix."""
    return pixels.numel() <= FEW and layer.groups == 1 and layer.padding_mode == "zeros"


def matrix_of(layer: nn.Conv2d, weight: Tensor, pixels: torch.Size) -> Tensor:
    """Return the convolution with a weight of the layer's shape as a matrix, [outputs, inputs], channels last in both.

    Its columns are the outputs for an input of a single one, and so each number is one of the weight, or 0.
    """
    num_inputs = layer.in_channels * pixels.numel()
    ones = torch.eye(num_inputs, dtype=weight.dtype, device=weight.device)
    ones = ones.view(num_inputs, *pixels, layer.in_channels).permute(0, 3, 1, 2)
    outputs = functional.conv2d(ones, weight, None, layer.stride, layer.padding, layer.dilation)
    return outputs.permute(0, 2, 3, 1).reshape(num_inputs, -1).t().contiguous()


def output_shape(layer: nn.Conv2d, pixels: torch.Size) -> tuple[int, int, int]:
    """Return height, width and channels of the output."""
    sample = torch.empty(1, layer.in_channels, *pixels, device="meta")
    weight = torch.empty(layer.weight.shape, device="meta")
    _, channels, height, width = functional.conv2d(
        sample, weight, None, layer.stride, layer.padding, layer.dilation
    ).shape
    return height, width, channels


def at_each_pixel(bias: Tensor | None, shape: tuple[int, int, int]) -> Tensor | None:
    """Return a convolution's bias for each of its outputs."""
    return None if bias is None else bias.repeat(shape[0] * shape[1])


def multiply(x: Tensor, matrix: Tensor, bias: Tensor | None, shape: tuple[int, int, int]) -> Tensor:
    """Return the output, [N, C, H, W] in the order channels_last, of x in the same order; `shape`: H, W and C of it.

    The bias has a number for each output, as `at_each_pixel` returns.
    """
    height, width, channels = shape
    flat = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    return _linear(flat, matrix, bias).view(len(x), height, width, channels).permute(0, 3, 1, 2)


def _linear(x: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
    if _HAS_ONEDNN and x.is_cpu and x.dtype == torch.float32:
        # as linear, by the library that the convolutions are done by: twice as fast on some processors
        return _ONEDNN._linear_pointwise(x, matrix, bias, "none", [], "")
    return functional.linear(x, matrix, bias)
