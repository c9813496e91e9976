"""One declarative description of a residual network: the JSON of the API, the state in the page's URL and what
modules, graphs and diagrams are made from. Nothing here computes a shape or touches a tensor."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import sqrt
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from skipscope.model.describe.words import FieldError, check_names

EXPANSION = {"basic": 1, "bottleneck": 4, "repvgg": 1}
"""Channels out of a block over its planes."""
CONVOLUTIONS = {"basic": 2, "bottleneck": 3, "repvgg": 1}
"""Convolutions of a block's branch."""

MAX_WIDTH = 8192

Depth = Annotated[int, Field(strict=True, ge=1, le=1000)]
Width = Annotated[int, Field(strict=True, ge=1, le=MAX_WIDTH)]
Fields = dict[str, Any]


def _about(description: str, **limits: Any) -> Any:
    return Field(description=description, **limits)


class ArchitectureError(FieldError):
    """Say which field of a description is wrong, what its value is, what is allowed and what to change."""


class Architecture(BaseModel):
    """Describe one network completely; docs/architectures.md has the equation and the paper of each field and value."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    block: Annotated[
        Literal["basic", "bottleneck", "repvgg"],
        _about("Two 3x3 convolutions; 1x1, 3x3, 1x1; or one 3x3 beside a 1x1 and the identity, each with its norm."),
    ] = "basic"
    depths: Annotated[tuple[Depth, ...], _about("Blocks per stage.", min_length=1, max_length=4)] = (2, 2, 2, 2)
    widths: Annotated[
        tuple[Width, ...],
        _about("Planes per stage; by default stem_width, doubled at each stage.", min_length=1, max_length=4),
    ] = (64, 128, 256, 512)
    bottleneck_stride: Annotated[Literal["3x3", "1x1"], _about("Which convolution of a bottleneck has the stride.")] = (
        "3x3"
    )
    stem: Annotated[
        Literal["imagenet", "cifar", "deep"], _about("7x7/2 and max pool; 3x3; three 3x3 and max pool.")
    ] = "imagenet"
    stem_width: Annotated[Width, _about("Channels out of the stem; 64, with the cifar stem 16.")] = 64
    shortcut: Annotated[
        Literal[
            "identity", "constant_scaling", "exclusive_gating", "shortcut_only_gating", "conv1x1", "dropout", "decayed"
        ],
        _about("The shortcut's function (He et al. 2016, Table 1; decayed: Zhang et al. 2024)."),
    ] = "identity"
    shortcut_scale: Annotated[
        float,
        _about("Factor of constant_scaling; the last of decayed; share that dropout keeps.", ge=0, le=1, strict=True),
    ] = 0.5
    residual_scale: Annotated[float, _about("Factor on F(x) with constant_scaling.", ge=0, le=1, strict=True)] = 1.0
    gate_bias: Annotated[float, _about("Bias that the gates start from.", ge=-100, le=100, strict=True)] = -6.0
    projection: Annotated[
        Literal["A", "B", "C"], _about("Shortcuts that change shape: zero padding, 1x1 convolution, 1x1 everywhere.")
    ] = "B"
    downsample: Annotated[
        Literal["strided_conv", "avg_pool"], _about("The layer that shrinks the image on a projection shortcut.")
    ] = "strided_conv"
    order: Annotated[
        Literal[
            "post_activation", "bn_after_addition", "relu_before_addition", "relu_only_preactivation", "pre_activation"
        ],
        _about("The order of norm, activation and addition (He et al. 2016, Table 2)."),
    ] = "post_activation"
    skips: Annotated[
        StrictBool | tuple[StrictBool, ...], _about("Whether shortcuts are connected: all, none, or one value a block.")
    ] = True
    norm: Annotated[Literal["batch", "group", "none"], _about("Normalisation.")] = "batch"
    norm_groups: Annotated[
        int, _about("Most groups of a group norm; as many as divide the channels.", strict=True, ge=1, le=MAX_WIDTH)
    ] = 32
    activation: Annotated[
        Literal["relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"], _about("Activation function.")
    ] = "relu"
    init: Annotated[
        Literal["kaiming_normal", "xavier_normal", "orthogonal", "delta_orthogonal", "normal"],
        _about("How weights are drawn."),
    ] = "kaiming_normal"
    init_std: Annotated[float, _about("Standard deviation of init=normal.", gt=0, le=10, strict=True)] = 0.01
    residual_init: Annotated[
        Literal["none", "zero_gamma", "skipinit", "fixup", "layer_scale", "depth_scaled"],
        _about("The means by which each branch starts small."),
    ] = "none"
    groups: Annotated[int, _about("Groups of a bottleneck's 3x3 (ResNeXt).", strict=True, ge=1, le=1024)] = 1
    width_per_group: Annotated[
        int, _about("Channels of a group for 64 planes (ResNeXt, Wide ResNet).", strict=True, ge=1, le=MAX_WIDTH)
    ] = 64
    squeeze_excitation: Annotated[StrictBool, _about("Weigh each branch's channels by the whole image.")] = False
    stochastic_depth: Annotated[
        float, _about("Probability that training drops the last block.", ge=0, lt=1, strict=True)
    ] = 0.0
    image_size: Annotated[int, _about("Height and width; 224, with the cifar stem 32.", strict=True, ge=1, le=2048)] = (
        224
    )
    in_channels: Annotated[int, _about("Channels of the images.", strict=True, ge=1, le=1024)] = 3
    num_classes: Annotated[int, _about("Logits; 1000, with the cifar stem 10.", strict=True, ge=1, le=100_000)] = 1000

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: Any) -> Any:
        """Derive what is not said from the stem and its width, and write skips that are all alike as one."""
        if not isinstance(given, Mapping):
            return given
        fields: Fields = dict(cast("Mapping[str, Any]", given))
        check_names(fields, cls.model_fields, ArchitectureError)
        if fields.get("stem") == "cifar":
            fields = {"stem_width": 16, "image_size": 32, "num_classes": 10, **fields}
        depths, width, skips = fields.get("depths", (2, 2, 2, 2)), fields.get("stem_width", 64), fields.get("skips")
        if isinstance(depths, list | tuple) and all(type(depth) is int for depth in cast("list[Any]", depths)):
            depths = cast("list[int]", depths)
            if "widths" not in fields and type(width) is int:
                fields["widths"] = tuple(width << stage for stage in range(len(depths)))
            if isinstance(skips, list | tuple):
                skips = cast("list[Any]", skips)
                alike = any(all(skip is value for skip in skips) for value in (True, False))
                if skips and len(skips) == sum(depths) and alike:
                    fields["skips"] = skips[0]
        return fields

    @model_validator(mode="after")
    def _check(self) -> Self:
        for broken, field, limit, remedy in self._rules():
            if broken:
                raise ArchitectureError(field, self.model_dump(mode="json")[field], limit, remedy)
        return self

    def _rules(self) -> Iterator[tuple[bool, str, str, str]]:
        """Say what makes no sense together: is it so, in which field, why, and what to change."""
        stages, blocks = len(self.depths), self.num_blocks
        yield (
            len(self.widths) != stages, "widths",
            f"it has {len(self.widths)} values, and depths has {stages}", f"give {stages} widths",
        )  # fmt: skip
        yield (
            isinstance(self.skips, tuple) and len(self.skips) != blocks, "skips",
            f"it has {len(self.skip_of)} values, and depths adds up to {blocks} blocks",
            f"give true, false or {blocks} booleans",
        )  # fmt: skip
        simple, remedy = self.block != "bottleneck", "set block to bottleneck"
        limit = f"a {self.block} block has no grouped convolution, so only 1 is possible"
        yield simple and self.groups != 1, "groups", limit, remedy
        limit = f"a {self.block} block has one width, so only 64 is possible"
        yield simple and self.width_per_group != 64, "width_per_group", limit, f"{remedy}, or multiply widths"
        limit = f"a {self.block} block has no 1x1 convolution with a stride to move"
        yield simple and self.bottleneck_stride != "3x3", "bottleneck_stride", limit, f"{remedy}, or this to 3x3"
        narrow = min(self.widths)
        yield (
            self.inner_width(narrow) < 1, "width_per_group",
            f"{narrow} planes x {self.width_per_group} / 64 is less than one channel a group",
            f"set width_per_group to at least {-(-64 // narrow)}, or raise widths",
        )  # fmt: skip
        channels = (self.stem_width, *(planes * self.expansion for planes in self.widths))
        yield (
            self.projection == "A" and list(channels) != sorted(channels), "projection",
            f"zero padding only adds channels, and the stages have {', '.join(map(str, channels))}",
            "set projection to B, or let widths rise from stem_width on",
        )  # fmt: skip
        yield (
            self.residual_scale != 1 and self.shortcut != "constant_scaling", "residual_scale",
            f"it belongs to shortcut=constant_scaling, and shortcut is {self.shortcut}",
            "set residual_scale to 1, or shortcut to constant_scaling",
        )  # fmt: skip
        yield (
            self.order == "bn_after_addition" and self.norm == "none", "order",
            "it puts the norm after the addition, and norm is none",
            "set norm to batch or group, or order to post_activation",
        )  # fmt: skip
        yield from self._residual_init_rules()
        if self.block == "repvgg":
            yield from self._repvgg_rules()

    def _repvgg_rules(self) -> Iterator[tuple[bool, str, str, str]]:
        """Say what a RepVGG block leaves no choice of: its shortcut is a norm beside a 1x1 convolution with its own."""
        only = {
            "shortcut": "identity", "projection": "B", "downsample": "strided_conv", "order": "post_activation",
            "norm": "batch", "squeeze_excitation": False,
        }  # fmt: skip
        for field, value in only.items():
            allowed = "false" if value is False else value
            limit = f"a RepVGG block adds three branches that end in a batch norm, so only {allowed} is possible"
            yield getattr(self, field) != value, field, limit, f"set it to {allowed}, or block to basic"

    def _residual_init_rules(self) -> Iterator[tuple[bool, str, str, str]]:
        field, zero_gamma, fixup = "residual_init", self.residual_init == "zero_gamma", self.residual_init == "fixup"
        yield (
            zero_gamma and self.norm == "none", field, "it zeroes the last norm of each branch, and norm is none",
            "set norm to batch or group, or residual_init to skipinit, which needs no norm",
        )  # fmt: skip
        yield (
            zero_gamma and self.order not in ("post_activation", "relu_only_preactivation"), field,
            f"it zeroes the norm that ends a branch, and with order={self.order} no norm ends it",
            "set residual_init to skipinit, or order to post_activation",
        )  # fmt: skip
        yield (
            fixup and self.norm != "none", field, f"it replaces normalisation, and norm is {self.norm}",
            "set norm to none, or residual_init to zero_gamma",
        )  # fmt: skip
        yield (
            fixup and self.init != "kaiming_normal", field, f"it rescales kaiming_normal, and init is {self.init}",
            "set init to kaiming_normal, or residual_init to skipinit",
        )  # fmt: skip
        yield (
            fixup and self.order == "relu_before_addition", field,
            "it zeroes the last convolution, and an activation after it would pass no gradient back",
            "set residual_init to skipinit, or order to post_activation",
        )  # fmt: skip

    @cached_property
    def num_blocks(self) -> int:
        """Count the blocks of all stages."""
        return sum(self.depths)

    @property
    def num_weighted(self) -> int:
        """Count the weighted layers of the main path: stem, convolutions of the blocks, linear layer."""
        return (3 if self.stem == "deep" else 1) + CONVOLUTIONS[self.block] * self.num_blocks + 1

    @cached_property
    def block_names(self) -> tuple[str, ...]:
        """Name the blocks in order, as modules: layer1.0, layer1.1 and so on."""
        return tuple(f"layer{stage}.{index}" for stage, depth in enumerate(self.depths, 1) for index in range(depth))

    @cached_property
    def skip_of(self) -> tuple[bool, ...]:
        """Tell for each block, in order, whether its shortcut is connected."""
        return self.skips if isinstance(self.skips, tuple) else (self.skips,) * self.num_blocks

    @property
    def expansion(self) -> int:
        """Give the channels out of a block over its planes: 1, or 4 for a bottleneck."""
        return EXPANSION[self.block]

    @property
    def branch_factor(self) -> float:
        """Give the constant factor of each branch beside a shortcut: residual_scale, over sqrt(L) of L blocks."""
        over = sqrt(self.num_blocks) if self.residual_init == "depth_scaled" else 1.0
        return self.residual_scale / over

    def shortcut_factor(self, block: str) -> float:
        """Give the constant factor of a block's shortcut: with decayed it falls evenly from 1 to the last one's."""
        if self.shortcut != "decayed":
            return self.shortcut_scale
        number = self.block_names.index(block)
        return 1 - (1 - self.shortcut_scale) * number / max(1, self.num_blocks - 1)

    def inner_width(self, planes: int) -> int:
        """Give the channels of a block's inner convolutions: planes x width_per_group / 64 x groups, as torchvision."""
        return planes if self.block != "bottleneck" else int(planes * (self.width_per_group / 64.0)) * self.groups

    def replace(self, **changes: Any) -> "Architecture":
        """Return a copy with some fields changed. Raise pydantic's ValidationError where it makes no sense.

        Widths follow depths: those of more stages double the last one, and those of fewer end earlier.
        """
        depths = changes.get("depths")
        if "widths" not in changes and isinstance(depths, list | tuple):
            changes = {**changes, "widths": widths_for(self.widths, len(cast("list[Any]", depths)))}
        return Architecture.model_validate({**self.model_dump(), **changes})


def widths_for(widths: tuple[int, ...], stages: int) -> tuple[int, ...]:
    """Return the widths of so many stages, of which these are the first."""
    more = (min(MAX_WIDTH, widths[-1] << stage) for stage in range(1, stages - len(widths) + 1))
    return (*widths[:stages], *more) if stages else widths
