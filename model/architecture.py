"""The one declarative description of a residual network; every other part reads it and none adds to it."""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

BlockKind = Literal["basic", "bottleneck"]
Stem = Literal["imagenet", "cifar", "deep"]
Shortcut = Literal["identity", "constant_scaling", "exclusive_gating", "shortcut_only_gating", "conv1x1", "dropout"]
Projection = Literal["A", "B", "C"]
Downsample = Literal["strided_conv", "avg_pool"]
Order = Literal[
    "post_activation", "bn_after_addition", "relu_before_addition", "relu_only_preactivation", "pre_activation"
]
Norm = Literal["batch", "group", "none"]
Activation = Literal["relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"]
Init = Literal["kaiming_normal", "xavier_normal", "orthogonal", "normal"]
ResidualInit = Literal["none", "zero_gamma", "skipinit", "fixup", "layer_scale"]

MAX_BLOCKS = 2000
MAX_WIDTH = 4096
MAX_IMAGE = 1024
GROUP_NORM_GROUPS = 32


class ArchitectureError(ValueError):
    """A description that makes no network: names the field, its value, the limit and the remedy."""

    def __init__(self, field: str, value: object, limit: str, remedy: str) -> None:
        self.field, self.value, self.limit, self.remedy = field, value, limit, remedy
        super().__init__(f"{field}={value!r}: {limit}. {remedy}.")


Problem = tuple[str, object, str, str]


def _refuse(field: str, value: object, limit: str, remedy: str) -> PydanticCustomError:
    context = {"field": field, "value": repr(value), "limit": limit, "remedy": remedy}
    return PydanticCustomError("architecture", "{field}={value}: {limit}. {remedy}.", context)


