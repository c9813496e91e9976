"""Simulated students for benchmarks/classroom.py and load.py: requests, and readers of a run's events.

Plain asyncio protocols over httptools, so that hundreds of them cost less than the server that they measure.
"""

import asyncio
import re
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httptools

PROBE_EVERY = 10.0
PAIR = [{"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")]
LINK = re.compile(rb'(?:src|href)="(/static/[^"]+)"')
IMPORT = re.compile(rb"""(?:from|import)\s*['"](\.{1,2}/[^'"]+\.js)['"]""")
ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)
STEP = re.compile(rb'^data: \{"step":(\d+),"epoch"', re.MULTILINE)
STATUS = re.compile(rb"^event: status\ndata: (.+)$", re.MULTILINE)

# who comes late gets all that was before: in these first seconds events are counted, and their lag is not
CATCHING_UP = 1.0


@dataclass(frozen=True)
class Probe:
    """A probe that was answered: its client, and the times of question and answer."""

    student: int
    asked: float
    answered: float


@dataclass
class Figures:
    """The observations of all students together."""

    pages: list[float] = field(default_factory=list[float])
    probes: list[Probe] = field(default_factory=list[Probe])
    refused: int = 0
    errors: list[str] = field(default_factory=list[str])
    num_bytes: int = 0
    received: Counter[int] = field(default_factory=Counter[int])
    arrivals: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    """A step, and the time at which a student had it (time.monotonic)."""
    made: dict[int, float] = field(default_factory=dict[int, float])
    """The time at which each step was made, by the server's own log and on the same clock."""
    gaps: int = 0
    ended: int = 0
    """Streams that the server ended after their last event."""
    rest: float = 0.0
    """Memory of all the server's processes before the class, in MB; shared pages count once."""
    web: list[float] = field(default_factory=list[float])
    """Memory of the web process, every two seconds."""
    tree: list[float] = field(default_factory=list[float])
    """Memory of all the server's processes, every two seconds."""
    light: list[float] = field(default_factory=list[float])
    """Seconds that a light request took, ten times a second."""
    hostile: str = ""
    """The answers to a hostile client; empty if there was none."""
    cpu: float = 0.0
    """Cores that the web process took."""


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection, kept open and opened again where the server closed it; one request at a time."""

    def __init__(self, place: tuple[str, int]) -> None:
        self._place, self._busy, self._answering = place, False, False
        self.cookie = self.authorization = ""
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._answering = True
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._busy and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    async def request(self, method: str, path: str, body: bytes = b"", encoding: str = "br") -> tuple[int, bytes]:
        """Send a request and return status and body.

        A server may end an idle connection while a request is on its way; browsers then ask again on a new one.
        """
        reused = self._transport is not None
        try:
            return await self._ask(method, path, body, encoding)
        except ConnectionError:
            if not reused or self._answering:
                raise
        return await self._ask(method, path, body, encoding)

    async def _ask(self, method: str, path: str, body: bytes, encoding: str) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await loop.create_connection(lambda: self, *self._place)
        assert self._transport
        self._answering = False
        self._answer, self._body, self._busy = loop.create_future(), [], True
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(head(method, path, len(body), encoding, self.cookie, self.authorization) + body)
        try:
            return await self._answer
        finally:
            self._busy = False

    def close(self) -> None:
        if self._transport:
            self._transport.close()


class Reader(asyncio.Protocol):
    """One reader of an event stream: notes when each event arrived, and whether one is missing."""

    def __init__(self, path: str, figures: Figures, cookie: str = "") -> None:
        self._path, self._figures, self._cookie = path, figures, cookie
        self._parser = httptools.HttpResponseParser(self)
        self._tail = b""
        self._last = 0
        self._joined = self._now = time.monotonic()
        self.close: Callable[[], None]
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.close = transport.close
        transport.write(head("GET", self._path, 0, "identity", self._cookie))

    def data_received(self, data: bytes) -> None:
        self._now = time.monotonic()
        self._figures.num_bytes += len(data)
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        block, end, tail = (self._tail + body).rpartition(b"\n\n")
        self._tail = tail
        if end:
            self.take(block)

    def take(self, block: bytes) -> None:
        """Note what whole events say."""
        for found in ID.finditer(block):
            number = int(found[1])
            self._figures.gaps += number != self._last + 1
            self._last = number
            self._figures.received[number] += 1
        if self._now > self._joined + CATCHING_UP:
            self._figures.arrivals += [(int(found[1]), self._now) for found in STEP.finditer(block)]

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status == 200:
            self._figures.ended += 1
        else:
            self._figures.errors.append(f"stream answered {status}")
        self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._figures.errors.append(f"stream: {exc or 'closed before its end'}")
            self.done.set_result(None)


def browser_cookie() -> str:
    """Return what tells one browser from others behind the same address."""
    return f"skipscope_client={secrets.token_urlsafe(16)}"


def head(method: str, path: str, length: int, encoding: str, cookie: str = "", authorization: str = "") -> bytes:  # noqa: PLR0917
    """Write a request's head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept-Encoding: {encoding}"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if authorization:
        lines.append(f"Authorization: {authorization}")
    if length:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "\r\n"]).encode()


async def connect(host: str, port: int) -> Connection:
    """Open a connection."""
    place = (host, port)
    _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(place), host, port)
    return connection


async def find_assets(host: str, port: int, page_path: str = "/") -> list[str]:
    """Return every file that a browser loads with a page: its links, and the imports of its modules."""
    connection = await connect(host, port)
    _, page = await connection.request("GET", page_path, encoding="identity")
    ahead = deque(link.decode() for link in LINK.findall(page))
    found: dict[str, None] = {}
    while ahead:
        path = ahead.popleft()
        if path in found:
            continue
        found[path] = None
        status, body = await connection.request("GET", path, encoding="identity")
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        if path.split("?")[0].endswith(".js") and "vendor" not in path:
            ahead += [urljoin(path, name.decode()) for name in IMPORT.findall(body)]
    connection.close()
    return list(found)
