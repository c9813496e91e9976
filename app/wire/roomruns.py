"""Requests and answers of the API's part for the runs of a room's members."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from skipscope.app.wire.runs import RunState
from skipscope.model.describe.words import Strict

TELL: dict[str, dict[str, Any]] = {
    "pause": {"summary": "Pause", "value": {"state": "paused"}},
    "stop": {"summary": "Stop", "value": {"state": "stopped"}},
}


class RoomRunChange(Strict):
    """Words of a host to a member's run."""

    state: Literal["running", "paused", "stopped"]


class RoomRun(BaseModel):
    """A run or an experiment that a member started from their seat, as the host sees it."""

    id: str
    kind: Annotated[str, Field(description="training, or that of an experiment.")]
    seat: int
    member: str
    here: Annotated[bool, Field(description="false: its member is not in the room any more.")]
    name: str
    networks: list[str]
    state: RunState
    reason: str | None
    possible: Annotated[list[str], Field(description="The states that it can be told.")]
    done: Annotated[int | None, Field(description="Steps of a training, or pieces of work; null: none yet.")]
    total: int | None
    created: float
    address: Annotated[str, Field(description="Its page.")]
