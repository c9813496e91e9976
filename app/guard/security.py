"""The guard before every route: names, password, origin, size of bodies, and the headers of every answer. Plain
ASGI, so that streams pass through untouched."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skipscope.app.errors import Problem
from skipscope.app.guard.access import Access
from skipscope.app.guard.headers import headers_of
from skipscope.app.guard.hosts import Hosts
from skipscope.app.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/healthz", "/readyz"})
DIGITS = 20
"""Of a length: more are no number that Python reads for nothing, and too many bytes in any case."""
SCRAPED = OPEN | {"/metrics"}
"""Programs ask for these under names of an inner network, so that they are open under every name."""


class Guard:
    """Refuse what must not reach a route, and write the headers of every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, refused: Callable[[int, str], None]) -> None:
        self.app, self.settings, self._refused = app, settings, refused
        self._hosts = Hosts(settings.allowed_hosts)
        self._access = Access(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self.settings.max_body

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in headers_of(scope["scheme"]).items():
                    answer.setdefault(name, value)
            await send(message)

        problem = self._problem(scope, headers)
        if problem is not None:
            self._refused(problem.status, "guard")
            await problem.response()(scope, receive, marked)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise _too_large(read, limit)
            return message

        await self.app(scope, limited, marked)

    def _problem(self, scope: Scope, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if scope["path"] not in SCRAPED and not self._hosts.takes(host):
            return Problem(
                400, "Unknown host", f"This server does not answer under the name {host[:80]!r}.", field="Host",
                value=host, limit="addresses, localhost, this machine's name, and SKIPSCOPE_ALLOWED_HOSTS",
                remedy="open the page by its address; the operator can add the name to SKIPSCOPE_ALLOWED_HOSTS",
            )  # fmt: skip
        if scope["path"] not in OPEN:
            problem = self._access.enter(HTTPConnection(scope))
            if problem is not None:
                return problem
        if scope["method"] not in SAFE and not _same_origin(headers):
            return Problem(
                403, "Another site's request", "Changes may come only from this server's own pages and from programs.",
                field="Origin", value=headers.get("origin"), remedy="open the page at its own address",
            )  # fmt: skip
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:DIGITS]) > self.settings.max_body:
            return _too_large(int(length[:DIGITS]), self.settings.max_body)
        return None


def _same_origin(headers: Headers) -> bool:
    """Take requests without an origin (programs) and those whose origin is the host that they were sent to."""
    if headers.get("sec-fetch-site") in ("same-site", "cross-site"):
        return False
    origin = headers.get("origin")
    return origin is None or _place(origin) == headers.get("host", "").lower()


def _place(origin: str) -> str | None:
    """Return an origin's host and port; None where it is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _too_large(size: int, limit: int) -> Problem:
    return Problem(
        413, "Too large", f"The body has {size} bytes or more; at most {limit}.", limit=str(limit),
        remedy="send less, or raise SKIPSCOPE_MAX_BODY",
    )  # fmt: skip
