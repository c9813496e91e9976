"""The stream of a room: its newest public state, encoded once, for as many readers as there are. A reader that is
slow gets the newest and none between, so nobody holds anything up."""

import asyncio
from collections.abc import AsyncGenerator

ALIVE = b": alive\n\n"


class Board:
    """The newest frame, and its readers."""

    def __init__(self) -> None:
        self.revision = 0
        self.readers = 0
        self._frame = b""
        self._last: bytes | None = None
        self._closed = False
        self._news = asyncio.Event()

    def publish(self, revision: int, data: bytes) -> None:
        """Show a state; revisions rise."""
        assert revision > self.revision, "a revision is shown once"
        self.revision = revision
        self._frame = b"id: %d\nevent: room\ndata: %s\n\n" % (revision, data)
        self._wake()

    def close(self, data: bytes | None = None) -> None:
        """End all streams; with data, a last status says that nothing will come any more."""
        if data is not None:
            self._last = b"id: %d\nevent: status\ndata: %s\n\n" % (self.revision + 1, data)
        self._closed = True
        self._wake()

    def beat(self) -> None:
        """Have the readers say that they are alive."""
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def read(self, after: int) -> AsyncGenerator[bytes]:
        """Yield the newest frame, unless it is that of `after`, and each that comes, until the end."""
        seen = after
        self.readers += 1
        try:
            while True:
                news = self._news
                if self._closed:
                    if self._last is not None:
                        yield self._last
                    return
                if self.revision != seen:
                    seen = self.revision
                    yield self._frame
                    continue
                await news.wait()
                if self.revision == seen and not self._closed:
                    yield ALIVE
        finally:
            self.readers -= 1
