"""Connections that are patient, but not for ever: with requests that do not come, and readers that do not read."""

import asyncio
import socket
import struct
import sys
from typing import Any

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from skipscope.app.errors import MEDIA_TYPE, Problem
from skipscope.app.guard.broken import BrokenOff
from skipscope.app.guard.headers import ALWAYS
from skipscope.app.settings import Settings

log = structlog.get_logger("connections")
MAX_HEAD = 65_536
"""Bytes of a request's head: browsers and proxies send a hundredth of it."""
UNSENT = 16_384
"""Bytes of an answer that may wait for its reader here, beside those in the kernel."""
UNSENT_BELOW = 131_072
"""Bytes that may wait in the kernel, which takes twice as many: enough for 5 MB a second over 50 ms."""
SLOWEST = 100_000
"""Bytes of a body a second: a file of weights takes longer than a request."""
MANY_FILES = 65_536
OWN_FILES = 128
"""For the store, the workers' pipes, static files, and to answer one connection too many."""
MALFORMED = Problem(
    400, "Bad Request", "The bytes are no HTTP request.", remedy="send HTTP/1.1, to the port's own scheme"
)
LONG = Problem(
    431, "Request Header Fields Too Large", "The head of the request has too many bytes.",
    limit=f"{MAX_HEAD} bytes", remedy="send fewer or shorter headers, or a shorter address",
)  # fmt: skip
CROWDED = Problem(
    503, "Too many connections", "As many connections are open as this server serves.",
    remedy="try again in a moment; the operator can raise SKIPSCOPE_MAX_CONNECTIONS",
    headers={"Connection": "close", "Retry-After": "5", **ALWAYS},
)  # fmt: skip


def _too_slow(seconds: float) -> Problem:
    return Problem(
        408, "Request Timeout", "The request did not come to its end in time.", limit=f"{seconds:g} s",
        remedy="send it faster; the operator can raise SKIPSCOPE_REQUEST_SECONDS",
    )  # fmt: skip


class Connection(HttpToolsProtocol):
    """Close what does not come to its point: uvicorn itself waits for a begun request, and for a reader, for ever."""

    request_seconds: float
    stall_seconds: float

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=UNSENT)
        self._head, self._headed = 0, False
        self._due: asyncio.TimerHandle | None = None
        self._ends, self._body = 0.0, 0
        self._wait()
        self._limit_stall()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._due is None:
            self._wait()
        super().data_received(data)
        if self._headed:
            self._body += len(data)
        else:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self._end(LONG)

    def on_message_begin(self) -> None:
        self._head, self._headed, self._body = 0, False, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._headed = True  # not where that failed: no answer has begun then

    def on_message_complete(self) -> None:
        self._arrived()
        super().on_message_complete()

    def _arrived(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _wait(self) -> None:
        self._ends = self.loop.time() + self.request_seconds
        self._due = self.loop.call_at(self._ends, self._look)

    def _look(self) -> None:
        """Wait on for a body that comes as fast as it must, in all."""
        until = self._ends + (self._body / SLOWEST if self._silent() else 0)
        if until > self.loop.time():
            self._due = self.loop.call_at(until, self._look)
        else:
            self._too_slow()

    def _limit_stall(self) -> None:
        """Have the kernel hold little of an answer, and end a connection whose other side takes nothing (on Linux)."""
        connection = self.transport.get_extra_info("socket")
        if connection is None or connection.family not in (socket.AF_INET, socket.AF_INET6):
            return
        # else the kernel takes some megabytes for each reader that reads nothing: work for nobody
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_BELOW)
        option = getattr(socket, "TCP_USER_TIMEOUT", None)
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, int(1000 * self.stall_seconds))

    def _too_slow(self) -> None:
        if self._head == 0 and not self._headed:
            self.transport.close()  # nothing was asked: browsers open connections ahead
        else:
            self._end(_too_slow(self.request_seconds))

    def _silent(self) -> bool:
        """Say whether nothing of an answer is on its way, to this request or to the one before it."""
        cycle: Any = self.cycle
        if self._headed:
            return not self.pipeline and not cycle.response_started
        return cycle is None or cycle.response_complete

    def send_400_response(self, msg: str) -> None:
        self._end(MALFORMED)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        answer: Any = CROWDED.response() if app is service_unavailable else cut_off(app, cycle)
        if cycle.scope["http_version"] == "1.0":
            answer = unchunked(answer, cycle)
        super()._start_asgi_task(cycle, answer)

    def _end(self, problem: Problem) -> None:
        """Say why, where no answer has begun, and close."""
        self._arrived()
        if self.transport.is_closing():
            return
        if self._silent():
            body = orjson.dumps(problem.body())
            lines = (
                f"HTTP/1.1 {problem.status} {problem.title}", f"Content-Type: {MEDIA_TYPE}",
                f"Content-Length: {len(body)}", "Connection: close",
                *(f"{name}: {value}" for name, value in ALWAYS.items()), "", "",
            )  # fmt: skip
            self.transport.write("\r\n".join(lines).encode() + body)
        self.transport.close()


def reset(transport: asyncio.Transport) -> None:
    """Cut a connection with a reset: its plain end would mean the end of the answer to HTTP/1.0."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def cut_off(app: Any, cycle: RequestResponseCycle) -> ASGIApp:
    """Cut the connection where an answer breaks off, with a line in the log: it is no mistake of ours."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except BrokenOff as error:
            log.warning("answer_broken_off", path=scope["path"], reason=str(error))
            reset(cycle.transport)
            await asyncio.sleep(0)  # until uvicorn knows that nobody is there

    return whole


def unchunked(app: Any, cycle: RequestResponseCycle) -> ASGIApp:
    """Let an answer without a length end with its connection, which uvicorn itself sends in chunks to whoever asks.

    HTTP/1.0 knows no chunks (RFC 9112, section 6.1). An answer that breaks off ends with a reset, not like a whole one.
    """

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        measured = True

        async def send_on(message: Message) -> None:
            nonlocal measured
            if message["type"] == "http.response.start":
                measured = any(name.lower() == b"content-length" for name, _ in message["headers"])
                if not measured:
                    cycle.chunked_encoding = False
            elif not measured:
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, send_on)
        except BaseException:
            if cycle.response_started:
                reset(cycle.transport)
            raise

    return plain


def connection_of(settings: Settings) -> type[Connection]:
    """Return the connections of a server with these settings."""
    limits = {"request_seconds": settings.request_seconds, "stall_seconds": settings.stall_seconds}
    return type("SettledConnection", (Connection,), limits)


def allow_many_files() -> int:
    """Let this process have as many open files as the machine allows it, and return how many; a shell gives 256."""
    if sys.platform == "win32":
        return MANY_FILES
    import resource  # noqa: PLC0415  (not there on Windows)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, MANY_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MANY_FILES if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def most_connections(wished: int, files: int) -> int:
    """Return how many connections can be open with so many files, some of which are needed for all else."""
    return max(1, min(wished, files - OWN_FILES))
