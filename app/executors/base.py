"""The interface of executors: they answer short jobs, start others, yield their events and pass commands on."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel

from skipscope.app.executors.placement import Placement
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.model.jobs.kind import Kind


class Event(NamedTuple):
    """One event of a job: its kind, its step if it has one, its JSON, and when it was made (time.monotonic)."""

    kind: str
    step: int | None
    data: bytes
    made: float


REPLY = "reply"
"""The kind of an event that is for the sender of a command alone."""


class WorkerDied(Exception):  # noqa: N818  (what happened, not a mistake of ours)
    """A worker ended without a word; the message says how."""


class WorkerFailed(Exception):  # noqa: N818
    """A worker refused or broke; the message is for people, `trace` for the log."""

    def __init__(self, words: str, trace: str = "") -> None:
        super().__init__(words)
        self.trace = trace


class Busy(Exception):  # noqa: N818
    """Too many wait for an answer already."""


class TooSlow(Exception):  # noqa: N818
    """A short job took longer than is allowed."""


class JobHandle(Protocol):
    """A job under way."""

    def batches(self) -> AsyncGenerator[list[Event]]:
        """Yield the job's events, in order, all that have come at once; raise WorkerDied or WorkerFailed.

        An empty list is a sign of life.
        """
        ...

    def send(self, command: dict[str, Any]) -> None:
        """Send the job a command: state, max_rate, or one of its kind. It acts between two pieces of its work.

        A reply with bytes goes into a `file` of this machine, which is there and empty; then an event of kind `reply`
        tells of it. This never waits, whatever the job is at.
        """
        ...

    @property
    def unsent(self) -> int:
        """Count the commands that the job has no room for yet."""
        ...

    async def pid(self) -> int:
        """Return the number of the process that works, on the machine where it is."""
        ...

    async def close(self) -> None:
        """End the job at once, if it has not ended, and let its worker go."""
        ...


class Executor(Protocol):
    """A place that does jobs."""

    @property
    def placement(self) -> Placement:
        """Return which devices there are for jobs; known once the executor has started."""
        ...

    async def start(self) -> None:
        """Bring up the workers."""
        ...

    async def stop(self) -> None:
        """End all workers."""
        ...

    async def answer(self, kind: Kind[Any], request: BaseModel, seat: Seat = NOBODY) -> bytes:
        """Do a short job and return its last event's JSON; raise Busy, TooSlow, WorkerFailed or WorkerDied."""
        ...

    async def start_job(
        self, kind: Kind[Any], request: BaseModel, *, paused: bool = False, max_rate: float = 0,
        resume: Path | None = None, keep: Path | None = None,
    ) -> JobHandle:  # fmt: skip
        """Start a job, paused before its first piece if that is asked; raise WorkerDied if none can be.

        `resume` is a file with a network's state, written by another job, for this one to go on from; it is removed
        when it was read. `keep` is a file of this machine for what is kept of the job when it is done or stopped; a
        reply tells of it before the last status.
        """
        ...
