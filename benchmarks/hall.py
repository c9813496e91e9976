"""A class in a room, for benchmarks/room.py: each member asks as the page of a phone does that was never here, files
included. One process of plain asyncio protocols, so that the class costs less than the server that it measures."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.students import Connection, browser_cookie, head

JOINING, VOTING, ASKING = 9.5, 4.7, 3.3
"""Seconds over which a class joins, votes, and looks after its seats at a new task."""
SPREAD, WAITS = 3.0, (0.0, 0.5, 1.0)
"""Seconds over which a hall comes back, and those between two tries beside them: static/js/sources/roomstream.js."""
LOOK = 0.5
"""Seconds between two looks of the host's page at who is here, while there is news."""
PHASE = b'"phase":"'
TASK = {
    "title": "How small?",
    "question": {"kind": "number", "text": "How much gradient is left at block 1?"},
    "truth": 1.3e-13,
}


class Stream(asyncio.Protocol):
    """A room's stream: notes when each phase was first seen. Frames are looked at, not read: there are thousands."""

    def __init__(self, path: str, cookie: str, seen: dict[str, float], came: Callable[[], None]) -> None:
        self._path, self._cookie, self._seen, self._came = path, cookie, seen, came
        self._tail, self.frames, self.num_bytes = b"", 0, 0
        self.transport: asyncio.Transport
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(head("GET", self._path, 0, "identity", self._cookie))

    def data_received(self, data: bytes) -> None:
        self.num_bytes += len(data)
        whole, end, self._tail = (self._tail + data).rpartition(b"\n\n")
        if not end:
            return
        for frame in whole.split(b"\n\n"):
            phase = frame.partition(PHASE)[2].partition(b'"')[0]
            if phase:
                self.frames += 1
                self._seen.setdefault(phase.decode(), time.monotonic())
                self._came()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


class Reader:
    """Somebody with the room on a screen: one connection for calls and one stream, which comes back."""

    def __init__(self, place: tuple[str, int], code: str) -> None:
        self.place, self.room = place, f"/api/rooms/{code}"
        self.calls = Connection(place)
        self.calls.cookie = browser_cookie()
        self.seen: dict[str, float] = {}
        self.frames = self.num_bytes = 0
        self.came = asyncio.Event()
        self.following: asyncio.Task[None] | None = None

    async def ask(self, method: str, path: str, body: Any = None, encoding: str = "br") -> bytes:
        """Ask, and return the answer."""
        text = b"" if body is None else orjson.dumps(body)
        status, answer = await self.calls.request(method, path, text, encoding)
        if status != 200:
            raise RuntimeError(f"{method} {path} answered {status}: {answer[:300]!r}")
        return answer

    def follow(self) -> None:
        """Follow the room until `leave`."""
        self.following = asyncio.create_task(self._follow())

    async def leave(self) -> None:
        """Close everything."""
        if self.following is not None:
            self.following.cancel()
            await asyncio.gather(self.following, return_exceptions=True)
        self.calls.close()

    async def _follow(self) -> None:
        tries = 0
        while True:
            try:
                _, stream = await asyncio.get_running_loop().create_connection(
                    lambda: Stream(f"{self.room}/events", self.calls.cookie, self.seen, self.came.set), *self.place
                )
            except OSError:
                pass
            else:
                try:
                    await stream.ended
                finally:
                    stream.transport.close()
                    self.frames += stream.frames
                    self.num_bytes += stream.num_bytes
                tries = 0 if stream.frames else tries
            await asyncio.sleep(WAITS[min(tries, len(WAITS) - 1)] + random.uniform(0, SPREAD))  # noqa: S311
            tries += 1


