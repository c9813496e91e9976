"""Replies to commands: they are for their sender, and never on the stream."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson

from skipscope.app.executors.base import REPLY, Event


class Replies:
    """The replies that a job was asked for and has not sent yet, by the file that they go into."""

    def __init__(self) -> None:
        self._expected: dict[str, asyncio.Future[dict[str, Any]]] = {}

    def expect(self, file: str) -> asyncio.Future[dict[str, Any]]:
        """Return the future of a reply; it is cancelled if the job ends before."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._expected[file] = future
        return future

    def split_off(self, batch: Sequence[Event]) -> list[Event]:
        """Pass the replies of a batch to their senders; return the other events."""
        for event in batch:
            if event.kind == REPLY:
                data = orjson.loads(event.data)
                future = self._expected.pop(data["file"], None)
                if future is not None and not future.done():
                    future.set_result(data)
        return [event for event in batch if event.kind != REPLY]

    def cancel(self) -> None:
        """Cancel what is still expected."""
        for future in self._expected.values():
            future.cancel()
        self._expected.clear()
