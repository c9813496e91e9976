"""A list of tasks that a host prepared, as a file that the page saves and reads: each a title and the change that
sends it, with its question and the times of its phases."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, RootModel, model_validator

from skipscope.app.rooms.change import RoomChange
from skipscope.model.describe.words import FieldError, Strict

MOST = 40


class Prepared(Strict):
    """A task that waits to be sent."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=120)]
    wish: RoomChange

    @model_validator(mode="after")
    def _sends(self) -> Self:
        given = [name for name in RoomChange.model_fields if getattr(self.wish, name) is not None]
        if not {*given} <= {"task", "lesson", "seconds"}:
            limit = "a prepared task sends a task or a step of Learn, and nothing else"
            raise FieldError("wish", ", ".join(given), limit, "give task or lesson alone")
        return self


class TaskList(RootModel[Annotated[list[Prepared], Field(max_length=MOST)]]):
    """The list, in its order."""
