"""Requests and answers of the API's part for experiments, as the OpenAPI document describes them."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from skipscope.app.wire.runs import RunState

ExperimentId = Annotated[str, Path(max_length=64, description="The experiment's id.")]
Figure = Annotated[dict[str, Any] | None, Field(description="A Plotly figure, data and layout; null if there is none.")]

NEW_EXPERIMENT: dict[str, dict[str, Any]] = {
    "own": {"summary": "A kind of one's own, with a field of its request", "value": {
        "kind": "squares", "num_squares": 4}},
}  # fmt: skip
CHANGE: dict[str, dict[str, Any]] = {"pause": {"summary": "Pause", "value": {"state": "paused"}}}


class KindView(BaseModel):
    """A kind of experiment, and the JSON schema of its request."""

    model_config = ConfigDict(populate_by_name=True)

    kind: str
    title: Annotated[str, Field(description="The question that it answers.")]
    why: Annotated[str, Field(description="Why the answer matters; empty if the kind does not say.")]
    asks: Annotated[str, Field(description="The steps of the experiment; empty if the kind does not say.")]
    paper: str
    schema_: Annotated[dict[str, Any], Field(alias="schema")]


class NewExperiment(BaseModel):
    """An experiment: its kind, and the fields of its kind's request."""

    model_config = ConfigDict(extra="allow")

    kind: Annotated[str, Field(max_length=64, description="One of those that GET /api/experiments lists.")]


class EstimateView(BaseModel):
    """The estimate: seconds on one thread, and the most memory."""

    seconds: float
    bytes: int


class StartedView(BaseModel):
    """An experiment that was started."""

    id: str
    kind: str
    estimate: EstimateView
    events: str


class ProgressEvent(BaseModel):
    """`progress`: pieces of work that are done, of how many, and about how long the others take."""

    done: int
    total: int
    seconds_left: float | None


class ResultEvent(BaseModel):
    """`partial`: the findings so far; the next one replaces it. `result`: all findings."""

    result: dict[str, Any]
    figure: Figure


class ExperimentRow(BaseModel):
    """An experiment in a list of them."""

    id: str
    kind: str
    networks: Annotated[list[str], Field(description="Names of its networks; empty if its request has none.")]
    state: RunState
    created: float
    ended: float | None
    own: Annotated[bool, Field(description="Whether the reader may change it.")]


class ExperimentPage(BaseModel):
    """Some of the experiments, the newest first; `next` is the address of those before, null at the end."""

    total: int
    offset: int
    limit: int
    experiments: list[ExperimentRow]
    next: str | None


class ExperimentView(BaseModel):
    """An experiment. `result` and `figure` are the latest, partial ones while it goes on."""

    id: str
    kind: str
    name: str
    own: Annotated[bool, Field(description="Whether the reader may change it.")]
    state: RunState
    reason: str | None
    queue_position: int | None
    created: float
    ended: float | None
    request: dict[str, Any]
    progress: ProgressEvent | None
    result: dict[str, Any] | None
    figure: Figure
    last_event: int
    events: str
    runs: Annotated[str | None, Field(description="Address of the list of its runs, if it is done as runs.")] = None


class ResultTable(BaseModel):
    """The latest result as one long table, a number a row: with `format=table`, and the same in CSV and Parquet."""

    columns: list[str]
    rows: list[list[float | str | None]]


class ExperimentChange(BaseModel):
    """A change of an experiment under way."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["running", "paused", "stopped"]
