"""Requests and answers of the API's part for runs, as the OpenAPI document describes them."""

import json
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator

from skipscope.app.wire.numbers import Column, WireNumber
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError, Strict
from skipscope.model.watch.request import OutsideRequest

RunState = Literal["queued", "running", "paused", "done", "stopped", "failed", "interrupted"]
RunId = Annotated[str, Path(max_length=64, description="The run's id.")]
Strength = Annotated[float, Field(strict=True, ge=0, le=1)]
Name = Annotated[str, Field(max_length=80, description="For people; any text.")]
Rate = Annotated[
    float, Field(strict=True, ge=0, le=1000, description="Recorded steps a second; 0: as fast as it goes.")
]
MAX_TAG = 30
Tag = Annotated[str, Field(min_length=1, max_length=MAX_TAG)]
Tags = Annotated[list[Tag], Field(max_length=10, description="Words to find it by, without commas.")]
Notes = Annotated[str, Field(max_length=4000, description="For people; any text.")]
CHANGES = ("state", "skips", "strength", "lr", "max_rate", "name", "tags", "notes")

ONE_CHANGE: list[Any] = [
    {"required": [name], "properties": {other: {"type": "null"} for other in CHANGES if other != name}}
    for name in CHANGES
]

NEW_RUN: dict[str, dict[str, Any]] = {
    "defaults": {"summary": "plain-56 beside ResNet-56, without normalisation, on digits", "value": {}},
    "smaller": {
        "summary": "ResNet-20 with and without batch norm",
        "value": {
            "variants": [{"preset": "resnet20"}, {"preset": "resnet20", "norm": "none"}],
            "dataset": "digits", "batch_size": 32, "lr": 0.05, "steps": 100, "record_every": 2,
        },
    },
    "weights": {
        "summary": "Go on with the networks of weights, those of a run or uploaded",
        "value": {"weights": "5b2f0e8c1d6a4f37", "lr": 0.001, "steps": 100},
    },
}  # fmt: skip
CHANGE: dict[str, dict[str, Any]] = {
    "pause": {"summary": "Pause", "value": {"state": "paused"}},
    "cut": {"summary": "Cut the first shortcut of the second variant", "value": {
        "variant": 1, "skips": [False, *[True] * 26]}},
    "strength": {"summary": "Multiply the shortcuts of the first variant", "value": {
        "variant": 0, "strength": [0.5, *[1] * 26]}},
    "rate": {"summary": "Another learning rate", "value": {"lr": 0.001}},
    "pace": {"summary": "At most two recorded steps a second", "value": {"max_rate": 2}},
    "name": {"summary": "A name for people", "value": {"name": "without batch norm"}},
    "tags": {"summary": "Tags", "value": {"tags": ["lesson 2", "no norm"]}},
    "notes": {"summary": "Notes", "value": {"notes": "The gradient vanishes at step 12."}},
}  # fmt: skip
PROBE: dict[str, dict[str, Any]] = {
    "defaults": {"summary": "plain-56 beside ResNet-56, without normalisation, on digits", "value": {}},
    "small": {
        "summary": "ResNet-20, its first shortcut at half strength, on 16 images",
        "value": {"variants": [{"preset": "resnet20"}], "batch_size": 16, "strengths": [[0.5, *[1] * 8]]},
    },
}  # fmt: skip
FORK: dict[str, dict[str, Any]] = {
    "second": {"summary": "Two copies of the second variant", "value": {"variant": 1}},
}  # fmt: skip


class NewRun(TrainingRequest):
    """A training: whether it waits for its first step to be asked for, how fast it goes at most, its name."""

    state: Literal["running", "paused"] = "running"
    max_rate: Rate = 0.0
    name: Name = ""

    def given(self) -> dict[str, Any]:
        """Return the fields of the training that somebody gave."""
        return {name: getattr(self, name) for name in TrainingRequest.model_fields if name in self.model_fields_set}

    def training(self) -> TrainingRequest:
        """Return what is trained."""
        return TrainingRequest.model_construct(
            **{name: getattr(self, name) for name in TrainingRequest.model_fields}, _fields_set=None
        )


