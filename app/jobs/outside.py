"""Runs that train elsewhere: jobs without a worker, whose events their senders bring, batch by batch.

A batch is answered when it is stored, and a step that is stored is not stored again: a sender that heard no answer
sends the same batch once more. These runs outlive the server, and go on with the next one.
"""

import asyncio
import contextlib
import hmac
from collections.abc import Sequence
from typing import cast

import orjson
import structlog

from skipscope.app.executors.base import Event
from skipscope.app.executors.child import BEHIND
from skipscope.app.jobs import outside_refusals, refusals
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.desk import MOST, Desk
from skipscope.app.jobs.left_outside import Left, id_of_key, last_step_of, left_outside
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.outside_events import schema_event, status_event
from skipscope.app.jobs.outside_reading import OutsideReading
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.sender import Sender
from skipscope.model.watch.digest import OutsideDigest
from skipscope.model.watch.kind import OUTSIDE
from skipscope.model.watch.request import OutsideRequest, OutsideSchema

TICK = 1.0
SILENT_SECONDS = 60.0
LOOKING_SECONDS = 10.0
"""Somebody who took an event within this time still looks."""
log = structlog.get_logger("jobs")


class Outside:
    """The runs under way that train elsewhere, by id."""

    def __init__(self, registry: Registry) -> None:
        self._registry, self._settings = registry, registry.settings
        self._senders: dict[str, Sender] = {}
        self._desk = Desk(nice=registry.settings.nice + BEHIND, most_of_one=registry.settings.share_of(MOST))
        self._reading = OutsideReading(self._desk)
        self._looking: asyncio.Task[None] | None = None
        self._is_left = False

    async def start(self) -> None:
        """Go on with the runs of the last server, and look after all from now on."""
        try:
            await self._go_on()
        except StoreError as error:
            log.error("outside_not_read", reason=str(error))
        self._looking = asyncio.create_task(self._look_after())

    async def leave(self) -> None:
        """Let the runs go, to be gone on with by the next server: their readers come back."""
        self._is_left = True
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
            self._looking = None
        for run_id in list(self._senders):
            del self._senders[run_id]
            job = self._registry.live.pop(run_id, None)
            if job is not None:
                job.channel.leave()
        await self._desk.close()

    async def create(self, new: NewJob, schema: OutsideSchema) -> tuple[JobView, bool]:
        """Begin a run, and return whether it is new; the same idempotency key gives the same run again."""
        return await self._registry.errands.run(self._create(new, schema))

    async def _create(self, new: NewJob, schema: OutsideSchema) -> tuple[JobView, bool]:
        known = await self._find_again(new)
        if known is not None:
            return known, False
        self._make_room()
        made, job = await self._registry.keep(new, self._registry.admission.check(new.kind, new.request))
        if job is None:
            return made, False
        assert new.idempotency_key is not None
        self._senders[job.id] = Sender(new.idempotency_key, schema, self._settings.outside_bytes)
        label = cast("OutsideRequest", new.request).label
        await self._append(job, [status_event("running"), schema_event(label, schema)])
        return job.view(), True

    async def _find_again(self, new: NewJob) -> JobView | None:
        """Return the run of a sender's key; raise a Problem if it is another network's."""
        key, store = new.idempotency_key or "", self._registry.store
        run_id = await store.query(lambda connection: id_of_key(connection, key))
        if run_id is None:
            return None
        live = self._registry.live.get(run_id)
        saved = None if live is not None else await store.find(run_id)
        known = live.view() if live is not None else None if saved is None else JobView(saved)
        if known is not None and OutsideRequest.model_validate_json(known.saved.request) != new.request:
            raise refusals.key_used(known)
        return known

    def _make_room(self) -> None:
        """Raise a Problem if there are as many as may be and all are sent to; end the most silent one otherwise."""
        if self._is_left:
            raise refusals.draining()
        if len(self._under_way()) < self._settings.outside_runs:
            return
        run_id, silent = max(
            ((run_id, self._senders[run_id].silent) for run_id in self._under_way()), key=lambda x: x[1]
        )
        if silent < SILENT_SECONDS:
            raise outside_refusals.outside_full(self._settings.outside_runs)
        self._registry.end(
            self._registry.live[run_id], "interrupted", "it was silent, and another run needed its place"
        )

    def _under_way(self) -> list[str]:
        return [run_id for run_id in self._senders if run_id in self._registry.live]

    async def receive(
        self, run_id: str, key: str, body: bytes, *, end: str | None = None, reason: str | None = None
    ) -> tuple[str, int]:  # fmt: skip
        """Keep a batch, and the end if there is one. Return the run's state and its latest step that is kept.

        Raise a Problem, or FieldError for a body that is no batch of the run's.
        """
        live, sender = self._registry.live.get(run_id), self._senders.get(run_id)
        if live is None or sender is None or live.over:
            return await self._receive_late(run_id, body)
        if not hmac.compare_digest(sender.key.encode(), key.encode()):
            raise refusals.not_yours(run_id)
        async with sender.lock:
            sender.pay(len(body))
            steps = await self._reading.events(sender, live.seat, body) if body else []
            events = [*steps]
            if live.state == "paused":
                events.insert(0, status_event("running"))
            if end is not None:
                events.append(status_event(end, reason, final=True))
            if events and not live.over:
                await self._append(live, events)
                sender.last_step = max(sender.last_step, *(event.step or 0 for event in steps), -1)
            self._limit(live)
        if live.over:
            self._registry.end(live, live.state, live.reason)
        return live.state, sender.last_step

    async def _receive_late(self, run_id: str, body: bytes) -> tuple[str, int]:
        """Answer a sender whose run is over: it may have missed the answer to its last batch."""
        if self._is_left:
            raise refusals.draining()
        store = self._registry.store
        saved = await store.find(run_id)
        if saved is None or saved.kind != OUTSIDE.name:
            raise refusals.unknown(run_id)
        if body:
            raise refusals.impossible(JobView(saved), "a batch of records")
        step = await store.query(lambda connection: last_step_of(connection, saved.key))
        return saved.state, step

    async def _append(self, job: LiveJob, events: Sequence[Event]) -> None:
        try:
            # the store goes on with what it was given, also if the sender leaves
            await asyncio.shield(job.append(events))
        except StoreError as error:
            if not job.over:
                self._registry.end(job, "failed", f"The records cannot be stored. {error}")
            raise
        self._registry.metrics.published(list(events))

    def _limit(self, job: LiveJob) -> None:
        limit = self._settings.outside_megabytes
        if not job.over and job.num_bytes > limit * 1e6:
            self._registry.end(job, "stopped", f"it has recorded {limit:g} MB, the most of a run that trains elsewhere")

    def is_looked_at(self, run_id: str) -> bool:
        """Return whether somebody follows a run."""
        job = self._registry.live.get(run_id)
        return job is not None and job.channel.unwatched() < LOOKING_SECONDS and job.channel.was_read

    async def _go_on(self) -> None:
        for left in await self._registry.store.query(left_outside):
            if left.saved.id not in self._registry.live:
                self._revive(left)

    def _revive(self, left: Left) -> None:
        saved = left.saved
        request = OutsideRequest.model_validate_json(saved.request)
        new = NewJob(kind=OUTSIDE, request=request, seat=left.seat, name=saved.name)
        job = LiveJob(self._registry.store, new, OUTSIDE.estimate(request), keep=self._settings.keep_events)
        job.go_on(saved, OutsideDigest.going_on(request, saved.digest, left.schema))
        self._registry.live[job.id] = job
        if left.schema is None:  # the server ended before it was stored, and so has nothing of the run
            self._registry.end(job, "interrupted", "the server ended before the run began")
            return
        names = orjson.loads(left.schema)["variants"][0]
        schema = OutsideSchema.model_validate({name: names[name] for name in OutsideSchema.model_fields})
        sender = self._senders[job.id] = Sender(left.key, schema, self._settings.outside_bytes)
        sender.last_step = left.last_step

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            for run_id, sender in list(self._senders.items()):
                job = self._registry.live.get(run_id)
                if job is None:
                    del self._senders[run_id]
                elif not job.over and not sender.lock.locked():
                    self._look(job, sender.silent)

    def _look(self, job: LiveJob, silent: float) -> None:
        if silent > self._settings.outside_seconds:
            self._registry.end(job, "interrupted", f"its sender has sent nothing for {silent:.0f} s")
        elif silent > SILENT_SECONDS and job.state == "running":
            reason = f"its sender has sent nothing for {SILENT_SECONDS:g} s; it goes on when that does"
            job.publish_status("paused", reason=reason)
