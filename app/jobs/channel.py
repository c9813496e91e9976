"""A run's events: one writer, many readers, each event encoded once. A reader is a cursor over the latest events in
memory, and over the store where it is further behind; it holds neither."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from skipscope.app.jobs.pages import Cursor, Page, frame
from skipscope.app.jobs.rows import Stored

Source = Callable[[int], Awaitable[Page]]
"""Returns the stored events after a number, a page at a time; an empty page where there are none."""

KEEP_BYTES = 2 * 2**20
ALIVE = b": alive\n\n"


class Channel:
    """Events of a run, counted from 1 without a gap.

    The latest `keep` of them, of at most `KEEP_BYTES`, stay in memory; `source` has them all.
    """

    def __init__(self, source: Source, keep: int) -> None:
        self._source = source
        self._keep = keep
        self._frames: deque[bytes] = deque()
        self.num_bytes = 0
        """Bytes that are in memory."""
        self.last = 0
        self.closed = self._left = False
        self.was_read = False
        """Whether a reader ever followed it."""
        self._waiting = 0
        self._news = asyncio.Event()
        self._spoke = self._taken = time.monotonic()

    def publish(self, events: Sequence[Stored], *, last: bool = False) -> None:
        """Tell the readers; after the last one nothing follows."""
        assert not self.closed, "the terminal status is the last event"
        assert [event.number for event in events] == [self.last + 1 + i for i in range(len(events))]
        for event in events:
            self._frames.append(frame(event))
            self.num_bytes += len(self._frames[-1])
        while len(self._frames) > self._keep or self.num_bytes > KEEP_BYTES:
            self.num_bytes -= len(self._frames.popleft())
        self.last += len(events)
        self.closed = last
        self._wake()

    def leave(self) -> None:
        """End all readers before the end of the run: it goes on with another server, and so do they."""
        self._left = True
        self._wake()

    def beat(self, silence: float) -> None:
        """Have the readers say that they are alive, where nothing was said for so many seconds."""
        if time.monotonic() - self._spoke >= silence:
            self._wake()

    @property
    def watched(self) -> bool:
        """Return whether a reader waits for the next event."""
        return self._waiting > 0

    def unwatched(self) -> float:
        """Return for how many seconds no reader has taken an event or waited for one."""
        return 0.0 if self._waiting else time.monotonic() - self._taken

    def touch(self) -> None:
        """Take note that somebody looked, by another way than the stream."""
        self._taken = time.monotonic()

    def _wake(self) -> None:
        self._spoke = time.monotonic()
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def read(self, after: int) -> AsyncGenerator[bytes]:
        """Yield the frames with numbers above `after`, then those to come, until the last; a comment in silence."""
        cursor = Cursor(min(max(0, after), self.last))
        self.was_read = True
        try:
            while True:
                news = self._news
                if cursor.position == self.last:
                    if self.closed or self._left:
                        return
                    self._waiting += 1
                    try:
                        await news.wait()
                    finally:
                        self._waiting -= 1
                    if cursor.position == self.last and not self.closed:
                        yield ALIVE
                elif cursor.position >= self.last - len(self._frames):
                    yield cursor.piece(self._frames[cursor.position - self.last])
                else:
                    # no more than that: the store may have what is not published, and readers would get it twice
                    piece = await cursor.stored(self._source, self.last - len(self._frames))
                    if piece is not None:
                        yield piece
                    elif cursor.within or not self._frames:
                        return
                    else:  # the run was deleted: its end is all that there is left to tell
                        cursor = Cursor(self.last - 1)
                self._taken = time.monotonic()
        finally:
            self._taken = time.monotonic()


async def replay(source: Source, after: int) -> AsyncGenerator[bytes]:
    """Yield the stored frames with numbers above `after` of a run that has ended."""
    cursor = Cursor(after)
    while (piece := await cursor.stored(source)) is not None:
        yield piece
