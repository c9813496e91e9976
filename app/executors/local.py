"""Runs on this machine: each in a process of its own, forked beforehand, so that it begins at once and ends clean."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

from skipscope.app.executors.base import Event, RunHandle
from skipscope.app.executors.fair_queue import NOBODY, Seat
from skipscope.app.executors.pipe import failure, sort
from skipscope.app.executors.prober import Prober
from skipscope.app.executors.workers import Worker, num_cores, warm_context
from skipscope.model.describe.request import ProbeRequest, TrainingRequest

MAX_SPARES = 4
REFILL_AFTER = 0.5


class LocalExecutor:
    """Keep processes ready: some for probes, some for the next runs."""

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
        self._prober = Prober(
            self._make, num=probers, seconds=probe_seconds, most=max_probes, most_of_one=address_probes
        )

    async def start(self) -> None:
        """Bring up all processes."""
        await self._prober.start()
        await self._refill(0)

    async def stop(self) -> None:
        """End all processes that no run has."""
        if self._refilling is not None:
            self._refilling.cancel()
            await asyncio.wait([self._refilling])
        await asyncio.gather(self._prober.stop(), *(spare.end() for spare in self._spares))
        self._spares.clear()

    async def probe(self, request: ProbeRequest, seat: Seat = NOBODY) -> bytes:
        """Measure at initialisation."""
        return await self._prober.probe(request, seat)

    async def run(
        self, request: TrainingRequest, *, paused: bool = False, max_rate: float = 0, resume: Path | None = None
    ) -> RunHandle:
        """Start a training in a process that is ready."""
        worker = await self._take()
        options = {"request": request.model_dump(mode="json"), "paused": paused, "max_rate": max_rate}
        worker.ask("run", (orjson.dumps(options), None if resume is None else str(resume)))
        return _Handle(worker)

    async def _take(self) -> Worker:
        # later, so that the new process does not compete with the first steps of this run
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
    """A training in its process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def batches(self) -> AsyncIterator[list[Event]]:
        """Yield what the run says until its end."""
        while True:
            said = await self._worker.receive()
            events, ending = sort(said)
            yield events
            if ending is not None:
                if ending.kind == "failed":
                    raise failure(ending)
                return

    def send(self, command: dict[str, Any]) -> None:
        """Tell the run."""
        self._worker.tell(command)

    @property
    def unsent(self) -> int:
        """Count what the run has no room for yet."""
        return self._worker.unsent

    async def pid(self) -> int:
        """Return the process's number."""
        assert self._worker.process.pid is not None
        return self._worker.process.pid

    async def close(self) -> None:
        """End the process."""
        await self._worker.end()
