"""Work for one client in this process, beside the event loop: one piece at a time, in fair turns."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from skipscope.app.executors.turns import Turns
from skipscope.app.guard.seat import Seat

P = ParamSpec("P")
T = TypeVar("T")
MOST = 400


class Desk:
    """One thread: Python runs one at a time anyway, and the loop has to wait for each that is at work."""

    def __init__(self, most_of_one: int = MOST, most: int = MOST) -> None:
        self._turns = Turns(1, most=most, most_of_one=most_of_one, what="requests")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def compute(self, seat: Seat, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a call returns, in its turn; raise Busy where too many wait."""
        await self._turns.enter(seat)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(*args, **more))
        finally:
            self._turns.leave(seat)

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False, cancel_futures=True)
