"""A run's events: one writer, many readers, each event encoded once; a reader is a cursor over what was said."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

from app.executors.base import Event


def frame(number: int, event: Event) -> bytes:
    """Write an event as a server-sent event; its data is one line."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, event.kind.encode(), event.data)


class Channel:
    """Events of a run, counted from 1."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed = False
        self._news = asyncio.Event()

    def write(self, event: Event, *, last: bool = False) -> None:
        """Append an event and wake the readers; after the last one nothing follows."""
        assert not self.closed, "the terminal status is the last event"
        self.frames.append(frame(len(self.frames) + 1, event))
        self.closed = last
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def read(self, after: int, heartbeat: float) -> AsyncIterator[bytes]:
        """Yield the frames with ids above `after`, then those to come, until the last; a comment where it is silent."""
        position = max(0, after)
        while True:
            news = self._news
            if position < len(self.frames):
                batch = list(islice(self.frames, position, position + 64))
                position += len(batch)
                yield b"".join(batch)
            elif self.closed:
                return
            else:
                try:
                    await asyncio.wait_for(news.wait(), heartbeat)
                except TimeoutError:
                    yield b": alive\n\n"
