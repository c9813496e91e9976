"""The three sections of a net, layer by layer: the stem, a block, the head. Here is decided where each convolution,
norm, activation, shortcut and scale stands; everything else, modules included, follows these lists."""

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.units import Unit

PREACTIVATED = frozenset({"pre_activation", "relu_only_preactivation"})
SCALED = frozenset({"skipinit", "fixup", "layer_scale"})
Convolutions = tuple[tuple[int, int, int, int], ...]
"""Channels, kernel, stride and groups of a branch's convolutions."""


def stem(architecture: Architecture) -> Unit:
    """List the layers before the first block."""
    a = architecture
    bias = has_bias(a)
    unit = Unit(a, (a.in_channels, a.image_size, a.image_size), 1)
    if a.stem == "deep":
        half = max(1, a.stem_width // 2)
        for place, stride in ((0, 2), (3, 1)):
            unit.conv(f"conv1.{place}", half, 3, stride, bias=bias)
            unit.norm(f"conv1.{place + 1}")
            unit.bias(f"conv1.bias{place + 1}")
            unit.activation(f"conv1.{place + 2}")
            unit.bias(f"conv1.bias{place + 2}")
        unit.conv("conv1.6", a.stem_width, 3, bias=bias)
    else:
        kernel, stride = (7, 2) if a.stem == "imagenet" else (3, 1)
        unit.conv("conv1", a.stem_width, kernel, stride, bias=bias)
    if a.order != "pre_activation":
        unit.norm("bn1")
    if a.order not in PREACTIVATED:
        unit.bias("bias1")
        unit.activation("relu")
    if a.stem != "cifar":
        unit.max_pool("maxpool")
    return unit


def head(unit: Unit) -> Unit:
    """List the layers after the last block on an empty unit."""
    architecture = unit.architecture
    if architecture.order == "pre_activation":
        unit.norm("bn_final")
    if architecture.order in PREACTIVATED:
        unit.bias("bias_final")
        unit.activation("relu_final")
    unit.global_pool("avgpool")
    unit.bias("bias2")
    unit.linear("fc", architecture.num_classes)
    return unit


def block(unit: Unit, planes: int, stride: int, *, first: bool, skip: bool) -> Unit:
    """List the layers of one block on an empty unit. `first`: it opens a stage."""
    a = unit.architecture
    convolutions = _convolutions(a, planes, stride)
    if a.order in PREACTIVATED:
        _branch_preactivated(unit, convolutions, first=first)
    else:
        _branch(unit, convolutions)
    if a.squeeze_excitation:
        unit.squeeze_excitation()
    if a.residual_init in SCALED:
        unit.scale("scale", planes * a.expansion if a.residual_init == "layer_scale" else 1)
    if a.order == "post_activation":
        unit.bias()
    if skip:
        _join(unit, stride)
    unit.path = "trunk"
    if a.order == "bn_after_addition":
        unit.norm(f"bn{len(convolutions)}")
    if a.order in ("post_activation", "bn_after_addition"):
        unit.activation(f"relu{len(convolutions)}")
    return unit


def _branch(unit: Unit, convolutions: Convolutions) -> None:
    """Add convolution, norm and activation, two or three times; the order says what follows the last convolution."""
    a = unit.architecture
    unit.path = "residual"
    for place, (width, kernel, step, groups) in enumerate(convolutions, 1):
        inner = place < len(convolutions)
        unit.bias()
        unit.conv(f"conv{place}", width, kernel, step, groups, bias=has_bias(a))
        if inner or a.order != "bn_after_addition":
            unit.norm(f"bn{place}")
        if inner or a.order == "relu_before_addition":
            unit.bias()
            unit.activation(f"relu{place}")


def _branch_preactivated(unit: Unit, convolutions: Convolutions, *, first: bool) -> None:
    """Add activation before each convolution; in a stage's first block it stands before the fork, for both paths."""
    a = unit.architecture
    unit.path = "trunk" if first else "residual"
    for place, (width, kernel, step, groups) in enumerate(convolutions, 1):
        if a.order == "pre_activation":
            unit.norm(f"bn{place}")
        unit.bias()
        unit.activation(f"relu{place}")
        if unit.path == "trunk":
            unit.fork, unit.path = unit.last, "residual"
        unit.bias()
        unit.conv(f"conv{place}", width, kernel, step, groups, bias=has_bias(a))
        if a.order == "relu_only_preactivation":
            unit.norm(f"bn{place}")


def _convolutions(a: Architecture, planes: int, stride: int) -> Convolutions:
    if a.block == "repvgg":
        return ((planes, 3, stride, 1),)
    if a.block == "basic":
        return ((planes, 3, stride, 1), (planes, 3, 1, 1))
    width = a.inner_width(planes)
    early, late = (stride, 1) if a.bottleneck_stride == "1x1" else (1, stride)
    return ((width, 1, early, 1), (width, 3, late, a.groups), (planes * a.expansion, 1, 1, 1))


def _join(unit: Unit, stride: int) -> None:
    """Add the shortcut, from the unit's fork, and the junction with what was last."""
    a = unit.architecture
    if a.branch_factor != 1:
        unit.constant("residual_scale")
    residual, out = unit.last, unit.shape[0]
    changes = stride != 1 or unit.shapes[unit.fork][0] != out
    convolves = a.projection != "A" if changes else (a.projection == "C" or a.shortcut == "conv1x1")
    convolves = convolves or a.block == "repvgg"
    unit.shortcut = unit.path = "projection" if changes or convolves else "identity"
    unit.last = unit.fork
    if changes or convolves:
        _project(unit, out, stride, convolves)
    if a.block == "repvgg" and not changes:
        _add_identity(unit)
    if a.shortcut in ("constant_scaling", "decayed"):
        unit.constant("shortcut_scale")
    elif a.shortcut == "dropout":
        unit.dropout("shortcut_dropout")
    elif a.shortcut in ("exclusive_gating", "shortcut_only_gating"):
        residual = unit.gate(residual, stride, exclusive=a.shortcut == "exclusive_gating")
    unit.path = "trunk"
    unit.junction(residual)


def _add_identity(unit: Unit) -> None:
    """Add the norm of the identity beside the convolution of 1x1, and the sum of both (RepVGG)."""
    projected = unit.last
    unit.last, unit.path = unit.fork, "identity"
    unit.norm("identity")
    unit.path = "projection"
    unit.add("shortcut_sum", projected)


def _project(unit: Unit, out: int, stride: int, convolves: bool) -> None:
    """Add what brings the shortcut to the branch's shape. In ResNet-D place 0 is the pooling's everywhere (timm)."""
    a = unit.architecture
    place = int(a.downsample == "avg_pool")
    if place and stride != 1:
        unit.avg_pool("downsample.0", stride)
        stride = 1
    if convolves:
        unit.bias("downsample.bias")
        unit.conv(f"downsample.{place}", out, 1, stride, bias=has_bias(a))
        if a.order != "pre_activation":
            unit.norm(f"downsample.{place + 1}")
    else:
        unit.pad(f"downsample.{place}", out, stride)


def has_bias(architecture: Architecture) -> bool:
    """Tell whether convolutions have biases: only if nothing else shifts, neither a norm nor Fixup's scalars."""
    return architecture.norm == "none" and architecture.residual_init != "fixup"
