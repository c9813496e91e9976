"""The rows of the store: a job, and an event of one."""

from dataclasses import dataclass
from typing import NamedTuple

from skipscope.model.jobs.estimate import Estimate
from skipscope.model.kinds import RUNS

UPLOAD = "upload"
"""The kind of a row that is no job: weights that a client has sent."""


class Stored(NamedTuple):
    """An event as it is kept: number in the stream, kind, step where it has one, JSON."""

    number: int
    kind: str
    step: int | None
    data: bytes


class Kept(NamedTuple):
    """The weights of a run that are kept, with the run's key, id and client."""

    key: int
    id: str
    client: str
    num_bytes: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A job as it is kept; of one under way, as it is now, with its place in the queue and what it can be told."""

    key: int
    id: str
    kind: str
    client: str
    name: str
    state: str
    reason: str | None
    created: float
    ended: float | None
    request: str
    last_event: int
    recorded: int
    num_bytes: int
    digest: str | None
    tags: str = "[]"
    notes: str = ""
    weights_bytes: int = 0
    weights_note: str = ""
    part_of: str | None = None
    """The id of the job that it is a part of."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it is now, under way or kept."""

    saved: Saved
    queue_position: int | None = None
    possible: tuple[str, ...] = ()
    stopping: bool = False
    """Whether it was told to stop and has not stopped yet."""
    live: bool = False
    queue_seconds: float | None = None
    estimate: Estimate | None = None
    """By which it was admitted; None of one that this server has not under way."""

    @property
    def noun(self) -> str:
        """Return what people call it."""
        return "run" if self.saved.kind in RUNS else UPLOAD if self.saved.kind == UPLOAD else "experiment"
