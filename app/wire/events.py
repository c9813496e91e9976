"""The events of runs, the answer of a probe and the history, as the OpenAPI document describes them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from skipscope.app.wire.experiments import ProgressEvent, ResultEvent
from skipscope.app.wire.headline import Headline
from skipscope.app.wire.numbers import Column, WireNumber
from skipscope.app.wire.runs import RunState
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.devices import DeviceName
from skipscope.model.measure.course import Unit
from skipscope.model.measure.diagnosis import Kind

COSINE = "One a block, absent in old runs: the cosine of F(x) and"
COMPARISON = "One sentence that compares the networks; null where there is one alone, or an old recording has none."


class SchemaVariant(BaseModel):
    """One network, with the names of the columns of its `values`. A block's output is the tap of the block's name."""

    label: Annotated[str, Field(examples=["ResNet-56"])]
    architecture: Architecture
    precision: Literal["float32", "bfloat16"]
    memory_format: Literal["contiguous", "channels_last"]
    device: Annotated[DeviceName, Field(description="The device it works on.")]
    strength: Annotated[list[float], Field(description="The factor on each block's shortcut at the start.")]
    taps: list[str]
    weights: list[str]
    blocks: list[str]


class SchemaEvent(BaseModel):
    """`schema`: once, before the first step."""

    version: Annotated[int, Field(description="Of the form of all events of the run.")]
    variants: list[SchemaVariant]


class Values(BaseModel):
    """A column a measure; null is what does not apply. docs/measures.md defines them."""

    activation_rms: Annotated[Column, Field(description="One a tap.")]
    gradient_rms: Annotated[Column, Field(description="One a tap.")]
    zero_fraction: Annotated[Column, Field(description="One a tap.")]
    nonfinite: Annotated[list[int | None], Field(description="One a tap: elements that are NaN or infinite.")]
    dead_units: Annotated[
        list[int | None] | None,
        Field(description="One a tap: units that are zero for every image at every position. Absent in old runs."),
    ] = None
    weight_gradient_norm: Annotated[Column, Field(description="One a weight.")]
    update_ratio: Annotated[Column, Field(description="One a weight; null in a probe, which makes no update.")]
    residual_rms: Annotated[Column, Field(description="One a block.")]
    identity_rms: Annotated[Column, Field(description="One a block.")]
    residual_gradient_norm: Annotated[Column, Field(description="One a block.")]
    identity_gradient_norm: Annotated[Column, Field(description="One a block.")]
    descent_cosine: Annotated[Column | None, Field(description=f"{COSINE} -dL/dx.")] = None
    successive_cosine: Annotated[Column | None, Field(description=f"{COSINE} the next block's F.")] = None


class Finding(BaseModel):
    """A diagnosis in a plain sentence, and the numbers that show it: measure, name and value of each."""

    kind: Kind
    sentence: str
    step: int
    evidence: list[tuple[str, str, WireNumber]]


class Net(BaseModel):
    """The shortcuts of a network, one value a block: whether it is connected, and the factor on it."""

    skips: list[bool]
    strength: list[float]


class SeenBatch(BaseModel):
    """The first images of a batch, at most 64: their numbers in the data set, counted from 0, and their classes."""

    images: list[int]
    labels: Annotated[list[int], Field(description="Numbers of the data set's `classes`.")]


class StepVariant(BaseModel):
    """One network in a step; `loss` and `accuracy` are the batch's, `test_accuracy` is null if it was not due."""

    loss: WireNumber
    accuracy: WireNumber
    test_accuracy: WireNumber | None
    dropped: Annotated[list[str], Field(description="Blocks whose F was not computed (stochastic depth).")]
    net: Annotated[Net, Field(description="The network that was measured.")]
    values: Values
    findings: list[Finding]
    answers: Annotated[
        list[int | None] | None,
        Field(
            description="The class with the largest logit for each image of `batch`; null where that logit is not "
            "finite. Absent in old runs."
        ),
    ] = None


class StepEvent(BaseModel):
    """`step`: one recorded step of all variants; `elapsed` are seconds of training."""

    step: int
    epoch: float
    elapsed: float
    lr: float
    precision: Literal["float32", "bfloat16"]
    comparison: Annotated[str | None, Field(description=COMPARISON)]
    batch: Annotated[SeenBatch | None, Field(description="Its first images. Absent in old runs.")] = None
    headline: Headline
    variants: list[StepVariant]


class Changed(BaseModel):
    """The changed field: one of these."""

    skips: list[bool] | None = None
    strength: list[float] | None = None
    lr: float | None = None


class ChangeEvent(BaseModel):
    """`change`: something is different from this step on; `variant` is null where it is so for all."""

    step: int
    variant: int | None
    changed: Changed


