"""Jobs on a Ray cluster, through a bridge process; probes stay on this machine, where they are answered at once."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skipscope.app.executors.base import Event, JobHandle, WorkerDied
from skipscope.app.executors.bridge import READY
from skipscope.app.executors.bridge import main as cross
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import ALIVE, Message, PipeEnd, failure, split
from skipscope.app.executors.placement import Placement
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.model.describe.devices import AskedDevice, DeviceName, Devices
from skipscope.model.jobs.kind import Kind

PATIENCE = 60.0
LEAVING = 3.0


class RayExecutor:
    """Each job is an actor that asks the cluster for its CPUs, GPUs and memory; its loss is that job's alone.

    If jobs reserve GPUs, those that name no device work there, and those that name the CPU reserve none.
    """

    def __init__(
        self, local: LocalExecutor, *, address: str = "", threads: int = 1, gpus: float = 0.0,
        needs: Callable[[Kind[Any], BaseModel], int] = lambda *_: 0, patience: float = PATIENCE,
        default: AskedDevice = "auto",
    ) -> None:  # fmt: skip
        self._local, self._needs, self._patience = local, needs, patience
        self._options: dict[str, Any] = {"address": address, "threads": threads}
        self._gpus = gpus
        there: dict[DeviceName, int] = {"cpu": 0, "cuda": 0} if gpus else {"cpu": 0}
        self.placement = Placement(default, Devices(there))
        self._jobs = count(READY + 1)
        self._joining = asyncio.Lock()
        self._pipe: PipeEnd | None = None

    async def start(self) -> None:
        """Join the cluster and bring up the probers; raise WorkerDied where there is no cluster."""
        self.placement.have(self.placement.devices)
        await self._join()
        await self._local.start()

    async def stop(self) -> None:
        """Leave the cluster."""
        await self._leave()
        await self._local.stop()

    async def answer(self, kind: Kind[Any], request: BaseModel, seat: Seat = NOBODY) -> bytes:
        """Do a short job at once, on this machine."""
        return await self._local.answer(kind, request, seat)

    async def start_job(
        self, kind: Kind[Any], request: BaseModel, *, paused: bool = False, max_rate: float = 0,
        resume: Path | None = None, keep: Path | None = None,
    ) -> JobHandle:  # fmt: skip
        """Start a job on the cluster; if the bridge was lost, build a new one."""
        pipe = await self._join()
        job = next(self._jobs)
        placed = self.placement.place(request)
        order = Order.of(kind, placed, paused=paused, max_rate=max_rate, keep=keep)
        gpus = self._gpus if order.device == "cuda" else 0.0
        pipe.open_job(job)
        state = None if resume is None else str(resume)
        pipe.send(job, "start", (order.encode(), self._needs(kind, placed), gpus, state))
        return _Handle(pipe, job)

    async def _join(self) -> PipeEnd:
        async with self._joining:
            if self._pipe is not None and await self._answers(self._pipe):
                return self._pipe
            await self._leave()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._process = context.Process(target=cross, args=(theirs, self._options), daemon=True)
            await asyncio.to_thread(self._process.start)
            theirs.close()
            # the bridge keeps count of what is unread of each job: one that is not read must not hold up the others
            pipe = self._pipe = PipeEnd(ours, ahead=sys.maxsize)
            pipe.open_job(READY)
            messages = await self._receive(pipe)
            if not messages or messages[-1].kind != "ready":
                why = messages[-1].data.decode() if messages else f"it did not answer in {self._patience:g} s"
                await self._leave()
                raise WorkerDied(f"the cluster at {self._options['address'] or 'this machine'} cannot be joined: {why}")
            return pipe

    async def _answers(self, pipe: PipeEnd) -> bool:
        """Return whether the cluster that was joined is there still: a head that was lost and came back has another."""
        try:
            pipe.send(READY, "check", b"")
        except WorkerDied:
            return False
        return bool(await self._receive(pipe))

    async def _receive(self, pipe: PipeEnd) -> list[Message]:
        """Return what the bridge sends of itself; nothing if it is gone, or is silent for too long."""
        try:
            async with asyncio.timeout(self._patience):
                return await pipe.receive(READY)
        except TimeoutError:
            return []

    async def _leave(self) -> None:
        if self._pipe is None:
            return
        pipe, self._pipe = self._pipe, None
        # asked to leave by the pipe's end, it ends the actors and, where it started one, the cluster
        with contextlib.suppress(WorkerDied):
            pipe.send(READY, "leave", b"")
        await asyncio.to_thread(self._process.join, LEAVING)
        assert self._process.pid is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        await asyncio.to_thread(self._process.join, LEAVING)
        await pipe.close()


class _Handle:
    """A job on the cluster."""

    def __init__(self, pipe: PipeEnd, job: int) -> None:
        self._pipe, self._job = pipe, job
        self._pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def batches(self) -> AsyncGenerator[list[Event]]:
        """Yield the job's events until its end."""
        while True:
            messages = await self._pipe.receive(self._job)
            if not messages:
                raise WorkerDied("the connection to the cluster was lost")
            for message in messages:
                if message.kind == "pid":
                    self._pid.set_result(int(message.data))
            with contextlib.suppress(WorkerDied):
                self._pipe.send(self._job, "received", sum(message.kind != ALIVE for message in messages))
            events, ending = split([message for message in messages if message.kind != "pid"])
            yield events
            if ending is not None:
                if ending.kind == "failed":
                    raise failure(ending)
                if ending.kind == "died":
                    raise WorkerDied(ending.data.decode())
                return

    def send(self, command: dict[str, Any]) -> None:
        """Send the job a command."""
        self._pipe.send(self._job, "command", command)

    @property
    def unsent(self) -> int:
        """Count what the bridge, for all jobs together, has no room for yet."""
        return self._pipe.unsent

    async def pid(self) -> int:
        """Return the process's number, on the node where it is; known once the job has begun."""
        return await self._pid

    async def close(self) -> None:
        """End the job."""
        # where the bridge is gone, its actors are gone with it
        with contextlib.suppress(WorkerDied):
            self._pipe.send(self._job, "cancel", b"")
        self._pipe.close_job(self._job)
