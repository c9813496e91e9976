"""Jobs on this machine: each in a process of its own, forked beforehand, so that it begins at once and ends clean."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skipscope.app.executors.answerer import Answerer
from skipscope.app.executors.base import Event, JobHandle
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import failure, split
from skipscope.app.executors.workers import Worker, num_cores, warm_context
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.model.jobs.kind import Kind

MAX_SPARES = 4
REFILL_AFTER = 0.5


class LocalExecutor:
    """Keep processes ready: some for short jobs that are answered at once, some for the next others."""

    def __init__(
        self, *, slots: int, threads: int = 0, nice: int = 5, worker_bytes: int = 0,
        probers: int = 1, probe_seconds: float = 60.0, max_probes: int = 200,
        address_probes: int = 200,
    ) -> None:  # fmt: skip
        # a core stays free for the page and the server
        each = max(1, (threads or num_cores() - 1) // max(1, slots))
        self._context = warm_context()
        self._options = {"threads": each, "nice": nice, "memory_bytes": worker_bytes}
        self._num_spares = min(slots, MAX_SPARES)
        self._spares: list[Worker] = []
        self._refilling: asyncio.Task[None] | None = None
        self._answerer = Answerer(
            self._make, num=probers, seconds=probe_seconds, most=max_probes, most_of_one=address_probes
        )

    async def start(self) -> None:
        """Bring up all processes."""
        await self._answerer.start()
        await self._refill(0)

    async def stop(self) -> None:
        """End all processes that no job has."""
        if self._refilling is not None:
            self._refilling.cancel()
            await asyncio.wait([self._refilling])
        await asyncio.gather(self._answerer.stop(), *(spare.end() for spare in self._spares))
        self._spares.clear()

    async def answer(self, kind: Kind[Any], request: BaseModel, seat: Seat = NOBODY) -> bytes:
        """Do a short job at once."""
        return await self._answerer.answer(kind, request, seat)

    async def start_job(
        self, kind: Kind[Any], request: BaseModel, *, paused: bool = False, max_rate: float = 0,
        resume: Path | None = None,
    ) -> JobHandle:  # fmt: skip
        """Start a job in a process that is ready."""
        worker = await self._acquire()
        worker.start(Order.of(kind, request, paused=paused, max_rate=max_rate), resume)
        return _Handle(worker)

    async def _acquire(self) -> Worker:
        # later, so that the new process does not compete with the first steps of this job
        if self._refilling is None or self._refilling.done():
            self._refilling = asyncio.create_task(self._refill(REFILL_AFTER))
        while self._spares:
            worker = self._spares.pop(0)
            if worker.alive:
                return worker
            await worker.end()
        return await self._make()

    async def _make(self) -> Worker:
        return await Worker.make(self._context, self._options)

    async def _refill(self, after: float) -> None:
        await asyncio.sleep(after)
        while len(self._spares) < self._num_spares:
            self._spares.append(await self._make())


class _Handle:
    """A job in its process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def batches(self) -> AsyncIterator[list[Event]]:
        """Yield the job's events until its end."""
        while True:
            events, ending = split(await self._worker.receive())
            yield events
            if ending is not None:
                if ending.kind == "failed":
                    raise failure(ending)
                return

    def send(self, command: dict[str, Any]) -> None:
        """Send the job a command."""
        self._worker.send_command(command)

    @property
    def unsent(self) -> int:
        """Count the commands that the job has no room for yet."""
        return self._worker.unsent

    async def pid(self) -> int:
        """Return the process's number."""
        assert self._worker.process.pid is not None
        return self._worker.process.pid

    async def close(self) -> None:
        """End the process."""
        await self._worker.end()
