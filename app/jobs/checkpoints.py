"""What a run tells us alone: that the state of one of its networks is written, for copies of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson

from skipscope.app.executors.base import Event


class Checkpoints:
    """The states that a run was asked for and has not written yet; they are for us and never on the stream."""

    def __init__(self) -> None:
        self._asked: list[asyncio.Future[dict[str, Any]]] = []

    def ask(self) -> asyncio.Future[dict[str, Any]]:
        """Return what will have word of the next state; it is cancelled where the run ends before."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        return future

    def sort(self, batch: Sequence[Event]) -> list[Event]:
        """Take word of states out of what was said."""
        for event in batch:
            if event.kind == "checkpoint":
                future = self._asked.pop(0)
                if not future.done():
                    future.set_result(orjson.loads(event.data))
        return [event for event in batch if event.kind != "checkpoint"]

    def give_up(self) -> None:
        """Tell those who wait that nothing will come."""
        for future in self._asked:
            future.cancel()
        self._asked.clear()
