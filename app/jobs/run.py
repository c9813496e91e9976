"""One run under way: its request, its state, its channel and its place in the store."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import orjson

from skipscope.app.executors.base import Event, RunHandle
from skipscope.app.executors.fair_queue import Seat
from skipscope.app.jobs.channel import Channel
from skipscope.app.jobs.checkpoints import Checkpoints
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.digest import Digest
from skipscope.app.jobs.store import Store, Stored
from skipscope.model.describe.request import TrainingRequest

State = Literal["queued", "running", "paused", "done", "stopped", "failed", "interrupted"]
TERMINAL: frozenset[str] = frozenset({"done", "stopped", "failed", "interrupted"})
SETTLE_EVERY, SETTLE_AT_LEAST_EVERY = 2.0, 60.0
POSSIBLE: dict[str, list[str]] = {
    "queued": ["paused", "running", "stopped"],
    "running": ["paused", "stopped"],
    "paused": ["running", "stopped"],
}


class Run:
    """A training from the asking to its terminal status. What it says is stored first and told to readers then."""

    def __init__(
        self, store: Store, request: TrainingRequest, *, client: str, name: str, paused: bool, max_rate: float,
        needs: int, keep: int, address: str = "",
    ) -> None:  # fmt: skip
        self.id = uuid.uuid4().hex[:16]
        self.request, self.client, self.name, self.needs = request, client, name, needs
        self.seat = Seat(client, address)
        self.paused, self.max_rate = paused, max_rate
        self.held = False
        """Whether its user had the last word, and it was to pause."""
        self.created = time.time()
        self.ended: float | None = None
        self.state: State = "queued"
        self.reason: str | None = None
        self.recorded = 0
        self.queue_position: int | None = None
        self.pending: list[dict[str, Any]] = []
        self.handle: RunHandle | None = None
        self.task: asyncio.Task[None] | None = None
        self.key = 0
        self.serving = False
        self.stopping: float | None = None
        self.pausing = False
        self.heard = self.since = time.monotonic()
        self._trained = 0.0
        self._store = store
        self._numbered = 0
        self._digest = Digest(request.steps // request.record_every + 1)
        self.broken: StoreError | None = None
        self.unwanted = asyncio.Event()
        self.resume: Path | None = None
        """The file with the state that it goes on from."""
        self.checkpoints = Checkpoints()
        self.channel = Channel(self._stored, keep)
        self.told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def over(self) -> bool:
        """Say whether the terminal status was given."""
        return self.state in TERMINAL

    @cached_property
    def request_json(self) -> str:
        """Return the request as JSON."""
        return self.request.model_dump_json()

    @property
    def digest(self) -> str | None:
        """Return its few numbers as JSON, None before the first step."""
        return self._digest.dump()

    @property
    def trained_seconds(self) -> float:
        """Return for how long it has trained, its pauses left out."""
        return self._trained + (time.monotonic() - self.since if self.state == "running" else 0.0)

    def begin(self) -> None:
        """Take note that it has a slot from now on; one that begins paused gives it back once it is there."""
        self.heard = time.monotonic()
        self.pausing = self.paused

    def row(self, idempotency_key: str | None) -> dict[str, Any]:
        """Return what the store keeps of a new run."""
        return {
            "id": self.id, "client": self.client, "name": self.name, "state": self.state, "reason": None,
            "created": self.created, "ended": None, "request": self.request_json,
            "idempotency_key": idempotency_key, "last_event": 0, "recorded": 0, "num_bytes": 0, "digest": None,
        }  # fmt: skip

    def say(
        self, state: State, *, reason: str | None = None, queue_position: int | None = None
    ) -> asyncio.Future[None]:
        """Announce a state of the web process's making."""
        status: dict[str, Any] = {"state": state, "reason": reason, "queue_position": queue_position}
        if state in TERMINAL:
            status["final"] = True
        return self.take([Event("status", None, orjson.dumps(status), time.monotonic())])

    def take(self, events: Sequence[Event]) -> asyncio.Future[None]:
        """Store what is said, then tell it; the future is done when it is told, or has a StoreError."""
        assert not self.over, "nothing is said after the terminal status"
        for event in events:
            if event.kind == "status":
                self._follow(orjson.loads(event.data))
            elif event.kind == "step":
                self.recorded += 1
                self._digest.take(event.data)
            elif event.kind == "schema":
                self._digest.name(event.data)
        stored = [Stored(self._numbered + 1 + i, e.kind, e.step, e.data) for i, e in enumerate(events)]
        self._numbered += len(stored)
        over = self.over
        told = self.told = asyncio.get_running_loop().create_future()
        now = {"state": self.state, "reason": self.reason, "ended": self.ended, "digest": self._digest.dump()}
        written = self._store.append(self.key, stored, now)
        written.add_done_callback(lambda done: self._tell(done, stored, over, told))
        return told

    def _follow(self, status: dict[str, Any]) -> None:
        now = time.monotonic()
        self._trained = self.trained_seconds
        self.since = now
        self.state, self.reason = status["state"], status.get("reason")
        self.queue_position = status.get("queue_position")
        if self.over:
            self.ended = time.time()

    def _tell(
        self, written: asyncio.Future[None], stored: list[Stored], over: bool, told: asyncio.Future[None]
    ) -> None:
        error = written.exception()
        if error is None and self.broken is None:
            self.channel.publish(stored, last=over)
            told.set_result(None)
            return
        # what could not be stored is not told, but for the end of it
        self.broken = error if isinstance(error, StoreError) else self.broken or StoreError("broken", str(error))
        if over and not self.channel.closed:
            self.channel.publish([stored[-1]._replace(number=self.channel.last + 1)], last=True)
        told.set_exception(self.broken)
        told.exception()  # seen, whether or not somebody waits for it

    async def settle(self) -> None:
        """Store the last word once more, where that failed, again and again, until it is kept or unwanted."""
        status = {"state": self.state, "reason": self.reason, "queue_position": None, "final": True}
        last = Stored(self.channel.last, "status", None, orjson.dumps(status))
        now = {"state": self.state, "reason": self.reason, "ended": self.ended, "digest": self._digest.dump()}
        every = SETTLE_EVERY
        while self.broken is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.unwanted.wait(), every)
            if self.unwanted.is_set():
                return
            every = min(2 * every, SETTLE_AT_LEAST_EVERY)
            with contextlib.suppress(StoreError):
                await self._store.append(self.key, [last], now)
                self.broken = None

    async def _stored(self, after: int) -> list[Stored]:
        return await self._store.events(self.key, after)
