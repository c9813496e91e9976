"""Work that a client asks for and the server does to its end, also if the client leaves: half done it would leak."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Errands:
    """The errands of one server."""

    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns. A caller that is cancelled meanwhile hears no more of it."""
        return await asyncio.shield(self.begin(work))

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin the work, for which nobody needs to wait."""
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, done: "asyncio.Task[Any]") -> None:
        self.under_way.discard(done)
        # an error that nobody waits for any more was a refusal, and is no trace for the log
        _ = done.cancelled() or done.exception()
