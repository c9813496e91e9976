"""One job under way: its request, its state, its channel and its place in the store."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, cast

import orjson
import structlog

from skipscope.app.executors.base import Event, JobHandle
from skipscope.app.jobs.channel import Channel
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.pages import Page
from skipscope.app.jobs.replies import Replies
from skipscope.app.jobs.rows import JobView, Saved
from skipscope.app.jobs.store import Store, Stored
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Digest

State = Literal["queued", "running", "paused", "done", "stopped", "failed", "interrupted"]
TERMINAL: frozenset[str] = frozenset({"done", "stopped", "failed", "interrupted"})
log = structlog.get_logger("jobs")
SETTLE_EVERY, SETTLE_AT_LEAST_EVERY = 2.0, 60.0
POSSIBLE: dict[str, list[str]] = {
    "queued": ["paused", "running", "stopped"],
    "running": ["paused", "stopped"],
    "paused": ["running", "stopped"],
}


class LiveJob:
    """A job from the asking to its terminal status. Its events are stored first and published to readers then."""

    def __init__(self, store: Store, new: NewJob, estimate: Estimate, *, keep: int) -> None:
        self.id = uuid.uuid4().hex[:16]
        self.kind, self.request, self.seat, self.name = new.kind, new.request, new.seat, new.name
        self.estimate = estimate
        self.whole, self.gives = new.whole, new.gives
        self.num_parts = new.kind.num_parts(new.request)
        """In how many parts it is done; 0: whole, in a slot."""
        self.parts: dict[int, LiveJob] = {}
        """Those of its parts that are under way, by number."""
        self.tags, self.notes = "[]", ""
        self.paused, self.max_rate = new.paused, new.max_rate
        self.held = False
        """Whether its user's last command was to pause."""
        self.created = time.time()
        self.ended: float | None = None
        self.state: State = "queued"
        self.reason: str | None = None
        self.recorded = self.num_bytes = 0
        self.queue_position: int | None = None
        self.queue_seconds: float | None = None
        self.place, self.placed = 0, 0.0
        """The place in the queue that was published last, and when."""
        self.pending: list[dict[str, Any]] = []
        self.handle: JobHandle | None = None
        self.task: asyncio.Task[None] | None = None
        self.key = 0
        self.made = asyncio.Event()
        """Whether the store has answered: from then on it has a key and can be commanded."""
        self.serving = self.pausing = False
        self.stopping: float | None = None
        self.heard = self.since = time.monotonic()
        self.handling: float | None = None
        """Since when the server is at its worker's last word, as while the store is slow; None: it hears the next."""
        self._worked = 0.0
        self._store = store
        self._numbered = 0
        self._digest = new.kind.digest(new.request)
        self.broken: StoreError | None = None
        self.deleting = 0
        """How many are about to delete it."""
        self.unwanted = asyncio.Event()
        """Whether a last status that is not kept is tried once more, and then left."""
        self.resume = new.resume
        self.keep: Path | None = None
        """The file for its weights, while its worker may write them."""
        self.weights_bytes, self.weights_note = 0, ""
        self.replies = Replies()
        self.given = None if self.gives is None else self.replies.expect(str(self.gives))
        """The word of its worker that has written the networks which it gives."""
        self.channel = Channel(self._stored, keep)
        self.published: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def go_on(self, saved: Saved, digest: Digest) -> None:
        """Be the job that an earlier server stored, and go on after its last event."""
        self.id, self.key, self.created = saved.id, saved.key, saved.created
        self.state, self.reason = cast("State", saved.state), saved.reason
        self.tags, self.notes = saved.tags, saved.notes
        self.recorded, self.num_bytes = saved.recorded, saved.num_bytes
        self._numbered = self.channel.last = saved.last_event
        self._digest = digest
        self.made.set()

    @property
    def over(self) -> bool:
        """Return whether the terminal status was given."""
        return self.state in TERMINAL

    @property
    def needs(self) -> int:
        """Return the bytes that it was admitted with."""
        return self.estimate.bytes

    @property
    def possible(self) -> tuple[str, ...]:
        """Return what it can be told now: states, commands of its kind, a step, a fork."""
        if self.over or self.stopping is not None:
            return ()
        commands = self.kind.commands
        changes = [name for name in commands if name not in ("step", "checkpoint", "weights")]
        paces = ["max_rate"] if "step" in commands else []
        steps = ["step"] if self.paused and "step" in commands else []
        forks = ["fork"] if self.handle is not None and "checkpoint" in commands else []
        states = [state for state in POSSIBLE[self.state] if state in self.kind.states]
        return (*states, *changes, *paces, *steps, *forks)

    @property
    def wrote_networks(self) -> bool:
        """Return whether the networks that it gives are in their file."""
        given = self.given
        if given is None or not given.done() or given.cancelled():
            return False
        said = given.result()
        return not (said["unsaved"] or said["problem"]) and self.gives is not None and self.gives.stat().st_size > 0

    @property
    def watched(self) -> bool:
        """Return whether a reader waits for its next event, or for the next one of the job that it is a part of."""
        return self.channel.watched or (self.whole is not None and self.whole.watched)

    def unwatched(self) -> float:
        """Return for how many seconds no reader has taken an event, of it or of a part, or waited for one."""
        return min(job.channel.unwatched() for job in (self, *self.parts.values()))

    def view(self) -> JobView:
        """Return the job as it is now."""
        saved = Saved(
            self.key, self.id, self.kind.name, self.seat.client, self.name, self.state, self.reason, self.created,
            self.ended, self.request_json, self.channel.last, self.recorded, 0, self.digest, self.tags, self.notes,
            self.weights_bytes, self.weights_note, self._part_of,
        )  # fmt: skip
        stopping = self.stopping is not None and not self.over
        return JobView(
            saved, self.queue_position, self.possible, stopping, live=True, queue_seconds=self.queue_seconds,
            estimate=self.estimate,
        )  # fmt: skip

    @cached_property
    def request_json(self) -> str:
        """Return the request as JSON."""
        return self.request.model_dump_json()

    @property
    def digest(self) -> str | None:
        """Return its few numbers as JSON, None before the first step."""
        return self._digest.dump()

    @property
    def worked_seconds(self) -> float:
        """Return for how long it has worked, its pauses left out."""
        return self._worked + (time.monotonic() - self.since if self.state == "running" else 0.0)

    @property
    def seconds_left(self) -> float:
        """Return about how long it works still, by its estimate; one that has taken longer is taken to end soon."""
        return max(self.estimate.seconds - self.worked_seconds, 0.1 * self.estimate.seconds)

    def begin(self) -> None:
        """Take note that it has a slot from now on; one that begins paused gives it back once it is there."""
        self.heard = time.monotonic()
        if self.paused:
            self.pausing = True

    def row(self, idempotency_key: str | None) -> dict[str, Any]:
        """Return what the store keeps of a new job."""
        return {
            "id": self.id, "kind": self.kind.name, "client": self.seat.client, "name": self.name,
            "state": self.state, "reason": None, "created": self.created, "ended": None, "request": self.request_json,
            "idempotency_key": idempotency_key, "last_event": 0, "recorded": 0, "num_bytes": 0, "digest": None,
            "part_of": self._part_of,
        }  # fmt: skip

    def publish_status(
        self, state: State, *, reason: str | None = None, queue_position: int | None = None,
        queue_seconds: float | None = None,
    ) -> asyncio.Future[None]:  # fmt: skip
        """Announce a state of the web process's making."""
        status: dict[str, Any] = {"state": state, "reason": reason, "queue_position": queue_position}
        if queue_seconds is not None:
            status["queue_seconds"] = queue_seconds
        if state in TERMINAL:
            status["final"] = True
        return self.append([Event("status", None, orjson.dumps(status), time.monotonic())])

    def split_off(self, events: Sequence[Event]) -> list[Event]:
        """Pass replies to the senders of commands, and a part's findings to its leader; return the other events."""
        rest = self.replies.split_off(events)
        return rest if self.whole is None else self.whole.hear(rest)

    def append(self, events: Sequence[Event]) -> asyncio.Future[None]:
        """Store events, then publish them; the future is done when they are published, or has a StoreError."""
        assert not self.over, "nothing follows the terminal status"
        for event in events:
            if event.kind == "status":
                self._follow(orjson.loads(event.data))
            else:
                self._digest.append(event.kind, event.data)
        stored = [Stored(self._numbered + 1 + i, e.kind, e.step, e.data) for i, e in enumerate(events)]
        self._numbered += len(stored)
        over = self.over
        published = self.published = asyncio.get_running_loop().create_future()
        now = self._now
        written = self._store.append(self.key, stored, now)
        written.add_done_callback(lambda done: self._publish(done, stored, over, published))
        return published

    def _follow(self, status: dict[str, Any]) -> None:
        now = time.monotonic()
        self._worked = self.worked_seconds
        self.since = now
        self.state, self.reason = status["state"], status.get("reason")
        self.queue_position, self.queue_seconds = status.get("queue_position"), status.get("queue_seconds")
        if self.over:
            self.ended = time.time()
        if self.whole is not None:
            self.whole.note()

    def _publish(
        self, written: asyncio.Future[None], stored: list[Stored], over: bool, published: asyncio.Future[None]
    ) -> None:
        error = written.exception()
        if error is None and self.broken is None:
            self.recorded += sum(event.kind == "step" for event in stored)
            self.num_bytes += sum(len(event.data) for event in stored)
            self.channel.publish(stored, last=over)
            published.set_result(None)
            return
        # events that could not be stored are not published, but for the last
        self.broken = error if isinstance(error, StoreError) else self.broken or StoreError("broken", str(error))
        if over and not self.channel.closed:
            self.channel.publish([stored[-1]._replace(number=self.channel.last + 1)], last=True)
        published.set_exception(self.broken)
        published.exception()  # seen, whether or not somebody waits for it

    @property
    def _part_of(self) -> str | None:
        return None if self.whole is None else self.whole.id

    @property
    def _now(self) -> dict[str, Any]:
        """Return what the store keeps of it beside its events."""
        return {
            "state": self.state, "reason": self.reason, "ended": self.ended, "digest": self._digest.dump(),
            "weights_bytes": self.weights_bytes, "weights_note": self.weights_note,
        }  # fmt: skip

    async def settle(self) -> None:
        """Store the last status, if that failed, again and again, until it is kept or unwanted."""
        status = {"state": self.state, "reason": self.reason, "queue_position": None, "final": True}
        last = Stored(self.channel.last, "status", None, orjson.dumps(status))
        now, every = self._now, SETTLE_EVERY
        while self.broken is not None:
            # at once: readers have it, and a server that is killed now must not say anything else later
            try:
                await self._store.conclude(self.key, last, now)
            except StoreError:
                if self.unwanted.is_set():
                    return
            except LookupError as error:
                if not self.deleting:
                    log.error("last_status_not_kept", job=self.id, reason=str(error))
                return
            else:
                self.broken = None
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.unwanted.wait(), every)
            every = min(2 * every, SETTLE_AT_LEAST_EVERY)

    async def _stored(self, after: int) -> Page:
        return await self._store.pages.page(self.key, after)
