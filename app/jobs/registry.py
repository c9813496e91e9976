"""All runs under way: admitted, waiting, training, paused; who gets a slot, and how each one ends."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from skipscope.app.executors.base import Executor, WorkerDied
from skipscope.app.executors.fair_queue import Seat
from skipscope.app.jobs import refusals
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.life import bury, serve
from skipscope.app.jobs.metrics import Metrics
from skipscope.app.jobs.run import Run, State
from skipscope.app.jobs.slots import Slots
from skipscope.app.jobs.state_files import States
from skipscope.app.jobs.store import Saved, Store
from skipscope.app.settings import Settings
from skipscope.model.describe.request import TrainingRequest

DRAIN_SECONDS = 3.0
log = structlog.get_logger("runs")


class Registry:
    """Keep the runs under way. A run trains in a slot, gives it up while it is paused, and waits in turn for one."""

    def __init__(
        self, settings: Settings, executor: Executor, store: Store, admission: Admission, metrics: Metrics
    ) -> None:
        self.settings, self.executor, self.store = settings, executor, store
        self.admission, self.metrics = admission, metrics
        self.states = States(settings.data_dir / "states")
        self.live: dict[str, Run] = {}
        self.slots = Slots(settings.slots, settings.client_slots or max(1, settings.slots - 1))
        self._draining = 0.0
        metrics.watch(self)

    @property
    def runs(self) -> Iterable[Run]:
        """List the runs under way."""
        return self.live.values()

    @property
    def active(self) -> set[Run]:
        """Return the runs that have a slot."""
        return self.slots.active

    @property
    def draining(self) -> bool:
        """Say whether no more runs are taken."""
        return self._draining > 0

    @property
    def num_waiting(self) -> int:
        """Count the runs that wait for a slot."""
        return self.slots.num_waiting

    async def create(
        self, request: TrainingRequest, *, client: str, address: str = "", name: str = "", paused: bool = False,
        max_rate: float = 0, idempotency_key: str | None = None, resume: Path | None = None,
    ) -> tuple[Run | Saved, bool]:  # fmt: skip
        """Admit a run, and say whether it is new; the same idempotency key gives the same run again."""
        if idempotency_key is not None:
            known = await self.store.find_repeated(client, idempotency_key)
            if known is not None:
                return self._again(known, request), False
        needs = self.admission.check(request)
        self.admit(Seat(client, address))
        run = Run(
            self.store, request, client=client, name=name, paused=paused, max_rate=max_rate, needs=needs,
            keep=self.settings.keep_events, address=address,
        )  # fmt: skip
        run.resume = resume
        self.live[run.id] = run  # it counts from now on, while the store works
        try:
            run.key = await self.store.create(run.row(idempotency_key))
        except IntegrityError:  # the same key came twice at the same time
            del self.live[run.id]
            return await self.create(
                request, client=client, address=address, name=name, paused=paused, max_rate=max_rate,
                idempotency_key=idempotency_key, resume=resume,
            )  # fmt: skip
        except BaseException:
            del self.live[run.id]
            raise
        log.info("run_created", run=run.id, variants=len(request.variants), steps=request.steps)
        self.slots.ask(run)
        if self._draining:
            self.end(run, "interrupted", "the server was stopped")
        self.fill()
        return run, True

    def _again(self, known: Saved, request: TrainingRequest) -> Run | Saved:
        if TrainingRequest.model_validate_json(known.request) != request:
            raise refusals.key_used(known.id)
        return self.live.get(known.id, known)

    def admit(self, seat: Seat) -> None:
        """Raise a Problem where a client, or its address, may have no more runs, or nobody may."""
        if self._draining:
            raise refusals.draining()
        # those that the store is still at will wait too
        if self.num_waiting + sum(not run.key for run in self.live.values()) >= self.settings.max_queue:
            raise refusals.queue_full(self.settings.max_queue)
        share = self.settings.share_of(self.settings.max_queue)
        if seat.address and self.slots.num_from(seat.address) >= share:
            raise refusals.address_full(share)
        if sum(run.client == seat.client and not run.over for run in self.live.values()) >= self.settings.client_runs:
            raise refusals.client_full(self.settings.client_runs)

    def tell(self, run: Run, command: dict[str, Any]) -> None:
        """Pass a command to a run, now or when it begins."""
        state = command.get("state")
        if run.over or (run.stopping is not None and state != "stopped"):
            raise refusals.impossible(run, state or "a change")
        if state == "stopped":
            self.stop(run)
        elif state == "paused":
            run.held = True
            self.pause(run)
        elif state == "running":
            run.held = False
            self._resume(run)
        else:
            self._change(run, command)

    def _change(self, run: Run, command: dict[str, Any]) -> None:
        if "step" in command and not run.paused:
            raise refusals.impossible(run, "a step")
        if (len(run.pending) if run.handle is None else run.handle.unsent) >= refusals.MAX_PENDING:
            raise refusals.behind(run.id)
        self.send(run, command)

    def send(self, run: Run, command: dict[str, Any]) -> None:
        """Send a run a command, or keep it for when it begins."""
        if run.handle is None:
            run.pending.append(command)
            return
        # a worker that is gone has its end on the way already, as an event with the reason
        with contextlib.suppress(WorkerDied):
            run.handle.send(command)

    def pause(self, run: Run, reason: str | None = None) -> None:
        """Pause a run; one that trains keeps its slot until it has said that it is paused."""
        run.paused = True
        if run in self.active:
            if not run.pausing:
                run.pausing = True
                self.send(run, {"state": "paused", "reason": reason})
        elif self.slots.waits(run) and run.handle is not None:
            self.slots.give_up(run)
            run.say("paused")
            self.slots.announce()

    def _resume(self, run: Run) -> None:
        """Let a run train, in its turn; one that is about to pause waits for its turn once it has."""
        run.paused = False
        self.slots.ask(run)
        self.fill()

    def stop(self, run: Run, reason: str | None = None) -> None:
        """Stop a run after the step that it is at."""
        if run.handle is None or self.slots.waits(run):
            self.end(run, "stopped", reason)
        elif run.stopping is None:
            run.stopping = time.monotonic()
            self.send(run, {"state": "stopped", "reason": reason})

    def end(self, run: Run, state: State, reason: str | None) -> "asyncio.Task[None]":
        """End a run at once, whatever it is at; the task is done when everything has been told."""
        if not run.over:
            run.say(state, reason=reason)
        self.slots.give_up(run)
        if run.task is None:
            run.task = asyncio.create_task(bury(self, run))
        elif run.serving:
            run.serving = False
            run.task.cancel()
        self.slots.announce()
        return run.task

    async def forget(self, run: Run) -> None:
        """End a run whose last word nobody wants to keep."""
        run.unwanted.set()
        await self.end(run, "stopped", "the run was deleted")

    async def drain(self, reason: str = "the server was stopped") -> None:
        """Take no more runs, and end all: their records are stored and their readers get a terminal status.

        What is not done in `DRAIN_SECONDS` is left: a store that takes nothing must not keep the server.
        """
        if not self._draining:
            self._draining = time.monotonic()
        ending = [self.end(run, "interrupted", reason) for run in list(self.live.values()) if run.key]
        for run in self.live.values():
            if run.broken is not None:
                run.unwanted.set()
        if ending:
            await asyncio.wait(ending, timeout=max(0.0, self._draining + DRAIN_SECONDS - time.monotonic()))

    def fill(self) -> None:
        """Give free slots to those whose turn it is."""
        while not self._draining and (taken := self.slots.take(self.live.values(), self.admission.memory)) is not None:
            run, in_the_way = taken
            for other in in_the_way:
                self.end(other, "stopped", "it had no slot, and its memory was needed for another run")
            run.begin()
            if run.handle is None:
                run.task = asyncio.create_task(serve(self, run, paused=run.paused))
            else:
                self.send(run, {"state": "running"})
        self.slots.announce()
