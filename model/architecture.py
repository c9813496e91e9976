"""One declarative description of a residual network: the JSON of the API, the state in the page's URL and what
modules, graphs and diagrams are made from. Nothing here computes a shape or touches a tensor."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

Count = Annotated[int, Field(strict=True, ge=1)]
Width = Annotated[int, Field(strict=True, ge=1, le=8192)]
Depth = Annotated[int, Field(strict=True, ge=1, le=1000)]
Size = Annotated[int, Field(strict=True, ge=1, le=2048)]

EXPANSION = {"basic": 1, "bottleneck": 4}


class ArchitectureError(ValueError):
    """Say which field of a description is wrong, what its value is, what is allowed and what to change."""

    def __init__(self, field: str, value: Any, limit: str, remedy: str) -> None:
        self.field, self.value, self.limit, self.remedy = field, value, limit, remedy
        super().__init__(f"{field}={value!r}: {limit}. {remedy[:1].upper()}{remedy[1:]}.")


class Architecture(BaseModel):
    """Describe one network completely; docs/architectures.md says what each field and value means."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    block: Literal["basic", "bottleneck"] = "basic"
    depths: Annotated[tuple[Depth, ...], Field(min_length=1, max_length=4, description="Blocks per stage.")] = (
        2,
        2,
        2,
        2,
    )
    widths: Annotated[
        tuple[Width, ...],
        Field(min_length=1, max_length=4, description="Planes per stage; by default stem_width, doubling."),
    ] = (64, 128, 256, 512)
    bottleneck_stride: Annotated[
        Literal["3x3", "1x1"], Field(description="Which convolution of a bottleneck shrinks the image.")
    ] = "3x3"
    stem: Literal["imagenet", "cifar", "deep"] = "imagenet"
    stem_width: Annotated[
        Width, Field(description="Channels out of the stem: 64, by default 16 with the cifar stem.")
    ] = 64
    shortcut: Literal[
        "identity", "constant_scaling", "exclusive_gating", "shortcut_only_gating", "conv1x1", "dropout"
    ] = "identity"
    shortcut_scale: Annotated[
        float, Field(ge=0, le=1, description="Factor of constant_scaling; share that dropout keeps.")
    ] = 0.5
    residual_scale: Annotated[float, Field(ge=0, le=1, description="Factor on F(x) with constant_scaling.")] = 1.0
    gate_bias: Annotated[float, Field(ge=-100, le=100, description="Bias that the gates start from.")] = -6.0
    projection: Literal["A", "B", "C"] = "B"
    downsample: Literal["strided_conv", "avg_pool"] = "strided_conv"
    order: Literal[
        "post_activation", "bn_after_addition", "relu_before_addition", "relu_only_preactivation", "pre_activation"
    ] = "post_activation"
    skips: Annotated[
        StrictBool | tuple[StrictBool, ...], Field(description="Is the shortcut connected? For all, or one a block.")
    ] = True
    norm: Literal["batch", "group", "none"] = "batch"
    norm_groups: Annotated[int, Field(strict=True, ge=1, le=8192, description="Most groups of a group norm.")] = 32
    activation: Literal["relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"] = "relu"
    init: Literal["kaiming_normal", "xavier_normal", "orthogonal", "normal"] = "kaiming_normal"
    init_std: Annotated[float, Field(gt=0, le=10, description="Standard deviation of init=normal.")] = 0.01
    residual_init: Literal["none", "zero_gamma", "skipinit", "fixup", "layer_scale"] = "none"
    groups: Annotated[int, Field(strict=True, ge=1, le=1024)] = 1
    width_per_group: Annotated[int, Field(strict=True, ge=1, le=8192)] = 64
    squeeze_excitation: StrictBool = False
    stochastic_depth: Annotated[
        float, Field(ge=0, lt=1, description="Probability that the last block is dropped in training.")
    ] = 0.0
    image_size: Size = 224
    in_channels: Annotated[int, Field(strict=True, ge=1, le=1024)] = 3
    num_classes: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 1000

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        """Take what is not said from the stem: CIFAR nets are narrow and see small images."""
        if not isinstance(given, Mapping):
            return given
        filled = dict(cast("Mapping[str, Any]", given))
        if filled.get("stem") == "cifar":
            for field, value in (("stem_width", 16), ("image_size", 32), ("num_classes", 10)):
                filled.setdefault(field, value)
        depths = filled.get("depths", (2, 2, 2, 2))
        width = filled.get("stem_width", 64)
        if "widths" not in filled and isinstance(depths, list | tuple) and isinstance(width, int):
            filled["widths"] = tuple(width << stage for stage in range(len(cast("list[int]", depths))))
        return filled

    @model_validator(mode="after")
    def _check(self) -> Self:
        for broken in (self._lengths, self._groups, self._residual_init, self._shapes):
            error = broken()
            if error is not None:
                raise error
        return self

    def _lengths(self) -> ArchitectureError | None:
        if len(self.widths) != len(self.depths):
            limit = f"one number a stage is needed, and depths {list(self.depths)} has {len(self.depths)} stages"
            return ArchitectureError("widths", list(self.widths), limit, f"give {len(self.depths)} widths")
        if isinstance(self.skips, tuple) and len(self.skips) != self.num_blocks:
            limit = f"{len(self.skips)} values, but depths {list(self.depths)} has {self.num_blocks} blocks"
            return ArchitectureError(
                "skips", list(self.skips), limit, f"give true, false or a list of {self.num_blocks} booleans"
            )
        return None

    def _groups(self) -> ArchitectureError | None:
        if self.block == "basic":
            for field, value, plain in (("groups", self.groups, 1), ("width_per_group", self.width_per_group, 64)):
                if value != plain:
                    return ArchitectureError(
                        field,
                        value,
                        f"a basic block has no grouped convolution, only {plain} is possible",
                        "set block to bottleneck, or widen the net by widths",
                    )
        for planes in self.widths:
            if self.block == "bottleneck" and self.inner_width(planes) < 1:
                return ArchitectureError(
                    "width_per_group",
                    self.width_per_group,
                    f"{planes} planes x {self.width_per_group} / 64 leaves no channel for a group",
                    f"set width_per_group to at least {-(-64 // planes)}, or raise widths",
                )
        return None

    def _residual_init(self) -> ArchitectureError | None:
        if self.order == "bn_after_addition" and self.norm == "none":
            return ArchitectureError(
                "order", self.order, "it places the norm after the addition, and norm is none",
                "set norm to batch or group, or order to post_activation",
            )  # fmt: skip
        if self.residual_init == "zero_gamma":
            if self.norm == "none":
                return ArchitectureError(
                    "residual_init", self.residual_init, "it zeroes the last norm of each branch, and norm is none",
                    "set norm to batch or group, or residual_init to skipinit, which needs no norm",
                )  # fmt: skip
            if self.order in ("pre_activation", "bn_after_addition"):
                return ArchitectureError(
                    "residual_init", self.residual_init,
                    f"it zeroes the norm that ends a branch, and with order {self.order} a convolution ends it",
                    "set residual_init to skipinit, or order to post_activation",
                )  # fmt: skip
        if self.residual_init == "fixup":
            if self.norm != "none":
                return ArchitectureError(
                    "residual_init", self.residual_init, f"it replaces normalisation, and norm is {self.norm}",
                    "set norm to none, or residual_init to zero_gamma",
                )  # fmt: skip
            if self.init != "kaiming_normal":
                return ArchitectureError(
                    "residual_init", self.residual_init, f"it rescales kaiming_normal, and init is {self.init}",
                    "set init to kaiming_normal",
                )  # fmt: skip
        return None

    def _shapes(self) -> ArchitectureError | None:
        channels = self.stem_width
        for stage, planes in enumerate(self.widths):
            out = planes * EXPANSION[self.block]
            if self.projection == "A" and out < channels:
                return ArchitectureError(
                    "projection",
                    "A",
                    f"zero padding only adds channels, and layer{stage + 1} goes from {channels} to {out}",
                    "set projection to B, or let widths rise from stem_width on",
                )
            channels = out
        return None

    @cached_property
    def num_blocks(self) -> int:
        """Count the blocks of all stages."""
        return sum(self.depths)

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

    def inner_width(self, planes: int) -> int:
        """Give the channels of a block's inner convolutions, as torchvision does: planes x width_per_group / 64 x groups."""
        return planes if self.block == "basic" else int(planes * (self.width_per_group / 64.0)) * self.groups

    def replace(self, **changes: Any) -> "Architecture":
        """Return a copy with some fields changed, checked again. Raise pydantic's ValidationError where it makes no sense."""
        return Architecture.model_validate({**self.model_dump(), **changes})
