"""Work for one request that is no job, in a process of its own: one piece at a time, in fair turns.

A thread would do the same beside the event loop and hold it up all the while: Python runs one thread at a time, and a
loop that sends an event to a class hands its turn over with each reader.
"""

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from skipscope.app.errors import Problem
from skipscope.app.executors.base import WorkerDied
from skipscope.app.executors.clerk import main
from skipscope.app.executors.turns import Turns
from skipscope.app.executors.workers import Worker, warm_context
from skipscope.app.guard.seat import Seat
from skipscope.model.jobs.kind import imported

P = ParamSpec("P")
T = TypeVar("T")
MOST = 400
SECONDS = 60.0


class Desk:
    """One process, which begins with the first piece of work and ends with the desk."""

    def __init__(
        self, *, nice: int = 0, most_of_one: int = MOST, most: int = MOST, seconds: float = SECONDS,
        make: Callable[[int], Awaitable[Worker]] | None = None,
    ) -> None:  # fmt: skip
        self._turns = Turns(1, most=most, most_of_one=most_of_one, what="requests")
        self._nice, self._seconds, self._make = nice, seconds, make or make_clerk
        self._clerk: Worker | None = None
        self._under_way: set[asyncio.Task[object]] = set()

    async def compute(
        self, seat: Seat, call: Callable[P, T], /, *args: P.args, **more: P.kwargs
    ) -> T:  # fmt: skip
        """Return what a module's function returns, in its turn, or raise what it raises.

        Raise Busy where too many wait, and Problem where it takes too long or its process ends.
        """
        return await self.find(seat, lambda: None, lambda _: None, call, *args, **more)

    async def find(
        self, seat: Seat, known: Callable[[], T | None], keep: Callable[[T], object],
        call: Callable[P, T], /, *args: P.args, **more: P.kwargs,
    ) -> T:  # fmt: skip
        """Return the same where it is not `known` when its turn comes, and `keep` it before the next one's does."""
        packed = _packed(call, args, more)
        await self._turns.enter(seat)
        # a client that leaves meanwhile leaves the process at work: the next turn comes when that has ended
        compute = partial(asyncio.to_thread, call, *args, **more) if packed is None else partial(self._ask, packed)
        work = asyncio.create_task(self._work(seat, known, keep, compute))
        self._under_way.add(work)
        work.add_done_callback(self._end)
        return await asyncio.shield(work)

    def _end(self, work: "asyncio.Task[object]") -> None:
        self._under_way.discard(work)
        _ = work.cancelled() or work.exception()  # who waits has it; all may have left

    async def _work(
        self, seat: Seat, known: Callable[[], T | None], keep: Callable[[T], object],
        compute: Callable[[], Awaitable[object]],
    ) -> T:  # fmt: skip
        try:
            found = known()
            if found is None:
                found = cast("T", await compute())
                keep(found)
            return found
        finally:
            self._turns.leave(seat)

    async def _ask(self, packed: bytes) -> object:
        if self._clerk is not None and not self._clerk.alive:
            await self._let_go()
        try:
            if self._clerk is None:
                self._clerk = await self._make(self._nice)
            self._clerk.call(packed)
            async with asyncio.timeout(self._seconds):
                (answer,) = await self._clerk.receive()
        except TimeoutError as error:
            await self._let_go()
            raise Problem(
                503, "Takes too long", f"This took more than {self._seconds:g} s.", limit=f"{self._seconds:g} s",
                remedy="ask for less at a time",
            ) from error  # fmt: skip
        except WorkerDied as error:
            await self._let_go()
            raise Problem(
                503, "The process was lost", f"{error} A new one begins with the next request.", remedy="try again"
            ) from error
        found = pickle.loads(answer.data)  # noqa: S301  (our own process's)
        if answer.kind == "failed":
            raise found
        return found

    async def _let_go(self) -> None:
        clerk, self._clerk = self._clerk, None
        if clerk is not None:
            await asyncio.shield(clerk.end())

    async def close(self) -> None:
        """End the process, and whatever it is at."""
        for work in [*self._under_way]:
            work.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._let_go()


def _packed(call: Callable[..., object], args: tuple[object, ...], more: dict[str, object]) -> bytes | None:
    """Pack a call for another process; None of one that only this process can make, as with a user's lambda in it."""
    try:
        return pickle.dumps((call, args, more))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def call_at(address: str, *args: object) -> Any:
    """Call the function at an address, "module:name", in a process that may import it: with PyTorch, say."""
    return imported(address)(*args)


async def make_clerk(nice: int) -> Worker:
    """Start a process for a desk, from the one that is warm."""
    return await Worker.make(warm_context(), {"nice": nice}, main)
