"""A job that somebody asks for, before it is admitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from skipscope.app.executors.base import Event
from skipscope.app.guard.seat import Seat
from skipscope.model.jobs.kind import Kind


class Whole(Protocol):
    """The leader of a job that is done in parts, as a part sees it."""

    @property
    def id(self) -> str:
        """Return the id of the whole job."""
        ...

    @property
    def watched(self) -> bool:
        """Return whether a reader waits for the whole job's next event."""
        ...

    def hear(self, events: Sequence[Event]) -> list[Event]:
        """Take a part's findings; return its other events."""
        ...

    def note(self) -> None:
        """Take note that a part's state has changed."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """A request of a kind and who asks; `resume` is a file with the state of a network that the job goes on from.

    A part of a `whole` may have a file that it `gives`: its networks are written there for other parts.
    """

    kind: Kind[Any]
    request: BaseModel
    seat: Seat
    name: str = ""
    paused: bool = False
    max_rate: float = 0.0
    idempotency_key: str | None = None
    resume: Path | None = None
    whole: Whole | None = None
    gives: Path | None = None

    def asks(self, request: str) -> bool:
        """Return whether it asks for the same as a request that is kept, as JSON: a picture is not."""
        return self.kind.request.model_validate_json(request).model_dump() == self.request.model_dump()
