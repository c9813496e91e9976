"""Probes: a few processes that are kept for them, and a fair queue before these."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from skipscope.app.executors.base import TooSlow, WorkerDied, WorkerFailed
from skipscope.app.executors.fair_queue import Seat
from skipscope.app.executors.pipe import failure
from skipscope.app.executors.turns import Turns
from skipscope.app.executors.workers import Worker
from skipscope.model.describe.request import ProbeRequest

log = structlog.get_logger("probes")


class Prober:
    """Answer probes one after the other, the addresses in turn and so the clients of each."""

    def __init__(
        self, make: Callable[[], Awaitable[Worker]], *, num: int, seconds: float, most: int, most_of_one: int
    ) -> None:
        self._make, self._num, self._seconds = make, num, seconds
        self._idle: list[Worker] = []
        self._turns = Turns(num, most=most, most_of_one=most_of_one, what="probes")

    async def start(self) -> None:
        """Bring up the processes."""
        self._idle = list(await asyncio.gather(*(self._make() for _ in range(self._num))))

    async def stop(self) -> None:
        """End the processes."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(worker.end() for worker in idle))

    async def probe(self, request: ProbeRequest, seat: Seat) -> bytes:
        """Measure and return the JSON."""
        await self._turns.enter(seat)
        worker = None
        try:
            worker = self._idle.pop() if self._idle else await self._make()
            answer = await self._ask(worker, request)
        except (WorkerDied, TooSlow, asyncio.CancelledError):
            if worker is not None:
                await asyncio.shield(worker.end())
            raise
        except WorkerFailed as error:
            log.warning("probe_failed", reason=str(error), trace=error.trace)
            assert worker is not None
            self._idle.append(worker)
            raise
        else:
            self._idle.append(worker)
            return answer
        finally:
            self._turns.leave(seat)

    async def _ask(self, worker: Worker, request: ProbeRequest) -> bytes:
        worker.ask("probe", request.model_dump_json().encode())
        answer = None
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    for message in await worker.receive():
                        if message.kind == "failed":
                            raise failure(message)
                        if message.kind == "end":
                            assert answer is not None
                            return answer
                        answer = message.data
        except TimeoutError as error:
            raise TooSlow(f"the probe took more than {self._seconds:g} s") from error
