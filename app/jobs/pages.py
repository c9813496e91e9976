"""Pages of stored events, as they are sent. They are shared by all readers and bounded in bytes: a reader that does not
read holds none."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from math import inf
from typing import NamedTuple

from skipscope.app.jobs.rows import Stored

MAX_BYTES = 4 * 2**20
AT_ONCE = 8
"""Readers that are served in one turn of the loop, however many begin at the same time."""
PIECE = 16_384
"""Most bytes of an event that are sent at once: the memory that a silent reader costs."""


def frame(event: Stored) -> bytes:
    """Write an event as a server-sent event; its data is one line."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.number, event.kind.encode(), event.data)


class Page(NamedTuple):
    """Frames of events that follow each other; none where nothing is stored."""

    frames: tuple[bytes, ...]
    num_bytes: int


class Pages:
    """The pages that were asked for last, of at most so many bytes."""

    def __init__(self, read: Callable[[int, int], Awaitable[list[Stored]]], most: int = MAX_BYTES) -> None:
        self._read, self._most = read, most
        self._known: OrderedDict[tuple[int, int], Page] = OrderedDict()
        self._reading: dict[tuple[int, int], asyncio.Task[Page]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.num_bytes = 0

    async def page(self, key: int, after: int) -> Page:
        """Return a job's events after a number; readers that want the same page at the same time read it once."""
        async with self._turns:
            await asyncio.sleep(0)  # others than readers have their turn in between
        known = self._known.get((key, after))
        if known is not None:
            self._known.move_to_end((key, after))
            return known
        reading = self._reading.get((key, after))
        if reading is None:
            reading = self._reading[key, after] = asyncio.create_task(self._bring(key, after))
            reading.add_done_callback(lambda done: self._read_one(key, after, done))
        return await asyncio.shield(reading)

    def _read_one(self, key: int, after: int, done: "asyncio.Task[Page]") -> None:
        if self._reading.get((key, after)) is done:
            del self._reading[key, after]
        _ = done.cancelled() or done.exception()  # who waits has it; all may have left

    async def _bring(self, key: int, after: int) -> Page:
        frames = tuple(map(frame, await self._read(key, after)))
        page = Page(frames, sum(map(len, frames)))
        if self._reading.get((key, after)) is not asyncio.current_task():  # forgotten while it was read
            return page
        if frames:  # more may come where there is nothing yet
            self._known[key, after] = page
            self.num_bytes += page.num_bytes
        while self.num_bytes > self._most:
            _, gone = self._known.popitem(last=False)
            self.num_bytes -= gone.num_bytes
        return page

    def forget(self, key: int) -> None:
        """Let go of a job whose events are others now, or deleted, also of pages that are being read: they are old."""
        for known in [known for known in self._known if known[0] == key]:
            self.num_bytes -= self._known.pop(known).num_bytes
        for reading in [reading for reading in self._reading if reading[0] == key]:
            del self._reading[reading]


class Cursor:
    """How far a reader is: the last event that it has wholly, the bytes of the next, and where its page begins.

    It holds no page. The store reads the page again for a reader that was silent for long.
    """

    def __init__(self, after: int) -> None:
        self.position, self._offset, self._start = after, 0, after

    @property
    def within(self) -> bool:
        """Return whether a part of the next event was handed on."""
        return self._offset > 0

    def piece(self, whole: bytes) -> bytes:
        """Return the next bytes of the event after `position`, and take note of them."""
        piece = whole[self._offset : self._offset + PIECE] if len(whole) > PIECE else whole
        self._offset += len(piece)
        if self._offset >= len(whole):
            self.position, self._offset = self.position + 1, 0
        return piece

    async def stored(self, read: Callable[[int], Awaitable[Page]], until: float = inf) -> bytes | None:
        """Return the next bytes of what is stored, of events up to a number; None where there is no more."""
        self._start = min(self._start, self.position)
        page = await read(self._start)
        if self.position - self._start >= len(page.frames):
            self._start = self.position
            page = await read(self._start)
        if not page.frames:
            return None
        # small events go together: a part each would cost more than they do
        parts = [self.piece(page.frames[self.position - self._start])]
        size = len(parts[0])
        while self._offset == 0 and self.position < until and self.position - self._start < len(page.frames):
            following = page.frames[self.position - self._start]
            if size + len(following) > PIECE:
                break
            parts.append(self.piece(following))
            size += len(following)
        return b"".join(parts)
