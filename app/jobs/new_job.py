"""A job that somebody asks for, before it is admitted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skipscope.app.guard.seat import Seat
from skipscope.model.jobs.kind import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """A request of a kind and who asks; `resume` is a file with the state of a network that the job goes on from."""

    kind: Kind[Any]
    request: BaseModel
    seat: Seat
    name: str = ""
    paused: bool = False
    max_rate: float = 0.0
    idempotency_key: str | None = None
    resume: Path | None = None
