"""Processes that are ready for the next jobs on one device, so that each begins at once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from skipscope.app.executors.base import WorkerDied
from skipscope.app.executors.workers import Worker

REFILL_AFTER = 0.5
LOOK_EVERY = 0.25
log = structlog.get_logger("workers")


class Spares:
    """Keep `num` processes ready."""

    def __init__(self, make: Callable[[], Awaitable[Worker]], num: int) -> None:
        self._make, self._num = make, num
        self._ready: list[Worker] = []
        self._filling = asyncio.Lock()
        self._refilling: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring up the processes, and watch over them."""
        await self._refill(0)
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End the processes that no job has."""
        for task in (self._watching, self._refilling):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await asyncio.gather(*(spare.end() for spare in self._ready))
        self._ready.clear()

    async def acquire(self) -> Worker:
        """Return a process that is ready, or else a new one."""
        # later, so that the new process does not compete with the first steps of this job
        if self._refilling is None or self._refilling.done():
            self._refilling = asyncio.create_task(self._refill_if_possible(REFILL_AFTER))
        while self._ready:
            worker = self._ready.pop(0)
            if worker.alive:
                return worker
            await worker.end()
        return await self._make()

    async def _watch(self) -> None:
        """Replace processes that died, at once.

        The successor of a process that others are forked from takes seconds until it is warm: no job is to wait for it.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY)
            dead = [worker for worker in self._ready if not worker.alive]
            if not dead:
                continue
            log.warning("spares_died", num=len(dead), reason="new ones are made")
            self._ready = [worker for worker in self._ready if worker not in dead]
            await asyncio.gather(*(worker.end() for worker in dead))
            await self._refill_if_possible(0)

    async def _refill_if_possible(self, after: float) -> None:
        try:
            await self._refill(after)
        except WorkerDied as error:  # the next job says so too
            log.error("no_spares", reason=str(error))

    async def _refill(self, after: float) -> None:
        await asyncio.sleep(after)
        async with self._filling:  # two at the same time would make one too many
            while len(self._ready) < self._num:
                made = await self._make()
                self._ready.append(made)  # to the list as it is now: the watch may have taken dead ones out
