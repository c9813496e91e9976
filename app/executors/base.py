"""What an executor promises: probes answered, runs started, their events yielded, commands taken."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from skipscope.app.executors.fair_queue import NOBODY, Seat
from skipscope.model.describe.request import ProbeRequest, TrainingRequest


class Event(NamedTuple):
    """One event of a run: its kind, its step where it has one, its JSON, and when it was made (time.monotonic)."""

    kind: str
    step: int | None
    data: bytes
    made: float


class WorkerDied(Exception):  # noqa: N818  (what happened, not a mistake of ours)
    """A worker ended without a word; the message says how."""


class WorkerFailed(Exception):  # noqa: N818
    """A worker refused or broke; the message is for people, `trace` for the log."""

    def __init__(self, words: str, trace: str = "") -> None:
        super().__init__(words)
        self.trace = trace


class Busy(Exception):  # noqa: N818
    """Too many wait for a probe already."""


class TooSlow(Exception):  # noqa: N818
    """A probe took longer than is allowed."""


class RunHandle(Protocol):
    """A run under way."""

    def batches(self) -> AsyncIterator[list[Event]]:
        """Yield what the run says, in order, all that has come at once; raise WorkerDied or WorkerFailed.

        An empty list is a sign of life.
        """
        ...

    def send(self, command: dict[str, Any]) -> None:
        """Tell the run: state, step, skips, strength, lr, max_rate, checkpoint. It acts between two steps.

        A checkpoint goes into a `file` of this machine, which is there and empty; then an event tells of it. This never
        waits, whatever the run is at.
        """
        ...

    @property
    def unsent(self) -> int:
        """Count what the run was told and has no room for yet."""
        ...

    async def pid(self) -> int:
        """Return the number of the process that trains, on the machine where it is."""
        ...

    async def close(self) -> None:
        """End the run at once, where it has not ended, and let its worker go."""
        ...


class Executor(Protocol):
    """Where networks are measured and trained."""

    async def start(self) -> None:
        """Bring up the workers."""
        ...

    async def stop(self) -> None:
        """End all workers."""
        ...

    async def probe(self, request: ProbeRequest, seat: Seat = NOBODY) -> bytes:
        """Measure at initialisation and return the JSON; raise Busy, TooSlow, WorkerFailed or WorkerDied."""
        ...

    async def run(
        self, request: TrainingRequest, *, paused: bool = False, max_rate: float = 0, resume: Path | None = None
    ) -> RunHandle:
        """Start a training, paused before its first step where that is asked; raise WorkerDied where none can be.

        `resume` is the file with the state that another run was told to write, for all variants to go on from; it is
        removed when it was read.
        """
        ...