class Architecture(BaseModel):
    """Describe one residual network, checked as a whole when made.

    Fields are those of He et al. 2015 (arXiv 1512.03385), He et al. 2016 (arXiv 1603.05027), torchvision and timm.
    Raises pydantic's ``ValidationError`` (a ``ValueError``) that names field, value, limit and remedy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    block: BlockKind = Field("basic", description="two 3x3 convolutions, or 1x1, 3x3, 1x1 with four times the channels")
    depths: tuple[int, ...] = Field(description="blocks per stage, 1 to 4 stages", min_length=1, max_length=4)
    widths: tuple[int, ...] = Field(
        description="planes per stage, before the bottleneck's expansion of 4", min_length=1, max_length=4
    )
    stem: Stem = Field("imagenet", description="7x7/2 and max pool, 3x3, or three 3x3 (ResNet-C) and max pool")
    stem_width: int = Field(64, ge=1, le=MAX_WIDTH, description="channels out of the stem")
    shortcut: Shortcut = Field("identity", description="what stands on the shortcut (He et al. 2016, Table 1)")
    shortcut_scale: float = Field(
        0.5, ge=-10, le=10, description="factor on the shortcut of constant_scaling; share dropped by dropout"
    )
    residual_scale: float = Field(1.0, ge=-10, le=10, description="factor on F of constant_scaling (1 or 0.5)")
    gate_bias: float = Field(-6.0, ge=-50, le=50, description="initial bias b_g of the gates (He et al. 2016)")
    projection: Projection = Field(
        "B", description="shortcut where the shape changes (He et al. 2015, options A, B, C)"
    )
    downsample: Downsample = Field("strided_conv", description="how a projection halves: strided 1x1, or ResNet-D")
    order: Order = Field("post_activation", description="order of the activations (He et al. 2016, Table 2)")
    skips: bool | tuple[bool, ...] = Field(True, description="whether shortcuts are connected: all, none, or a list")
    norm: Norm = Field("batch", description="normalisation after (or before) each convolution")
    activation: Activation = Field("relu", description="the nonlinearity, one module a call site")
    init: Init = Field("kaiming_normal", description="initial weights; biases start at zero")
    init_std: float = Field(0.01, gt=0, le=10, description="standard deviation of init=normal")
    residual_init: ResidualInit = Field("none", description="special start of the residual branches")
    groups: int = Field(1, ge=1, le=MAX_WIDTH, description="groups of the 3x3 convolution (ResNeXt's cardinality)")
    width_per_group: int = Field(
        64, ge=1, le=MAX_WIDTH, description="as torchvision: inner width = planes*this/64*groups"
    )
    squeeze_excitation: bool = Field(False, description="SE on the residual branch (Hu et al. 2018, timm's form)")
    stochastic_depth: float = Field(
        0.0, ge=0, lt=1, description="p: survival falls linearly to 1-p (Huang et al. 2016)"
    )
    image_size: int = Field(224, ge=8, le=MAX_IMAGE, description="height and width of the image")
    in_channels: int = Field(3, ge=1, le=MAX_WIDTH, description="channels of the image")
    num_classes: int = Field(1000, ge=1, le=100_000, description="logits")

    @field_validator("depths")
    @classmethod
    def _check_depths(cls, depths: tuple[int, ...]) -> tuple[int, ...]:
        if min(depths) < 1 or sum(depths) > MAX_BLOCKS:
            raise _refuse(
                "depths",
                depths,
                f"each stage has at least 1 block and all together at most {MAX_BLOCKS}",
                "Leave a stage out by a shorter list, or use fewer blocks",
            )
        return depths

    @field_validator("widths")
    @classmethod
    def _check_widths(cls, widths: tuple[int, ...]) -> tuple[int, ...]:
        if min(widths) < 1 or max(widths) > MAX_WIDTH:
            raise _refuse("widths", widths, f"planes lie from 1 to {MAX_WIDTH}", "Choose widths in that range")
        return widths

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        for problem in self._problems():
            raise _refuse(*problem)
        return self

    def _problems(self) -> Iterator[Problem]:
        if len(self.widths) != len(self.depths):
            yield "widths", self.widths, f"one width a stage, and depths has {len(self.depths)}", "Give as many widths"
        if not isinstance(self.skips, bool) and len(self.skips) != self.num_blocks:
            yield (
                "skips",
                f"{len(self.skips)} values",
                f"one a block, and depths has {self.num_blocks} blocks",
                "Give true, false, or one boolean a block",
            )
        if self.block == "basic" and (self.groups != 1 or self.width_per_group != 64):
            yield (
                "groups" if self.groups != 1 else "width_per_group",
                self.groups if self.groups != 1 else self.width_per_group,
                "a basic block has groups=1 and width_per_group=64 (torchvision)",
                'Set block="bottleneck", or change widths for a wider basic block',
            )
        if self.block == "bottleneck" and min(self.inner_widths) < 1:
            yield (
                "width_per_group",
                self.width_per_group,
                "the 3x3 convolution needs at least one channel a group",
                "Raise width_per_group or widths",
            )
        if self.norm == "none" and self.residual_init == "zero_gamma":
            yield (
                "residual_init",
                "zero_gamma",
                "it starts the last norm's weight at 0, and norm is none",
                'Set norm="batch", or residual_init="skipinit"',
            )
        if self.norm == "none" and self.order == "bn_after_addition":
            yield (
                "order",
                "bn_after_addition",
                "it moves the norm behind the addition, and norm is none",
                'Set norm="batch", or order="post_activation"',
            )
        if self.order == "bn_after_addition" and self.residual_init == "zero_gamma":
            yield (
                "residual_init",
                "zero_gamma",
                "with bn_after_addition no norm ends the residual branch",
                'Set order="post_activation", or residual_init="skipinit"',
            )
        if self.order == "pre_activation" and self.residual_init == "zero_gamma":
            yield (
                "residual_init",
                "zero_gamma",
                "with pre_activation a convolution ends the residual branch, not a norm",
                'Set order="post_activation", or residual_init="skipinit"',
            )
        if self.residual_init == "fixup":
            yield from self._fixup_problems()
        if self.projection == "A" and any(b < a for a, b in pairwise((self.stem_width, *self.out_widths))):
            yield (
                "projection",
                "A",
                "zero padding can only add channels, and here a stage has fewer than the one before",
                'Set projection="B", or let widths grow',
            )

    def _fixup_problems(self) -> Iterator[Problem]:
        if self.norm != "none":
            yield "residual_init", "fixup", f"it replaces normalisation, and norm is {self.norm}", 'Set norm="none"'
        if self.order != "post_activation":
            yield (
                "residual_init",
                "fixup",
                "it is defined for post_activation blocks (Zhang et al. 2019)",
                'Set order="post_activation"',
            )

    @cached_property
    def num_blocks(self) -> int:
        """Number of residual units."""
        return sum(self.depths)

    @cached_property
    def expansion(self) -> int:
        """Output channels of a block over its planes: 1 for basic, 4 for bottleneck."""
        return 4 if self.block == "bottleneck" else 1

    @cached_property
    def out_widths(self) -> tuple[int, ...]:
        """Output channels of each stage."""
        return tuple(width * self.expansion for width in self.widths)

    @cached_property
    def inner_widths(self) -> tuple[int, ...]:
        """Channels inside the blocks of each stage, as torchvision computes them."""
        if self.block == "basic":
            return self.widths
        return tuple(int(width * (self.width_per_group / 64.0)) * self.groups for width in self.widths)

    @cached_property
    def skip_of(self) -> tuple[bool, ...]:
        """Whether the shortcut is connected, one a block, in order."""
        return (self.skips,) * self.num_blocks if isinstance(self.skips, bool) else self.skips

    @cached_property
    def block_names(self) -> tuple[str, ...]:
        """Names of the blocks as in torchvision: ``layer1.0`` first."""
        return tuple(f"layer{s}.{b}" for s, depth in enumerate(self.depths, 1) for b in range(depth))
