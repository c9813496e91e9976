"""What an executor promises: probes answered, runs started, their events yielded, commands taken."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple, Protocol

from model.request import ProbeRequest, TrainingRequest


class Event(NamedTuple):
    """One event of a run: its kind and its JSON, encoded once by the worker."""

    kind: str
    data: bytes


class WorkerDied(Exception):
    """A worker process ended without a word; the message says how."""


class WorkerFailed(Exception):
    """A worker refused or broke; the message is for people."""


class RunHandle(Protocol):
    """A run under way."""

    def events(self) -> AsyncIterator[Event]:
        """Yield what the run says, in order, until its end; raise WorkerDied when the worker is lost."""
        ...

    def send(self, command: dict[str, Any]) -> None:
        """Tell the run: pause, resume, step, stop, skips, lr, strength, rate. It acts between two steps."""
        ...

    async def close(self) -> None:
        """End the run at once and give its worker back."""
        ...


class Executor(Protocol):
    """Where networks are measured and trained."""

    async def start(self) -> None:
        """Bring up the workers."""
        ...

    async def stop(self) -> None:
        """End all workers."""
        ...

    async def probe(self, request: ProbeRequest) -> bytes:
        """Measure at initialisation and return the JSON; raise WorkerFailed or WorkerDied."""
        ...

    async def run(self, request: TrainingRequest, *, paused: bool) -> RunHandle:
        """Start a training."""
        ...
