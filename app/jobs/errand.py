"""What somebody asks for and the server does to its end, also where who asked has left: half done it would leak."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Errands:
    """The errands of one server."""

    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns. Who is cancelled while it goes on hears no more of it."""
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self._end)
        return await asyncio.shield(task)

    def _end(self, done: "asyncio.Task[Any]") -> None:
        self.under_way.discard(done)
        # an error that nobody waits for any more was a refusal, and is no trace for the log
        _ = done.cancelled() or done.exception()
