"""Answers compressed on their way out, by Accept-Encoding: all texts of more than 1 kB, and no stream of events."""

import gzip
import zlib
from collections.abc import Callable
from typing import ParamSpec, Protocol

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

P = ParamSpec("P")
ENCODINGS = ("br", "gzip")
"""Those that are offered, the best first."""
LEAST = 1024
ASIDE = 65_536
"""Parts of so many bytes are compressed in a thread, so that nobody else waits for them."""
QUALITY = 4
TEXT = ("text/", "application/json", "application/problem+json", "application/vnd.plotly", "image/svg+xml")
EVENTS = "text/event-stream"


def best_encoding(accepted: str) -> str | None:
    """Return the best encoding that an Accept-Encoding header takes; None where it takes none of ours."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        weights[name.strip().lower()] = _weight(weight)
    known = [encoding for encoding in ENCODINGS if weights.get(encoding, weights.get("*", 0.0)) > 0]
    return max(known, key=lambda encoding: weights.get(encoding, weights.get("*", 0.0)), default=None)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def pack(content: bytes, encoding: str, quality: int = QUALITY) -> bytes:
    """Compress a text at once."""
    return brotli.compress(content, quality=quality) if encoding == "br" else gzip.compress(content, 6, mtime=0)


def is_text(media_type: str) -> bool:
    """Tell whether a media type is worth compressing; events are sent one by one and are not."""
    return media_type.startswith(TEXT) and not media_type.startswith(EVENTS)


class Packing:
    """Compress answers. Those that are compressed already, or must not be transformed, stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        encoding = best_encoding(Headers(scope=scope).get("accept-encoding", ""))
        await self._app(scope, receive, _Answer(send, encoding))


class _Packer(Protocol):
    """A compressor of a text, part by part."""

    def add(self, part: bytes) -> bytes:
        """Take a part, and return what is ready."""
        ...

    def end(self) -> bytes:
        """Return the rest."""
        ...


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=QUALITY)

    def add(self, part: bytes) -> bytes:
        return self._compressor.process(part)

    def end(self) -> bytes:
        return self._compressor.finish()


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(6, zlib.DEFLATED, 31)

    def add(self, part: bytes) -> bytes:
        return self._compressor.compress(part)

    def end(self) -> bytes:
        return self._compressor.flush()


class _Answer:
    """One answer: its head waits for the first part, which says whether there is enough to compress."""

    def __init__(self, send: Send, encoding: str | None) -> None:
        self._send, self._encoding = send, encoding
        self._head: Message | None = None
        self._packer: _Packer | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_packable(message):
            self._head = message
        elif message["type"] == "http.response.body" and (self._head is not None or self._packer is not None):
            await self._take(message.get("body", b""), more=message.get("more_body", False))
        else:
            await self._send(message)

    async def _take(self, part: bytes, *, more: bool) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            headers = MutableHeaders(scope=head)
            headers.add_vary_header("Accept-Encoding")
            if self._encoding is None or (not more and len(part) < LEAST):
                await self._send(head)
                await self._send({"type": "http.response.body", "body": part, "more_body": more})
                return
            headers["Content-Encoding"] = self._encoding
            if "etag" in headers and not headers["etag"].startswith("W/"):
                headers["ETag"] = f"W/{headers['etag']}"
            if more:
                del headers["Content-Length"]
                self._packer = _Brotli() if self._encoding == "br" else _Gzip()
            else:
                part = await _aside(len(part), pack, part, self._encoding)
                headers["Content-Length"] = str(len(part))
            await self._send(head)
        if self._packer is not None:
            ready = await _aside(len(part), self._packer.add, part)
            part = ready if more else ready + self._packer.end()
            if not part and more:
                return
        await self._send({"type": "http.response.body", "body": part, "more_body": more})


async def _aside(size: int, act: Callable[P, bytes], *given: P.args, **named: P.kwargs) -> bytes:
    return await run_in_threadpool(act, *given, **named) if size >= ASIDE else act(*given, **named)


def _is_packable(head: Message) -> bool:
    headers = Headers(raw=head["headers"])
    return (
        head["status"] not in {204, 304}
        and "content-encoding" not in headers
        and "no-transform" not in headers.get("cache-control", "")
        and is_text(headers.get("content-type", ""))
    )
