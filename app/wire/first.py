"""The data embedded in a page, as the OpenAPI document describes them: the page shows them before its first request."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from skipscope.app.wire.architectures import DatasetView, DrawnView, PresetView
from skipscope.app.wire.events import Message, ProbeView
from skipscope.app.wire.experiments import ExperimentPage
from skipscope.app.wire.runs import RunView
from skipscope.model.describe.request import Description, TrainingRequest


def _settings() -> dict[str, Any]:
    schema = TrainingRequest.model_json_schema(mode="serialization")
    without = ("variants", "labels", "weights")
    fields = {name: field for name, field in schema["properties"].items() if name not in without}
    title, description = "TrainingSettings", "A training without its networks."
    return {"type": "object", "title": title, "description": description, "properties": fields}


Settings = Annotated[dict[str, Any], WithJsonSchema(_settings())]


class FieldView(BaseModel):
    """A field of an architecture or a training that has a control on the page; values or limits as its kind needs."""

    name: str
    label: str
    group: str
    basic: Annotated[bool, Field(description="Whether beginners see it.")]
    of: Literal["architecture", "run"]
    kind: Literal["choice", "boolean", "integer", "number", "integers", "numbers", "text"]
    description: str
    default: bool | int | float | str | list[int] | list[float] | None
    optional: Annotated[bool, Field(description="Whether it may be null.")]
    values: list[str] = []
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None


class RecordingView(BaseModel):
    """A run as a file that replays it holds it."""

    run: RunView
    summaries: list[DrawnView]
    events: list[Message]


class FirstView(BaseModel):
    """The first data of Explore; a recording is in files that replay a run, and the lists in pages of a server."""

    descriptions: list[Description]
    summaries: list[DrawnView]
    probe: ProbeView
    settings: Settings
    presets: list[PresetView] = []
    datasets: list[DatasetView] = []
    fields: list[FieldView] = []
    recording: RecordingView | None = None


class LabKind(BaseModel):
    """An experiment as the Lab shows it."""

    kind: str
    name: Annotated[str, Field(description="Its name for people, in a list.")]
    title: Annotated[str, Field(description="The question that it answers.")]
    why: str
    asks: str
    paper: str
    method: Annotated[str | None, Field(description="Address of the document that has its method.")]
    in_python: Annotated[bool, Field(description="Whether skipscope.experiments has a function of its name.")]
    networks: Annotated[int, Field(description="The most networks of a request; 0 if it has none.")]
    on_run: Annotated[bool, Field(description="Whether the networks may be those of a run.")]
    picture: Annotated[bool, Field(description="Whether it takes a picture of the user's.")]
    seconds: Annotated[float | None, Field(description="About how long the example takes; null if it is refused.")]
    example: Annotated[dict[str, Any], Field(description="The request that it begins with.")]
    fields: list[FieldView]


class LabFirst(BaseModel):
    """The first data of the Lab."""

    kinds: list[LabKind]
    presets: list[PresetView]
    datasets: list[DatasetView]
    fields: Annotated[list[FieldView], Field(description="Those of networks.")]
    experiments: ExperimentPage
