"""Short jobs, answered at once: a few processes that are kept for them, and a fair queue before these. Requests
that are the same and wait at the same time share one answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from pydantic import BaseModel

from skipscope.app.executors.base import TooSlow, WorkerDied, WorkerFailed
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import failure, split
from skipscope.app.executors.turns import Turn, Turns
from skipscope.app.executors.workers import Worker
from skipscope.app.guard.seat import Seat
from skipscope.model.jobs.kind import Kind

log = structlog.get_logger("probes")


class Shared:
    """An answer that one or more wait for."""

    def __init__(self) -> None:
        self.num_waiting = 0
        self.turns: set[Turn] = set()
        """Of those who wait for it to begin: the first that comes begins it."""
        self.work: asyncio.Task[bytes] | None = None

    @property
    def failed(self) -> bool:
        """Say whether it ended without an answer."""
        return self.work is not None and self.work.done() and (self.work.cancelled() or bool(self.work.exception()))

    async def end(self) -> None:
        """End the work that nobody waits for any more."""
        if self.work is not None and not self.work.done():
            self.work.cancel()
            await asyncio.wait({self.work})


class Answerer:
    """Do short jobs one after the other, the addresses in turn and so the clients of each."""

    def __init__(
        self, make: Callable[[], Awaitable[Worker]], *, num: int, seconds: float, most: int, most_of_one: int,
        keep: bool = True, count: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._make, self._num, self._seconds, self._keep, self._count = make, num, seconds, keep, count
        self._shared: dict[str, Shared] = {}
        self._idle: list[Worker] = []
        self._turns = Turns(num, most=most, most_of_one=most_of_one, what="probes")

    async def start(self) -> None:
        """Bring up the processes."""
        self._idle = list(await asyncio.gather(*(self._make() for _ in range(self._num))))

    async def stop(self) -> None:
        """End the processes."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(worker.end() for worker in idle))

    async def answer(self, kind: Kind[Any], request: BaseModel, seat: Seat) -> bytes:
        """Do a job and return the JSON of its last event but the status.

        It is done once for all who wait for it, in the first turn that comes to any of them: nobody waits for the
        turn of another who has more to wait for.
        """
        key = f"{kind.name} {request.model_dump_json()}"
        shared = self._shared.get(key)
        if shared is None or shared.failed:
            shared = self._shared[key] = Shared()
        shared.num_waiting += 1
        try:
            if shared.work is None and await self._turns.enter(seat, shared.turns):
                if shared.work is None:
                    shared.work = asyncio.create_task(self._work(kind, request, seat))
                    self._turns.dismiss(shared.turns)
                else:
                    self._turns.leave(seat)
            assert shared.work is not None, "it has begun, or this is the turn in which it begins"
            return await asyncio.shield(shared.work)
        finally:
            shared.num_waiting -= 1
            if shared.num_waiting == 0:
                if self._shared.get(key) is shared:
                    del self._shared[key]
                await shared.end()

    async def _work(self, kind: Kind[Any], request: BaseModel, seat: Seat) -> bytes:
        """Do a job in a turn that came, and end the turn."""
        worker = None
        try:
            worker = await self._acquire()
            self._count(kind.name)
            answer = await self._do(worker, Order.of(kind, request))
        except (WorkerDied, TooSlow, asyncio.CancelledError):
            if worker is not None:
                await asyncio.shield(worker.end())
            raise
        except WorkerFailed as error:
            log.warning("answer_failed", kind=kind.name, reason=str(error), trace=error.trace)
            assert worker is not None
            await self._release(worker)
            raise
        else:
            await self._release(worker)
            return answer
        finally:
            self._turns.leave(seat)

    async def _acquire(self) -> Worker:
        """Return a process that is there, or a new one in the place of those that died."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await worker.end()
        return await self._make()

    async def _release(self, worker: Worker) -> None:
        """Keep a process for the next job, or end it where jobs are rare and large."""
        if self._keep:
            self._idle.append(worker)
        else:
            await asyncio.shield(worker.end())

    async def _do(self, worker: Worker, order: Order) -> bytes:
        worker.start(order)
        answer = None
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    events, ending = split(await worker.receive())
                    for event in events:
                        if event.kind != "status":
                            answer = event.data
                    if ending is not None:
                        if ending.kind == "failed":
                            raise failure(ending)
                        assert answer is not None, "a short job has one event at least"
                        return answer
        except TimeoutError as error:
            raise TooSlow(f"the probe took more than {self._seconds:g} s") from error
