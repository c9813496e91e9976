"""Runs on a Ray cluster, through a bridge process; probes stay on this machine, where they are answered at once."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from skipscope.app.executors.base import Event, RunHandle, WorkerDied
from skipscope.app.executors.bridge import READY
from skipscope.app.executors.bridge import main as cross
from skipscope.app.executors.fair_queue import NOBODY, Seat
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.pipe import ALIVE, Line, Said, failure, sort
from skipscope.model.describe.request import ProbeRequest, TrainingRequest

PATIENCE = 60.0
LEAVING = 3.0


class RayExecutor:
    """Each run is an actor that asks the cluster for its CPUs, GPUs and memory; its loss is that run's alone."""

    def __init__(
        self, local: LocalExecutor, *, address: str = "", threads: int = 1, gpus: float = 0.0,
        needs: Callable[[TrainingRequest], int] = lambda _: 0, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._local, self._needs, self._patience = local, needs, patience
        self._options: dict[str, Any] = {"address": address, "threads": threads, "gpus": gpus}
        self._jobs = count(READY + 1)
        self._joining = asyncio.Lock()
        self._line: Line | None = None

    async def start(self) -> None:
        """Join the cluster and bring up the probers; raise WorkerDied where there is no cluster."""
        await self._join()
        await self._local.start()

    async def stop(self) -> None:
        """Leave the cluster."""
        await self._leave()
        await self._local.stop()

    async def probe(self, request: ProbeRequest, seat: Seat = NOBODY) -> bytes:
        """Measure at initialisation, on this machine."""
        return await self._local.probe(request, seat)

    async def run(
        self, request: TrainingRequest, *, paused: bool = False, max_rate: float = 0, resume: Path | None = None
    ) -> RunHandle:
        """Start a training on the cluster; where the bridge was lost, build a new one."""
        line = await self._join()
        job = next(self._jobs)
        options = {"request": request.model_dump(mode="json"), "paused": paused, "max_rate": max_rate}
        line.open(job)
        state = None if resume is None else str(resume)
        line.send(job, "run", (orjson.dumps(options), self._needs(request), state))
        return _Handle(line, job)

    async def _join(self) -> Line:
        async with self._joining:
            if self._line is not None and await self._answers(self._line):
                return self._line
            await self._leave()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._process = context.Process(target=cross, args=(theirs, self._options), daemon=True)
            await asyncio.to_thread(self._process.start)
            theirs.close()
            # the bridge keeps count of what is unread of each run: one that is not read must not hold up the others
            line = self._line = Line(ours, ahead=sys.maxsize)
            line.open(READY)
            said = await self._hear(line)
            if not said or said[-1].kind != "ready":
                why = said[-1].data.decode() if said else f"it did not answer in {self._patience:g} s"
                await self._leave()
                raise WorkerDied(f"the cluster at {self._options['address'] or 'this machine'} cannot be joined: {why}")
            return line

    async def _answers(self, line: Line) -> bool:
        """Say whether the cluster that was joined is there still: a head that was lost and came back has another."""
        try:
            line.send(READY, "check", b"")
        except WorkerDied:
            return False
        return bool(await self._hear(line))

    async def _hear(self, line: Line) -> list[Said]:
        """Return what the bridge says of itself; nothing where it is gone, or says nothing for too long."""
        try:
            async with asyncio.timeout(self._patience):
                return await line.receive(READY)
        except TimeoutError:
            return []

    async def _leave(self) -> None:
        if self._line is None:
            return
        line, self._line = self._line, None
        # asked to leave by the pipe's end, it ends the actors and, where it started one, the cluster
        with contextlib.suppress(WorkerDied):
            line.send(READY, "leave", b"")
        await asyncio.to_thread(self._process.join, LEAVING)
        assert self._process.pid is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        await asyncio.to_thread(self._process.join, LEAVING)
        await line.close()


class _Handle:
    """A training on the cluster."""

    def __init__(self, line: Line, job: int) -> None:
        self._line, self._job = line, job
        self._pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def batches(self) -> AsyncIterator[list[Event]]:
        """Yield what the run says until its end."""
        while True:
            said = await self._line.receive(self._job)
            if not said:
                raise WorkerDied("the connection to the cluster was lost")
            for message in said:
                if message.kind == "pid":
                    self._pid.set_result(int(message.data))
            with contextlib.suppress(WorkerDied):
                self._line.send(self._job, "taken", sum(message.kind != ALIVE for message in said))
            events, ending = sort([message for message in said if message.kind != "pid"])
            yield events
            if ending is not None:
                if ending.kind == "failed":
                    raise failure(ending)
                if ending.kind == "died":
                    raise WorkerDied(ending.data.decode())
                return

    def send(self, command: dict[str, Any]) -> None:
        """Tell the run."""
        self._line.send(self._job, "tell", command)

    @property
    def unsent(self) -> int:
        """Count what the bridge, for all runs together, has no room for yet."""
        return self._line.unsent

    async def pid(self) -> int:
        """Return the process's number, on the node where it is; known once the run has begun."""
        return await self._pid

    async def close(self) -> None:
        """End the run."""
        # where the bridge is gone, its actors are gone with it
        with contextlib.suppress(WorkerDied):
            self._line.send(self._job, "cancel", b"")
        self._line.shut(self._job)
