"""What a run says and a probe tells, as it stands in the OpenAPI document: the shapes of events and of history."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skipscope.app.wire.runs import RunState
from skipscope.model.describe.architecture import Architecture

Column = list[float | None]


class SchemaVariant(BaseModel):
    """One network: what the columns of its `values` are aligned to. A block's output is the tap of the block's name."""

    label: Annotated[str, Field(examples=["ResNet-56"])]
    architecture: Architecture
    precision: Literal["float32", "bfloat16"]
    memory_format: Literal["contiguous", "channels_last"]
    strength: Annotated[list[float], Field(description="The factor on each block's shortcut at the start.")]
    taps: list[str]
    weights: list[str]
    blocks: list[str]


class SchemaEvent(BaseModel):
    """`schema`: once, before the first step."""

    variants: list[SchemaVariant]


class Values(BaseModel):
    """A column a measure; null is what is not finite or does not apply. docs/measures.md defines them."""

    activation_rms: Annotated[Column, Field(description="One a tap.")]
    gradient_rms: Annotated[Column, Field(description="One a tap.")]
    zero_fraction: Annotated[Column, Field(description="One a tap.")]
    nonfinite: Annotated[Column, Field(description="One a tap: elements that are NaN or infinite.")]
    weight_gradient_norm: Annotated[Column, Field(description="One a weight.")]
    update_ratio: Annotated[Column, Field(description="One a weight; null in a probe, which makes no update.")]
    residual_rms: Annotated[Column, Field(description="One a block.")]
    identity_rms: Annotated[Column, Field(description="One a block.")]
    residual_gradient_norm: Annotated[Column, Field(description="One a block.")]
    identity_gradient_norm: Annotated[Column, Field(description="One a block.")]


class Finding(BaseModel):
    """A diagnosis in a plain sentence, and the numbers that show it: measure, name and value of each."""

    kind: str
    sentence: str
    step: int
    evidence: list[tuple[str, str, float | None]]


class StepVariant(BaseModel):
    """What one network did in a step; `loss` and `accuracy` are the batch's, `test_accuracy` is null where not due."""

    loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    dropped: Annotated[list[str], Field(description="Blocks whose F was not computed (stochastic depth).")]
    values: Values
    findings: list[Finding]


class StepEvent(BaseModel):
    """`step`: one recorded step of all variants; `elapsed` are seconds of training."""

    step: int
    epoch: float
    elapsed: float
    lr: float
    precision: Literal["float32", "bfloat16"]
    variants: list[StepVariant]


class Changed(BaseModel):
    """What was changed: one of these."""

    skips: list[bool] | None = None
    strength: list[float] | None = None
    lr: float | None = None


class ChangeEvent(BaseModel):
    """`change`: something is different from this step on; `variant` is null where it is so for all."""

    step: int
    variant: int | None
    changed: Changed


class StatusEvent(BaseModel):
    """`status`: another state or place in the queue; the last event of all is one with `final`."""

    state: RunState
    reason: str | None
    queue_position: int | None
    final: Annotated[bool, Field(description="Whether nothing follows; left out where something does.")] = False


class Theory(BaseModel):
    """What mean-field theory expects at each tap; or why it expects nothing."""

    activation_rms: Column
    gradient_rms: Column
    reason: str | None


class ProbedVariant(SchemaVariant, StepVariant):
    """One network at initialisation: names, what was measured, and what theory expects."""

    theory: Theory


class ProbeView(BaseModel):
    """One forward and one backward pass of each variant."""

    variants: list[ProbedVariant]


class HistoryView(BaseModel):
    """What was recorded, as it was said on the stream."""

    model_config = ConfigDict(populate_by_name=True)

    schema_: Annotated[SchemaEvent | None, Field(alias="schema")]
    changes: list[ChangeEvent]
    steps: list[StepEvent]


class TableView(BaseModel):
    """The columns that were named: a row a step."""

    columns: list[str]
    rows: list[list[float | str | None]]


EVENTS: dict[str, type[BaseModel]] = {
    "schema": SchemaEvent, "step": StepEvent, "change": ChangeEvent, "status": StatusEvent,
}  # fmt: skip
"""The data of each kind of event."""


def stream() -> dict[str, Any]:
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
        for kind, model in EVENTS.items()
    ]
    return {"itemSchema": {"oneOf": events}}


def components() -> dict[str, Any]:
    """Return the schemas of all events and of the history, as parts of the OpenAPI document."""
    found: dict[str, Any] = {}
    for model in (*EVENTS.values(), HistoryView, TableView):
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found
