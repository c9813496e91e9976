"""The nodes of autograd's graph by the work that they do, told from their names."""

import re
from functools import cache
from typing import Any

from torch import nn
from torch.autograd.function import BackwardCFunction

_END = re.compile(r"Backward\d*$")
PASSING = frozenset({"Clone", "Alias", "ToCopy"})
"""They hand on what they were given."""
RESHAPING = PASSING | {"Expand", "Permute", "ReshapeAlias", "Squeeze", "T", "Transpose", "Unsqueeze", "View"}
LINEAR = PASSING | {
    "Add", "AsStrided", "Cat", "ConstantPadNd", "Copy", "CopySlices", "Div", "Expand", "Flip", "FusedDropout", "Mean",
    "Mul", "NativeDropout", "Neg", "Permute", "ReflectionPad1D", "ReflectionPad2D", "ReplicationPad2D", "ReshapeAlias",
    "Roll", "Select", "Slice", "Split", "SplitWithSizes", "Squeeze", "Sub", "Sum", "T", "Transpose", "Unbind",
    "Unsqueeze", "UnsafeView", "View",
}  # fmt: skip
"""They rearrange, scale or add up; a linear shortcut consists of them, of layers, norms and pooling."""
PRODUCTS = frozenset({"Mul", "Div"})
SLICES = frozenset({"Select", "Slice", "Split", "SplitWithSizes", "Unbind", "UnsafeSplit", "Index", "IndexSelect"})
_LAYER = re.compile(r"Convolution|^(Sparse)?(Addmm|Addbmm|Baddbmm|Bmm|Mm|Mv|Linear|Matmul)$|Mkldnn(Linear|Convolution)")
_MIXING = re.compile(r"ScaledDotProduct|FlashAttention|EfficientAttention|Rnn|Lstm|Gru|Embedding|CheckpointFunction")
_MOVING = re.compile(r"Pool|Fft|Roll|Cumsum|Scan")
_NORM = re.compile(r"(Batch|Group|Layer|Instance|Rms)Norm")
_POOL = re.compile(r"Pool")
_ACTIVATION = re.compile(
    r"re?lu|elu|mish|tanh|sigmoid|softmax|swish|glu|threshold|clamp|ScaledDotProduct|FlashAttention|EfficientAttention|"
    r"Rnn|Lstm|Gru|CheckpointFunction|silu",
    re.IGNORECASE,
)
_UPSAMPLING = re.compile(r"^Upsample|PixelShuffle|Unpool|GridSampler")


@cache
def operation(name: str) -> str:
    """Return the name of a node without its end: "Add" of "AddBackward0"."""
    return _END.sub("", name.rpartition("::")[2])


@cache
def is_layer(name: str) -> bool:
    """Tell whether an operation multiplies by a matrix or convolves."""
    return bool(_LAYER.search(name))


@cache
def is_mixing(name: str) -> bool:
    """Tell whether an operation computes as a layer does, so that a branch with it is more than a function of elements.

    Elementwise functions alone, such as those in an approximation of GELU, are no residual branch.
    """
    return is_layer(name) or bool(_MIXING.search(name))


@cache
def is_moving(name: str) -> bool:
    """Tell whether an operation mixes places without weights of its own: pooling, a Fourier transform."""
    return bool(_MOVING.search(name))


@cache
def is_linear(name: str) -> bool:
    """Tell whether an operation may stand in a projection shortcut."""
    return name in LINEAR or is_layer(name) or bool(_NORM.search(name) or _POOL.search(name) or _is_up(name))


@cache
def is_activation(name: str) -> bool:
    """Tell whether an operation is an activation function, or has one within."""
    return bool(_ACTIVATION.search(name)) and "PixelUnshuffle" not in name


@cache
def _is_up(name: str) -> bool:
    return bool(_UPSAMPLING.search(name))


def is_upsampling(name: str, node: Any) -> bool:
    """Tell whether a node makes a finer map of a coarser one."""
    if _is_up(name):
        return True
    is_transposed = "Convolution" in name and bool(getattr(node, "_saved_transposed", False))
    return is_transposed and any(step > 1 for step in getattr(node, "_saved_stride", ()))


def is_custom(node: Any) -> bool:
    """Tell whether a node is that of a torch.autograd.Function written in Python."""
    return isinstance(node, BackwardCFunction)


def is_of_parameter(node: Any) -> bool:
    """Tell whether a node's output is a parameter, as it is or in another shape."""
    while node is not None and parameter_at(node) is None:
        parents = [parent for parent, _ in node.next_functions if parent is not None]
        is_same = operation(node.name()) in RESHAPING and len(parents) == 1
        node = parents[0] if is_same else None
    return node is not None


def parameter_at(node: Any) -> nn.Parameter | None:
    """Return the parameter whose gradient a node accumulates; None for any other node."""
    variable = getattr(node, "variable", None)
    return variable if isinstance(variable, nn.Parameter) else None
