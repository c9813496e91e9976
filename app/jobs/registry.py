"""All jobs under way: admitted, waiting, working, paused; which gets a slot, and how each one ends."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from skipscope.app.executors.base import Executor, WorkerDied
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs import refusals
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.errand import Errands
from skipscope.app.jobs.kept_weights import KeptWeights
from skipscope.app.jobs.life import close, serve
from skipscope.app.jobs.live import LiveJob, State
from skipscope.app.jobs.metrics import Metrics
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView, Saved
from skipscope.app.jobs.slots import Slots
from skipscope.app.jobs.state_files import StateFiles
from skipscope.app.jobs.store import Store
from skipscope.app.settings import Settings
from skipscope.model.jobs.command import CommandError
from skipscope.model.jobs.estimate import Estimate

DRAIN_SECONDS = 3.0
log = structlog.get_logger("jobs")


class Registry:
    """Keep the jobs under way. A job works in a slot, gives it up while it is paused, and waits in turn for one."""

    def __init__(
        self, settings: Settings, executor: Executor, store: Store, admission: Admission, *, metrics: Metrics,
        desk: Desk,
    ) -> None:  # fmt: skip
        self.settings, self.executor, self.store = settings, executor, store
        self.admission, self.metrics, self.desk = admission, metrics, desk
        self.states = StateFiles(settings.data_dir / "states")
        self.weights = KeptWeights(settings.data_dir / "weights", store, settings.keep_weights_megabytes)
        self.live: dict[str, LiveJob] = {}
        self.slots = Slots(settings.slots, settings.client_slots or max(1, settings.slots - 1))
        self.errands = Errands()
        self._draining = 0.0
        metrics.watch(self)

    @property
    def jobs(self) -> Iterable[LiveJob]:
        """List the jobs under way."""
        return self.live.values()

    @property
    def active(self) -> set[LiveJob]:
        """Return the jobs that have a slot."""
        return self.slots.active

    @property
    def draining(self) -> bool:
        """Return whether no more jobs are admitted."""
        return self._draining > 0

    @property
    def kept_bytes(self) -> int:
        """Return the size of all weights that are kept."""
        return self.weights.num_bytes

    @property
    def num_waiting(self) -> int:
        """Count the jobs that wait for a slot."""
        return self.slots.num_waiting

    async def create(self, new: NewJob) -> tuple[JobView, bool]:
        """Admit a job, and return whether it is new; the same idempotency key gives the same job again.

        The client may leave meanwhile: a job that the store has begun to keep comes to an end.
        """
        return await self.errands.run(self._create(new))

    async def _create(self, new: NewJob) -> tuple[JobView, bool]:
        known = await self.find_repeated(new)
        if known is not None:
            return known, False
        estimate = self.admission.check(new.kind, new.request)
        if new.whole is None:  # a part was admitted with the whole, which enqueues one at a time
            self.admit(new.seat)
        made, job = await self.keep(new, estimate)
        if job is None:
            return made, False
        self.slots.enqueue(job)
        if self._draining:
            await asyncio.wait([self.end(job, "interrupted", "the server was stopped")])
        self.fill()
        return job.view(), True

    async def find_repeated(self, new: NewJob) -> JobView | None:
        """Return the job that was made with the same idempotency key; raise a Problem if it was another request."""
        if new.idempotency_key is None:
            return None
        known = await self.store.find_repeated(new.seat.client, new.idempotency_key)
        return None if known is None else await self._again(known, new)

    async def keep(self, new: NewJob, estimate: Estimate) -> tuple[JobView, LiveJob | None]:
        """Store a job that is admitted, and return it; None if the same key came twice at the same time."""
        job = LiveJob(self.store, new, estimate, keep=self.settings.keep_events)
        self.live[job.id] = job  # it counts from now on, while the store works
        try:
            job.key = await self.store.create(job.row(new.idempotency_key))
        except IntegrityError:
            del self.live[job.id]
            known = await self.find_repeated(new)
            if known is None:  # it was deleted meanwhile, and the key is free
                return await self.keep(new, estimate)
            return known, None
        except BaseException:
            del self.live[job.id]
            raise
        finally:
            job.made.set()
        log.info("job_created", job=job.id, kind=new.kind.name, seconds=round(estimate.seconds, 1))
        return job.view(), job

    async def _again(self, known: Saved, new: NewJob) -> JobView:
        if known.kind != new.kind.name or not new.asks(known.request):
            raise refusals.key_used(JobView(known))
        live = self.live.get(known.id)
        if live is None:
            return JobView(known)
        await live.made.wait()
        return live.view()

    def admit(self, seat: Seat) -> None:
        """Raise a Problem if a client, or its address, may have no more jobs, or nobody may."""
        if self._draining:
            raise refusals.draining()
        # those that the store is still at will wait too
        if self.num_waiting + sum(not job.key for job in self.live.values()) >= self.settings.max_queue:
            raise refusals.queue_full(self.settings.max_queue)
        share = self.settings.share_of(self.settings.max_queue)
        if seat.address and self.slots.num_from(seat.address) >= share:
            raise refusals.address_full(share)
        if (
            sum(job.seat.client == seat.client and not job.over and job.whole is None for job in self.live.values())
            >= self.settings.client_runs
        ):
            raise refusals.client_full(self.settings.client_runs)

    def check_command(self, job: LiveJob, command: Mapping[str, Any]) -> dict[str, Any]:
        """Return a command of the job's kind as it is sent; raise a Problem if it does not fit the job."""
        try:
            return job.kind.command(job.request, command)
        except CommandError as error:
            raise refusals.of_command(error) from error

    def send_command(self, job: LiveJob, command: Mapping[str, Any]) -> None:
        """Send a job a command, now or when it begins."""
        state = command.get("state")
        if (state is not None and state not in job.kind.states) or ("max_rate" in command and not job.kind.commands):
            raise refusals.impossible(job.view(), state or "another pace")
        checked = dict(command) if "state" in command or "max_rate" in command else self.check_command(job, command)
        if job.over or (job.stopping is not None and state != "stopped"):
            raise refusals.impossible(job.view(), state or "a change")
        if state == "stopped":
            self.stop(job, command.get("reason"))
        elif state == "paused":
            job.held = True
            self.pause(job, command.get("reason"))
        elif state == "running":
            job.held = False
            self.resume(job)
        else:
            self._change(job, checked)

    def _change(self, job: LiveJob, command: dict[str, Any]) -> None:
        if "step" in command and not job.paused:
            raise refusals.impossible(job.view(), "a step")
        if (len(job.pending) if job.handle is None else job.handle.unsent) >= refusals.MAX_PENDING:
            raise refusals.behind(job.view())
        self.send(job, command)

    def send(self, job: LiveJob, command: dict[str, Any]) -> None:
        """Send a job a command, or keep it for when it begins."""
        if job.handle is None:
            job.pending.append(command)
            return
        # a worker that is gone has its end on the way already, as an event with the reason
        with contextlib.suppress(WorkerDied):
            job.handle.send(command)

    def pause(self, job: LiveJob, reason: str | None = None) -> None:
        """Pause a job; one that works keeps its slot until it has answered that it is paused."""
        job.paused = True
        if job in self.active:
            if not job.pausing:
                job.pausing = True
                self.send(job, {"state": "paused", "reason": reason})
        elif self.slots.waits(job) and job.handle is not None:
            self.slots.withdraw(job)
            job.publish_status("paused")
            self.slots.publish_places()

    def resume(self, job: LiveJob) -> None:
        """Let a job work, in its turn; one that is about to pause waits for its turn once it has."""
        job.paused = False
        self.slots.enqueue(job)
        self.fill()

    def stop(self, job: LiveJob, reason: str | None = None) -> None:
        """Stop a job after the piece of work that it is at."""
        if job.handle is None or self.slots.waits(job):
            self.end(job, "stopped", reason)
        elif job.stopping is None:
            job.stopping = time.monotonic()
            self.send(job, {"state": "stopped", "reason": reason})

    def end(self, job: LiveJob, state: State, reason: str | None) -> "asyncio.Task[None]":
        """End a job at once, whatever it is at; the task is done when everything is published."""
        if not job.over:
            job.publish_status(state, reason=reason)
        self.slots.withdraw(job)
        if job.task is None:
            job.task = asyncio.create_task(close(self, job))
        elif job.serving:
            job.serving = False
            job.task.cancel()
        self.slots.publish_places()
        return job.task

    async def delete(self, job: LiveJob) -> None:
        """End a job and delete it; a job that the store cannot delete has ended like any other."""
        job.deleting += 1
        ending = self.end(job, "stopped", f"the {job.kind.noun} was deleted")
        await asyncio.wait([job.published])
        try:
            await self.store.delete(job.key)
        except BaseException:
            job.deleting -= 1
            raise
        job.unwanted.set()
        await asyncio.wait([ending])
        self.live.pop(job.id, None)
        await self.weights.forget(job.id)

    async def drain(self, reason: str = "the server was stopped") -> None:
        """Admit no more jobs, and end all: their records are stored and their readers get a terminal status.

        Jobs that are not done in `DRAIN_SECONDS` are left: a store that accepts nothing must not hold up the server.
        """
        if not self._draining:
            self._draining = time.monotonic()
        ending = [self.end(job, "interrupted", reason) for job in list(self.live.values()) if job.key]
        for job in self.live.values():
            if job.broken is not None:
                job.unwanted.set()
        # those that are being made or deleted end too
        if ending := [*ending, *self.errands.under_way]:
            await asyncio.wait(ending, timeout=max(0.0, self._draining + DRAIN_SECONDS - time.monotonic()))

    def fill(self) -> None:
        """Give free slots to those whose turn it is."""
        while not self._draining and (found := self.slots.acquire(self.live.values(), self.admission.room)) is not None:
            job, in_the_way = found
            for other in in_the_way:
                self.end(other, "stopped", "it had no slot, and its memory was needed for another run")
            job.begin()
            if job.handle is None:
                job.task = asyncio.create_task(serve(self, job, paused=job.paused))
            else:
                self.send(job, {"state": "running"})
        self.slots.publish_places()
