"""The acts of a host, as one request: a task, a phase, the clock, the truth, the screen of all, names."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StrictBool, field_validator, model_validator

from skipscope.app.learn.lesson import Slug
from skipscope.app.rooms.phase import Phase
from skipscope.app.rooms.question import Seconds, Task, Value, page_address
from skipscope.model.describe.words import FieldError, Strict


class LessonStep(Strict):
    """A step of Learn: its prediction is the question, and its truth is known or measured."""

    model_config = ConfigDict(frozen=True)

    lesson: Annotated[str, Field(pattern=f"^{Slug}$")]
    step: Annotated[int, Field(ge=1, le=9)]
    seconds: dict[Phase, Seconds] = Field(
        default_factory=dict[Phase, Seconds], description="Of its phases, as those of a task."
    )


class RoomChange(Strict):
    """A change of a room. More than one field: a task comes first, then the truth, then the phase."""

    title: Annotated[str | None, Field(max_length=80)] = None
    task: Task | None = None
    lesson: LessonStep | None = None
    truth: Value | None = None
    phase: Phase | None = None
    seconds: Annotated[Seconds | None, Field(description="Until the next phase; without it the host goes on.")] = None
    clock: Literal["pause", "resume"] | None = None
    extend: Annotated[int | None, Field(ge=5, le=3600, description="Seconds more for this phase.")] = None
    screen: Annotated[
        str | None, Field(max_length=2000, description="A page for everybody's screen; empty: none any more.")
    ] = None
    free_names: StrictBool | None = None
    closed: Annotated[StrictBool | None, Field(description="Whether nobody else is let in.")] = None

    @field_validator("screen")
    @classmethod
    def _of_ours(cls, address: str | None) -> str | None:
        return page_address(address) if address else address

    @model_validator(mode="after")
    def _something(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if not given or given == ["seconds"]:
            raise FieldError("body", None, "it changes nothing", f"give {', '.join(type(self).model_fields)}")
        if self.task is not None and self.lesson is not None:
            raise FieldError("lesson", self.lesson.lesson, "there is a task beside it", "give one of both")
        if self.seconds is not None and self.phase is None and self.task is None and self.lesson is None:
            raise FieldError("seconds", self.seconds, "no phase begins", "give phase with it, or extend")
        return self
