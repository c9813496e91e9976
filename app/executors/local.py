"""Jobs on this machine: each in a process of its own, made beforehand, so that it begins at once and ends clean."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from skipscope.app.executors.answerer import Answerer
from skipscope.app.executors.base import Event, JobHandle, WorkerFailed
from skipscope.app.executors.child import BEHIND
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import failure, split
from skipscope.app.executors.placement import Placement
from skipscope.app.executors.scout import scout
from skipscope.app.executors.spares import Spares
from skipscope.app.executors.workers import Worker, fresh_context, num_cores, warm_context
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.model.describe.devices import DeviceName
from skipscope.model.describe.words import FieldError
from skipscope.model.jobs.kind import Kind

MAX_SPARES = 4
LIGHT_SECONDS = 2.0
"""Short jobs that are estimated to take longer have a process of their own."""


class LocalExecutor:
    """Keep processes ready: some for short jobs that are answered at once, some for the next others.

    On the CPU they are forked from one that is warm. A GPU's driver does not survive a fork: there they start afresh,
    and are ready beforehand where the GPU is the device of jobs that name none.
    """

    def __init__(
        self, *, slots: int, threads: int = 0, nice: int = 5, worker_bytes: int = 0,
        probers: int = 1, probe_seconds: float = 60.0, max_probes: int = 200,
        address_probes: int = 200, placement: Placement | None = None, device_bytes: Callable[[], int] = lambda: 0,
        count_answer: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        # a core stays free for the page and the server
        each = max(1, (threads or num_cores() - 1) // max(1, slots))
        self.placement = placement or Placement()
        self._options: dict[str, int] = {"threads": each, "nice": nice}
        self._worker_bytes, self._device_bytes = worker_bytes, device_bytes
        self._num_spares = min(slots, MAX_SPARES)
        self._probing: dict[str, Any] = {
            "num": probers, "seconds": probe_seconds, "most": max_probes, "most_of_one": address_probes,
            "count": count_answer,
        }  # fmt: skip
        self._spares: dict[DeviceName, Spares] = {}
        self._answerers: dict[DeviceName, Answerer] = {}
        self._heavy: dict[DeviceName, Answerer] = {}
        """For short jobs that are not so short: they wait for each other, and nobody for them."""

    async def start(self) -> None:
        """Find the devices, and bring up all processes of the one that jobs work on if they name none."""
        self.placement.have(await scout())
        default = self.placement.default
        alone: dict[str, Any] = {**self._probing, "num": 1}
        for device in self.placement.devices.names:
            make = partial(self._make, device)
            self._spares[device] = Spares(make, self._num_spares if device == default else 0)
            self._answerers[device] = Answerer(make, **self._probing)
            self._heavy[device] = Answerer(partial(self._make, device, BEHIND), **alone, keep=False)
        await self._answerers[default].start()
        await self._spares[default].start()

    async def stop(self) -> None:
        """End all processes that no job has."""
        await asyncio.gather(
            *(part.stop() for part in (*self._answerers.values(), *self._heavy.values(), *self._spares.values()))
        )

    async def answer(self, kind: Kind[Any], request: BaseModel, seat: Seat = NOBODY) -> bytes:
        """Do a short job at once."""
        placed = self._place(request)
        lane = self._answerers if kind.estimate(placed).seconds <= LIGHT_SECONDS else self._heavy
        return await lane[self.placement.device_of(placed)].answer(kind, placed, seat)

    async def start_job(
        self, kind: Kind[Any], request: BaseModel, *, paused: bool = False, max_rate: float = 0,
        resume: Path | None = None, keep: Path | None = None,
    ) -> JobHandle:  # fmt: skip
        """Start a job in a process that is ready."""
        placed = self._place(request)
        worker = await self._spares[self.placement.device_of(placed)].acquire()
        worker.start(Order.of(kind, placed, paused=paused, max_rate=max_rate, keep=keep), resume)
        return _Handle(worker)

    def _place(self, request: BaseModel) -> BaseModel:
        try:
            return self.placement.place(request)
        except FieldError as error:
            raise WorkerFailed(str(error)) from error

    async def _make(self, device: DeviceName, behind: int = 0) -> Worker:
        options = {**self._options, "nice": self._options["nice"] + behind}
        if device == "cpu":
            return await Worker.make(warm_context(), {**options, "memory_bytes": self._worker_bytes})
        # a driver maps far more of the machine's memory than it takes: its limit is that of the device's
        limits: dict[str, int | str] = {"memory_bytes": 0, "device": device, "device_bytes": self._device_bytes()}
        return await Worker.make(fresh_context(), {**options, **limits})


class _Handle:
    """A job in its process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def batches(self) -> AsyncGenerator[list[Event]]:
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
