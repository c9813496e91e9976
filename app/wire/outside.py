"""Runs that train elsewhere, on the wire: the request that begins one, the answer to a batch, and their events."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from skipscope.app.wire.events import Finding, Values
from skipscope.app.wire.numbers import WireNumber
from skipscope.app.wire.runs import Name, RunState
from skipscope.model.watch.request import OutsideRequest, OutsideSchema


class NewOutside(OutsideRequest):
    """A run that trains elsewhere: its network in a few words, and the names of its numbers."""

    name: Name = ""
    names: Annotated[OutsideSchema, Field(description="The names that the columns of its records are aligned to.")]

    def request(self) -> OutsideRequest:
        """Return the description of the network."""
        return OutsideRequest.model_validate({name: getattr(self, name) for name in OutsideRequest.model_fields})


class Received(BaseModel):
    """The answer to a batch."""

    step: Annotated[int, Field(description="The latest step that is kept; -1 before the first.")]
    state: Annotated[RunState, Field(description="In done, stopped, failed or interrupted nothing more is accepted.")]
    looking: Annotated[bool, Field(description="Whether somebody follows the run: then every step is wanted.")]


class OutsideSchemaVariant(BaseModel):
    """The one network, with the names of the columns of its `values`."""

    label: str
    taps: list[str]
    weights: list[str]
    blocks: list[str]
    kinds: Annotated[list[str], Field(description="The class of each tap's module; empty if the sender does not say.")]
    junctions: Annotated[list[str], Field(description="The kind of each block in words; empty if it is not said.")]


class OutsideSchemaEvent(BaseModel):
    """`schema` of a run that trains elsewhere: once, before the first step."""

    version: int
    outside: Literal[True]
    variants: list[OutsideSchemaVariant]


class OutsideGradient(BaseModel):
    """Which gradient the numbers of a step are of; a field that is left out has its default."""

    passes: Annotated[int, Field(description="Backward passes that it was accumulated over.")] = 0
    steps: Annotated[int, Field(description="Optimizer steps made with it; 0: it is as backward left it.")] = 0
    skipped: Annotated[int, Field(description="Steps that were skipped, since gradients were not finite.")] = 0
    scale: Annotated[WireNumber | None, Field(description="The scaler's factor that was divided out.")] = None
    norm: Annotated[WireNumber | None, Field(description="L2 norm of all gradients of weights.")] = None
    before: Annotated[WireNumber | None, Field(description="That norm before clipping, if it changed.")] = None
    processes: Annotated[int, Field(description="Processes that train together.")] = 1
    rank: Annotated[int, Field(description="The one whose activations these are.")] = 0
    shared: Annotated[
        Literal["", "averaged", "summed"], Field(description="How gradients of weights come from all processes.")
    ] = ""


class OutsideStepVariant(BaseModel):
    """The one network in a step; `loss` is the logged number of that name."""

    loss: WireNumber | None
    logged: Annotated[dict[str, WireNumber], Field(description="The numbers that the caller gave to watch.log.")]
    dropped: list[str]
    notes: Annotated[list[str], Field(description="Places that could not be measured, and why.")]
    values: Values
    gradient: Annotated[
        OutsideGradient | None, Field(description="Which gradient it is; null if the sender does not say, as old ones.")
    ] = None
    findings: Annotated[list[Finding], Field(description="The diagnosis. Absent in runs recorded before it was.")] = []


class OutsideStepEvent(BaseModel):
    """`step` of a run that trains elsewhere; `elapsed` are seconds since its recording began."""

    step: int
    elapsed: float
    lr: float | None
    variants: list[OutsideStepVariant]


OUTSIDE_EVENTS: dict[str, type[BaseModel]] = {"schema": OutsideSchemaEvent, "step": OutsideStepEvent}
NEW_OUTSIDE: dict[str, dict[str, Any]] = {
    "small": {
        "summary": "A network of two layers",
        "value": {
            "label": "Sequential", "host": "gpu-07", "optimizer": "AdamW", "parameters": 58, "name": "first try",
            "names": {"taps": ["0", "1"], "weights": ["0", "1"], "blocks": [], "kinds": ["Linear", "Linear"]},
        },
    }
}  # fmt: skip