class Change(Strict):
    """A change of a run: state, skips, strength, lr, max_rate while it goes on; name, tags, notes at any time."""

    model_config = ConfigDict(json_schema_extra={"oneOf": ONE_CHANGE})

    state: Literal["running", "paused", "stopped"] | None = None
    variant: Annotated[
        int, Field(strict=True, ge=0, le=3, description="The network of skips or strength, counted from 0.")
    ] = 0
    skips: Annotated[list[StrictBool] | None, Field(max_length=4000, description="One value a block.")] = None
    strength: Annotated[list[Strength] | None, Field(max_length=4000, description="One factor a block.")] = None
    lr: Annotated[float | None, Field(strict=True, gt=0, le=100)] = None
    max_rate: Rate | None = None
    name: Name | None = None
    tags: Tags | None = None
    notes: Notes | None = None

    def said(self) -> dict[str, str]:
        """Return what is kept beside the run, and not told to it."""
        tags = None if self.tags is None else json.dumps(self.tags, ensure_ascii=False)
        given = {"name": self.name, "tags": tags, "notes": self.notes}
        return {name: value for name, value in given.items() if value is not None}

    @field_validator("tags", mode="after")
    @classmethod
    def _plain(cls, tags: list[str] | None) -> list[str] | None:
        """Leave out spaces around tags, and the second of two; refuse what a list by commas cannot say."""
        plain = [" ".join(tag.split()) for tag in tags or ()]
        for tag in plain:
            if not tag or "," in tag:
                raise FieldError("tags", tag, "it is no word without a comma", "give words such as lesson 2")
        return None if tags is None else [*dict.fromkeys(plain)]

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in CHANGES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(CHANGES)}; here are {', '.join(given) or 'none'}")
        return self


class Fork(Strict):
    """Which network of a run is copied."""

    variant: Annotated[int, Field(strict=True, ge=0, le=3, description="Counted from 0.")] = 0


class Needs(BaseModel):
    """The needs of a run: the most memory, by the estimate that decides its admission, the server's limit, and time."""

    memory_bytes: int
    limit_bytes: int
    seconds: Annotated[float, Field(description="About, on one thread, without pauses.")]


class VariantDigest(BaseModel):
    """One variant of a run over its steps; the ratio is gradient_rms at the first block over that at the last."""

    label: str
    loss: Annotated[Column, Field(description="null where a run that trains elsewhere logged none.")]
    accuracy: Annotated[Column, Field(description="null where a run that trains elsewhere logged none.")]
    gradient_ratio: Annotated[Column, Field(description="null if the last block receives a gradient of exactly 0.")]
    test_accuracy: Annotated[
        WireNumber | None, Field(description="On the images held out, at test_step; null before the first test.")
    ] = None


class LeftBand(BaseModel):
    """A gradient ratio outside of its band: since which step, the newest step and its ratio."""

    since: int
    step: int
    ratio: WireNumber
    is_alert: Annotated[bool, Field(description="Whether it has been outside for as many steps as the band allows.")]


class RunDigest(BaseModel):
    """A run in a few numbers, at about 48 of its steps and at the last one; accuracy is that of the batch."""

    steps: list[int]
    test_step: int | None = None
    variants: list[VariantDigest]
    left: Annotated[LeftBand | None, Field(description="Of runs that train elsewhere; null while inside.")] = None


class WeightsView(BaseModel):
    """The final weights of a run's networks, at `address`; 0 `bytes` if they are not kept, for the reason in `note`."""

    bytes: int
    note: str | None
    address: str | None


class RunView(BaseModel):
    """A run. `created` and `ended` are seconds since 1970; `events` is the address of its stream."""

    id: str
    name: str
    tags: list[str]
    notes: str
    own: Annotated[bool, Field(description="Whether you may change it: you started it, or may change all.")]
    state: RunState
    reason: str | None
    queue_position: int | None
    queue_seconds: Annotated[
        float | None, Field(description="About how long until it starts; null if it does not wait.")
    ]
    created: float
    ended: float | None
    recorded: Annotated[int, Field(description="Steps that were recorded until now.")]
    last_event: Annotated[int, Field(description="Number of the latest event.")]
    request: Annotated[TrainingRequest | None, Field(description="null of a run that trains elsewhere.")]
    outside: Annotated[OutsideRequest | None, Field(description="The network of a run that trains elsewhere.")]
    digest: RunDigest | None
    weights: Annotated[
        WeightsView | None, Field(description="null until the run is done or stopped, and if it ended otherwise.")
    ]
    experiment: Annotated[str | None, Field(description="Id of the experiment that it is a part of, if it is.")] = None
    events: str
    history: str


class Beside(BaseModel):
    """The names of runs beside each other, in the order of the request."""

    names: Annotated[list[str], Field(description="An empty name where nothing differs.")]


class RunPage(BaseModel):
    """Some of the runs, the newest first; `next` is the address of those before, null at the end."""

    total: int
    offset: int
    limit: int
    runs: list[RunView]
    next: str | None


class ProblemView(BaseModel):
    """Why something was refused (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    value: Annotated[Any, Field(description="As it was given; the beginning as a text if it is long.")] = None
    limit: str | None = None
    remedy: str | None = None
