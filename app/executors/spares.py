"""Processes that are ready for the next jobs on one device, so that each begins at once."""

import asyncio
from collections.abc import Awaitable, Callable

from skipscope.app.executors.workers import Worker

REFILL_AFTER = 0.5


class Spares:
    """Keep `num` processes ready."""

    def __init__(self, make: Callable[[], Awaitable[Worker]], num: int) -> None:
        self._make, self._num = make, num
        self._ready: list[Worker] = []
        self._refilling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring up the processes."""
        await self._refill(0)

    async def stop(self) -> None:
        """End the processes that no job has."""
        if self._refilling is not None:
            self._refilling.cancel()
            await asyncio.wait([self._refilling])
        await asyncio.gather(*(spare.end() for spare in self._ready))
        self._ready.clear()

    async def acquire(self) -> Worker:
        """Return a process that is ready, or else a new one."""
        # later, so that the new process does not compete with the first steps of this job
        if self._refilling is None or self._refilling.done():
            self._refilling = asyncio.create_task(self._refill(REFILL_AFTER))
        while self._ready:
            worker = self._ready.pop(0)
            if worker.alive:
                return worker
            await worker.end()
        return await self._make()

    async def _refill(self, after: float) -> None:
        await asyncio.sleep(after)
        while len(self._ready) < self._num:
            self._ready.append(await self._make())
