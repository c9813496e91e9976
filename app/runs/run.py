"""One run: its request, its state, its channel, and what it may be told."""

import asyncio
import time
import uuid
from typing import Any, Literal

import orjson

from app.errors import Problem
from app.executors.base import Event, RunHandle
from app.runs.channel import Channel
from model.request import TrainingRequest

State = Literal["queued", "running", "paused", "done", "stopped", "failed", "interrupted"]
TERMINAL: frozenset[State] = frozenset({"done", "stopped", "failed", "interrupted"})


class Run:
    """A training from the asking to its terminal status."""

    def __init__(self, request: TrainingRequest, *, client: str, paused: bool) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.request, self.client, self.paused = request, client, paused
        self.created = time.time()
        self.state: State = "queued"
        self.reason: str | None = None
        self.step = 0
        self.queue_position: int | None = None
        self.channel = Channel()
        self.handle: RunHandle | None = None
        self.task: asyncio.Task[None] | None = None

    def take(self, event: Event) -> None:
        """Pass on what the executor says, and follow its state."""
        last = False
        if event.kind == "status":
            status = orjson.loads(event.data)
            self.state, self.reason = status["state"], status.get("reason")
            last = bool(status.get("final"))
        elif event.kind == "step":
            self.step += 1
        self.channel.write(event, last=last)

    def say(self, state: State, *, reason: str | None = None, queue_position: int | None = None) -> None:
        """Announce a state of the run's own making."""
        status: dict[str, Any] = {"state": state, "reason": reason, "queue_position": queue_position}
        if state in TERMINAL:
            status["final"] = True
        self.queue_position = queue_position
        self.take(Event("status", orjson.dumps(status)))

    def require(self, *states: State, wish: str) -> RunHandle:
        """Return the handle if the run is in one of these states; else 409 that says what is possible."""
        if self.state not in states or self.handle is None:
            possible = (
                []
                if self.state in TERMINAL
                else ["stopped"]
                if self.state == "queued"
                else ["running", "paused", "stopped"]
            )
            raise Problem(
                409, "Not possible in this state", f"{wish} needs a run that is {' or '.join(states)}; this one is {self.state}.",
                field="state", value=self.state, possible=possible,
                remedy="start a new run" if self.state in TERMINAL else "wait until it runs",
            )  # fmt: skip
        return self.handle

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form."""
        return {
            "id": self.id, "state": self.state, "reason": self.reason, "created": self.created,
            "queue_position": self.queue_position, "recorded": self.step, "request": self.request.model_dump(mode="json"),
            "events": f"/api/runs/{self.id}/events",
        }  # fmt: skip
