"""The three sections of a net, layer by layer: the stem, a block, the head. Here is decided where each convolution,
norm, activation, shortcut and scale stands; everything else, modules included, follows these lists."""

from model.architecture import Architecture
from model.units import ENTRY, Shape, Unit

PREACTIVATED = frozenset({"pre_activation", "relu_only_preactivation"})


def stem(architecture: Architecture) -> Unit:
    """List the layers before the first block."""
    a = architecture
    bias = has_bias(a)
    unit = Unit(a, (a.in_channels, a.image_size, a.image_size), 1, entry_kept=False)
    if a.stem == "deep":
        half = max(1, a.stem_width // 2)
        for place, width, stride in ((0, half, 2), (3, half, 1)):
            unit.conv(f"conv1.{place}", width, 3, stride, bias=bias)
            unit.norm(f"conv1.{place + 1}")
            unit.bias(local=f"conv1.bias{place + 1}")
            unit.activation(f"conv1.{place + 2}")
            unit.bias(local=f"conv1.bias{place + 2}")
        unit.conv("conv1.6", a.stem_width, 3, bias=bias)
    else:
        kernel, stride = (7, 2) if a.stem == "imagenet" else (3, 1)
        unit.conv("conv1", a.stem_width, kernel, stride, bias=bias)
    if a.order != "pre_activation":
        unit.norm("bn1")
    if a.order not in PREACTIVATED:
        unit.bias(local="bias1")
        unit.activation("relu")
    if a.stem != "cifar":
        unit.max_pool("maxpool")
    return unit


def head(architecture: Architecture, shape: Shape, jump: int, entry_kept: bool) -> Unit:
    """List the layers after the last block."""
    unit = Unit(architecture, shape, jump, entry_kept)
    if architecture.order == "pre_activation":
        unit.norm("bn_final")
    if architecture.order in PREACTIVATED:
        unit.bias(local="bias_final")
        unit.activation("relu_final")
    unit.global_pool("avgpool")
    unit.bias(local="bias2")
    unit.linear("fc", architecture.num_classes)
    return unit


def block(
    architecture: Architecture,
    planes: int,
    shape: Shape,
    jump: int,
    entry_kept: bool,
    *,
    stride: int,
    first: bool,
    skip: bool,
) -> Unit:
    """List the layers of one block. `first`: it opens a stage. Sets the unit's `fork` and `shortcut`."""
    a = architecture
    unit = Unit(a, shape, jump, entry_kept)
    out = planes * a.expansion
    if a.block == "basic":
        convolutions = ((planes, 3, stride, 1), (planes, 3, 1, 1))
    else:
        width = a.inner_width(planes)
        early, late = (stride, 1) if a.bottleneck_stride == "1x1" else (1, stride)
        convolutions = ((width, 1, early, 1), (width, 3, late, a.groups), (out, 1, 1, 1))
    shared = first and a.order in PREACTIVATED
    if not shared:
        unit.path = "residual"
    for place, (width, kernel, step, groups) in enumerate(convolutions, 1):
        if a.order in PREACTIVATED:
            if a.order == "pre_activation":
                unit.norm(f"bn{place}")
            unit.bias()
            unit.activation(f"relu{place}")
        if place == 1 and shared:
            unit.fork, unit.path = unit.last, "residual"
        unit.bias()
        unit.conv(f"conv{place}", width, kernel, step, groups, bias=has_bias(a))
        last = place == len(convolutions)
        if a.order not in ("pre_activation", "bn_after_addition") or (a.order == "bn_after_addition" and not last):
            unit.norm(f"bn{place}")
        if a.order not in PREACTIVATED and (a.order == "relu_before_addition" or not last):
            unit.bias()
            unit.activation(f"relu{place}")
    if a.squeeze_excitation:
        unit.squeeze_excitation()
    if a.residual_init != "none" and a.residual_init != "zero_gamma":
        unit.scale("scale", out if a.residual_init == "layer_scale" else 1)
    if a.order == "post_activation":
        unit.bias()
    if skip and a.shortcut == "constant_scaling" and a.residual_scale != 1:
        unit.constant("residual_scale")
    if skip:
        _join(unit, out, stride)
    unit.path = "trunk"
    if a.order == "bn_after_addition":
        unit.norm(f"bn{len(convolutions)}")
    if a.order in ("post_activation", "bn_after_addition"):
        unit.activation(f"relu{len(convolutions)}")
    return unit


def _join(unit: Unit, out: int, stride: int) -> None:
    """Add the shortcut, from the unit's fork, and the junction."""
    a, residual = unit.architecture, unit.last
    changes = stride != 1 or unit.shapes[unit.fork][0] != out
    convolves = a.projection != "A" if changes else (a.projection == "C" or a.shortcut == "conv1x1")
    unit.shortcut = unit.path = "projection" if changes or convolves else "identity"
    unit.last = unit.fork
    if changes or convolves:
        place, step = 0, stride
        if a.downsample == "avg_pool" and stride != 1:
            unit.avg_pool("downsample.0", stride, unit.fork)
            place, step = 1, 1
        if convolves:
            unit.bias(local="downsample.bias")
            unit.conv(f"downsample.{place}", out, 1, step, bias=has_bias(a))
            if a.order != "pre_activation":
                unit.norm(f"downsample.{place + 1}")
        else:
            unit.pad(f"downsample.{place}", out, step, unit.last)
    if a.shortcut == "constant_scaling":
        unit.constant("shortcut_scale")
    elif a.shortcut == "dropout":
        unit.dropout("shortcut_dropout")
    shortcut = unit.last
    if a.shortcut in ("exclusive_gating", "shortcut_only_gating"):
        exclusive = a.shortcut == "exclusive_gating"
        residual, shortcut = unit.gate(residual, shortcut, unit.shapes[residual], stride, exclusive=exclusive)
    unit.path = "trunk"
    unit.junction(residual, shortcut)


def has_bias(architecture: Architecture) -> bool:
    """Tell whether convolutions have biases: where nothing else shifts, neither a norm nor Fixup's scalars."""
    return architecture.norm == "none" and architecture.residual_init != "fixup"


__all__ = ["ENTRY", "PREACTIVATED", "block", "has_bias", "head", "stem"]