class Refused(BaseModel):
    """A change that the network did not take, and why; `variant` is null where it was asked of all."""

    variant: int | None
    changed: Annotated[Changed, Field(description="The requested change; empty if an old recording lacks it.")]
    detail: str


class StatusEvent(BaseModel):
    """`status`: another state or place in the queue; the last event of all is one with `final`."""

    state: RunState
    reason: str | None
    queue_position: int | None
    queue_seconds: Annotated[
        float | None, Field(description="About how long until it starts; left out if it does not wait.")
    ] = None
    final: Annotated[bool, Field(description="True on the last event; left out on all others.")] = False
    refused: Annotated[
        Refused | None, Field(description="The reason of a refused change; left out if nothing was refused.")
    ] = None


class Theory(BaseModel):
    """The values that mean-field theory expects at each tap; or the reason why there are none."""

    activation_rms: Column
    gradient_rms: Column
    reason: str | None


class Course(BaseModel):
    """How the gradient runs from the last block to the first: `factor` in all, over `count` blocks."""

    factor: Annotated[WireNumber | None, Field(description="null where the gradient of `zeros` of the blocks is 0.")]
    count: int
    unit: Unit
    zeros: int
    places: Annotated[int, Field(description="The blocks that were measured.")]


STANDS_IN = "null in a recording, where a first step stands in for the probe."


class ProbedVariant(SchemaVariant, StepVariant):
    """One network at initialisation: names, what was measured, and what theory expects."""

    theory: Annotated[Theory | None, Field(description=STANDS_IN)]
    course: Annotated[Course | None, Field(description=STANDS_IN)]


class ProbeView(BaseModel):
    """One forward and one backward pass of each variant."""

    comparison: Annotated[str | None, Field(description=COMPARISON)]
    batch: Annotated[
        SeenBatch | None, Field(description="The first images of the batch. Absent in recordings of old runs.")
    ] = None
    headline: Headline
    variants: list[ProbedVariant]


class RunAbout(BaseModel):
    """People's words on a run."""

    id: str
    name: str
    tags: list[str]
    notes: str


class HistoryView(BaseModel):
    """The recorded events, as the stream sent them."""

    model_config = ConfigDict(populate_by_name=True)

    run: RunAbout
    schema_: Annotated[SchemaEvent | None, Field(alias="schema")]
    changes: list[ChangeEvent]
    steps: list[StepEvent]


class TableView(BaseModel):
    """The columns that were named: a row a step."""

    run: RunAbout
    columns: list[str]
    rows: list[list[float | str | None]]


EVENTS: dict[str, type[BaseModel]] = {
    "schema": SchemaEvent, "step": StepEvent, "change": ChangeEvent, "status": StatusEvent,
}  # fmt: skip
"""The data of each kind of event of a run."""
EXPERIMENT_EVENTS: dict[str, type[BaseModel]] = {
    "progress": ProgressEvent, "partial": ResultEvent, "result": ResultEvent, "status": StatusEvent,
}  # fmt: skip
"""The data of each kind of event of an experiment."""


class SchemaMessage(BaseModel):
    """A `schema` with its number in the stream."""

    id: int
    type: Literal["schema"]
    data: SchemaEvent


class StepMessage(BaseModel):
    """A `step` with its number in the stream."""

    id: int
    type: Literal["step"]
    data: StepEvent


class ChangeMessage(BaseModel):
    """A `change` with its number in the stream."""

    id: int
    type: Literal["change"]
    data: ChangeEvent


class StatusMessage(BaseModel):
    """A `status` with its number in the stream."""

    id: int
    type: Literal["status"]
    data: StatusEvent


Message = SchemaMessage | StepMessage | ChangeMessage | StatusMessage
"""An event as a page takes it: from a stream, or from a file that replays a run."""


def stream(kinds: Mapping[str, type[BaseModel]] = MappingProxyType(EVENTS)) -> dict[str, Any]:
    """Return the content of the stream: `itemSchema` is OpenAPI 3.2's, of each event; 3.1 has no word for it."""
    events = [
        {
            "type": "object",
            "required": ["id", "event", "data"],
            "properties": {
                "id": {"type": "string", "pattern": "^[1-9][0-9]*$"},
                "event": {"type": "string", "const": kind},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": f"#/components/schemas/{model.__name__}"},
                },
            },
        }
        for kind, model in kinds.items()
    ]
    return {"itemSchema": {"oneOf": events}}


def components(*more: type[BaseModel]) -> dict[str, Any]:
    """Return the schemas of all events, of the history and of `more`, as parts of the OpenAPI document."""
    named = (*EVENTS.values(), *EXPERIMENT_EVENTS.values(), HistoryView, TableView, *more)
    _, found = models_json_schema(
        [(one, "serialization") for one in named], ref_template="#/components/schemas/{model}"
    )
    return found["$defs"]
