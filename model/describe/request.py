"""Requests: a training of one to four variants, or a probe. Checked when made; needs no torch."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema, model_validator

from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.devices import AskedDevice
from skipscope.model.describe.names import MAX_LABEL, labels_of
from skipscope.model.describe.presets import resolve
from skipscope.model.describe.words import NAME_PATTERN, FieldError, Strict

MAX_VARIANTS = 4

MAX_NAME = 64
DatasetName = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=NAME_PATTERN)]


Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL, pattern=r"^[^/\x00-\x1f]+$")]
"""A network's name for people; exports name columns `label/measure`."""


def _description() -> dict[str, Any]:
    schema = Architecture.model_json_schema()
    preset = {"type": "string", "description": "The preset to which the other fields are differences."}
    schema["properties"] = {"preset": preset, **schema["properties"]}
    schema["title"] = "Description"
    return schema


Description = Annotated[dict[str, Any], WithJsonSchema(_description())]
"""An architecture, whole or as differences from a preset."""
Variant = Annotated[
    Architecture,
    BeforeValidator(lambda v: resolve(v) if isinstance(v, dict) else v, json_schema_input_type=Description),
]


def _default_variants() -> tuple[Architecture, ...]:
    common: dict[str, Any] = {"norm": "none", "init": "xavier_normal"}
    return resolve({"preset": "plain56", **common}), resolve({"preset": "resnet56", **common})


class Batches(Strict):
    """Which images the networks see, from which seed everything random comes, and where they work."""

    model_config = ConfigDict(frozen=True)

    variants: tuple[Variant, ...] = Field(
        default_factory=_default_variants, min_length=1, max_length=MAX_VARIANTS, description="1 to 4 networks."
    )
    dataset: DatasetName = "digits"
    image_size: Annotated[
        int | None,
        Field(
            strict=True,
            ge=8,
            le=256,
            description="Upsample to this; null: the data's own, 64 or more with a stem for ImageNet.",
        ),
    ] = None
    batch_size: Annotated[int, Field(strict=True, ge=1, le=4096)] = 64
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 0
    device: Annotated[
        AskedDevice, Field(description="The device: cpu, cuda (a GPU), mps (a Mac's); auto: the server's choice.")
    ] = "auto"


Strength = Annotated[float, Field(strict=True, ge=0, le=1)]
Strengths = Annotated[tuple[Strength, ...], Field(max_length=4000)]


class ProbeRequest(Batches):
    """One forward and one backward pass of each variant at initialisation, on the first batch."""

    strengths: Annotated[
        tuple[Strengths | None, ...] | None,
        Field(description="For each variant, null or a factor a block on its shortcut.", max_length=MAX_VARIANTS),
    ] = None
    born: Annotated[
        tuple[Variant, ...] | None,
        Field(
            description="The variants before skips were cut or connected: they go by the names that they had then.",
            max_length=MAX_VARIANTS,
        ),
    ] = None

    def names(self, architectures: Sequence[Architecture]) -> tuple[str, ...]:
        """Return what the networks are called, as they are built for their data, each differently."""
        return labels_of(architectures, born=self.born)

    @model_validator(mode="after")
    def _check_born(self) -> Self:
        if self.born is not None and len(self.born) != len(self.variants):
            limit = f"it has {len(self.born)} networks for {len(self.variants)}"
            raise FieldError("born", len(self.born), limit, "give one a network, or null")
        return self

    @model_validator(mode="after")
    def _check_strengths(self) -> Self:
        if self.strengths is None:
            return self
        if len(self.strengths) != len(self.variants):
            limit = f"it has {len(self.strengths)} values for {len(self.variants)} networks"
            raise FieldError("strengths", self.strengths, limit, "give one a network, or null")
        for index, (variant, given) in enumerate(zip(self.variants, self.strengths, strict=True)):
            if given is not None and len(given) != variant.num_blocks:
                limit = f"it has {len(given)} values, and the network has {variant.num_blocks} blocks"
                raise FieldError(f"strengths.{index}", given, limit, "give one a block")
        return self

    def single(self, index: int) -> "ProbeRequest":
        """Return the request for one of the variants."""
        strengths = None if self.strengths is None or self.strengths[index] is None else (self.strengths[index],)
        return self.model_copy(update={"variants": (self.variants[index],), "strengths": strengths, "born": None})


class TrainingRequest(Batches):
    """One training of all variants in lockstep, on the same batches."""

    optimizer: Literal["sgd", "adam", "adamw"] = "sgd"
    lr: Annotated[float, Field(strict=True, gt=0, le=100)] = 0.005
    momentum: Annotated[float, Field(strict=True, ge=0, lt=1)] = 0.9
    nesterov: StrictBool = False
    weight_decay: Annotated[float, Field(strict=True, ge=0, le=10)] = 0.0
    schedule: Annotated[Literal["constant", "step", "cosine"], Field(description="step: /10 at 50 % and 75 %.")] = (
        "constant"
    )
    warmup_steps: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    clip_norm: Annotated[float | None, Field(strict=True, gt=0, le=1e6)] = None
    label_smoothing: Annotated[float, Field(strict=True, ge=0, lt=1)] = 0.0
    precision: Literal["float32", "bfloat16"] = "float32"
    channels_last: Annotated[
        StrictBool | None, Field(description="Order of numbers in memory; null: the faster one by our measurements.")
    ] = None
    steps: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 200
    record_every: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 1
    eval_every: Annotated[
        int | None,
        Field(strict=True, ge=0, le=1_000_000, description="Steps from test to test; null: an epoch; 0: none."),
    ] = None

    labels: Annotated[
        tuple[Label, ...] | None,
        Field(description="Names for the networks; null: their own.", max_length=MAX_VARIANTS),
    ] = None

    weights: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            description="Id of weights to start from: uploaded ones, or a run that has ended; networks are theirs.",
        ),
    ] = None

    def names(self) -> tuple[str, ...]:
        """Return what the networks are called, each differently."""
        return labels_of(self.variants) if self.labels is None else self.labels

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.labels is not None and self.weights is None and len(self.labels) != len(self.variants):
            limit = f"it has {len(self.labels)} names for {len(self.variants)} networks"
            raise FieldError("labels", self.labels, limit, "give one a network, or null")
        if self.labels is not None and len(set(self.labels)) < len(self.labels):
            raise FieldError("labels", self.labels, "two networks have one name", "give each a name of its own")
        if self.nesterov and (self.optimizer != "sgd" or self.momentum == 0):
            remedy = "set optimizer to sgd and momentum above 0, or nesterov to false"
            raise FieldError("nesterov", True, "it is a form of SGD's momentum", remedy)
        if self.warmup_steps > self.steps:
            limit = f"it is at most steps, {self.steps}"
            raise FieldError("warmup_steps", self.warmup_steps, limit, "lower warmup_steps or raise steps")
        return self