class Member(Reader):
    """A student with a phone."""

    def __init__(self, number: int, place: tuple[str, int], code: str, files: Iterable[str]) -> None:
        super().__init__(place, code)
        self.key, self._page, self._files = f"{number:032x}", f"/room/{code}", tuple(files)
        self.took: dict[str, float] = {}

    async def join(self) -> None:
        """Open the link, with all files of the page; see a name, take the seat, follow."""
        begun = time.monotonic()
        for path in (self._page, *self._files):
            await self.ask("GET", path)
        await self.ask("GET", f"{self.room}/name")
        await self._timed("join", self.ask("POST", f"{self.room}/members", {"key": self.key}))
        self.took["link to seat"] = time.monotonic() - begun
        self.follow()
        await self.look()

    async def look(self) -> None:
        """Ask what is kept of one's own."""
        await self.ask("GET", f"{self.room}/members/{self.key}")

    async def vote(self) -> None:
        """Answer."""
        body = {"value": 10 ** random.uniform(-15, 0), "sure": 3}  # noqa: S311
        await self._timed("vote", self.ask("PUT", f"{self.room}/questions/1/answers/{self.key}", body))

    async def _timed(self, name: str, act: Awaitable[bytes]) -> None:
        begun = time.monotonic()
        await act
        self.took[name] = time.monotonic() - begun


class Host(Reader):
    """The instructor: the stream, and a look at who is here whenever there is news."""

    def __init__(self, place: tuple[str, int], code: str, secret: str) -> None:
        super().__init__(place, code)
        self._headers = f"Bearer {secret}"
        self.watching: asyncio.Task[None] | None = None

    async def change(self, **wish: Any) -> None:
        """Act on the room."""
        await self.ask("PATCH", self.room, wish)

    def watch(self) -> None:
        """Begin to follow and to look."""
        self.calls.authorization = self._headers
        self.follow()
        self.watching = asyncio.create_task(self._watch())

    async def leave(self) -> None:
        if self.watching is not None:
            self.watching.cancel()
            await asyncio.gather(self.watching, return_exceptions=True)
        await super().leave()

    async def _watch(self) -> None:
        eye = Reader(self.place, "")
        eye.calls.cookie, eye.calls.authorization = self.calls.cookie, self._headers
        while True:
            await self.came.wait()
            self.came.clear()
            await eye.ask("GET", f"{self.room}/host")
            await asyncio.sleep(LOOK)


@dataclass
class Lesson:
    """A class's lesson, in seconds."""

    times: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    joined_within: float = 0.0
    voted_within: float = 0.0
    revealed: list[float] = field(default_factory=list[float])
    seconds: float = 0.0
    processor: float = 0.0
    """Of this process."""


async def spread(members: list[Member], seconds: float, act: Callable[[Member], Awaitable[None]]) -> float:
    """Have all members act within some seconds, each at a random time; return when the last had done it."""

    async def one(member: Member) -> None:
        await asyncio.sleep(random.uniform(0, seconds))  # noqa: S311
        await act(member)

    begun = time.monotonic()
    await asyncio.gather(*(one(member) for member in members))
    return time.monotonic() - begun


async def hold(host: Host, members: list[Member]) -> Lesson:
    """Have a class join, vote and see the answer."""
    lesson, begun, busy = Lesson(), time.monotonic(), time.process_time()
    host.watch()
    lesson.joined_within = await spread(members, JOINING, Member.join)
    await host.change(task=TASK)
    looking = asyncio.create_task(spread(members, ASKING, Member.look))
    await seen_by(members, "predict")
    await looking
    lesson.voted_within = await spread(members, VOTING, Member.vote)
    shown = time.monotonic()
    await host.change(phase="reveal")
    await seen_by(members, "reveal")
    lesson.revealed = [member.seen["reveal"] - shown for member in members]
    lesson.seconds, lesson.processor = time.monotonic() - begun, time.process_time() - busy
    lesson.times = {name: [member.took[name] for member in members] for name in members[0].took}
    return lesson


async def seen_by(members: list[Member], phase: str) -> None:
    """Wait until a phase is on all screens."""
    async with asyncio.timeout(30):
        while not all(phase in member.seen for member in members):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
