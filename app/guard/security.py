"""The guard before every route: names, password, origin, size of bodies, and the headers of every answer. Plain
ASGI, so that streams pass through untouched."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skipscope.app.errors import Problem
from skipscope.app.guard.access import Access, Opens
from skipscope.app.guard.headers import headers_of
from skipscope.app.guard.hosts import Hosts
from skipscope.app.settings import Settings
from skipscope.model.data.sent import MAX_TEXT

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOADS = "/api/weights"
"""The one address that takes a file; all others take JSON."""
PICTURED = frozenset({"/api/experiments", "/api/experiments/estimate"})
"""The addresses whose JSON may have a picture in it; its size must be announced."""
PICTURE_BODY, PICTURES = MAX_TEXT + 65_536, 4
OPEN = frozenset({"/healthz", "/readyz"})
DIGITS = 20
"""Of a length: more are no number that Python reads for nothing, and too many bytes in any case."""
SCRAPED = OPEN | {"/metrics"}
"""Programs ask for these under names of an inner network, so that they are open under every name."""


class Guard:
    """Refuse what must not reach a route, and write the headers of every answer."""

    def __init__(
        self, app: ASGIApp, settings: Settings, refused: Callable[[int, str], None],
        opens: Opens = lambda path, bearer: False,
    ) -> None:  # fmt: skip
        self.app, self.settings, self._refused = app, settings, refused
        self._hosts = Hosts(settings.allowed_hosts)
        self._access = Access(settings, opens)
        self._large = 0
        """Bodies with a picture that are being read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit, remedy = self._limit(scope)

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
                raise _too_large(read, limit, remedy)
            return message

        large = limit == PICTURE_BODY
        self._large += large
        try:
            await self.app(scope, limited, marked)
        finally:
            self._large -= large

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
        length, (limit, remedy) = headers.get("content-length", ""), self._limit(scope)
        if length.isdecimal() and int(length[:DIGITS]) > limit:
            return _too_large(int(length[:DIGITS]), limit, remedy)
        if limit == PICTURE_BODY and self._large >= PICTURES:
            return Problem(
                429, "Pictures are being received", f"{PICTURES} pictures are received at the moment.", field="picture",
                limit=str(PICTURES), remedy="send it again in a moment", headers={"Retry-After": "2"},
            )  # fmt: skip
        return None

    def _limit(self, scope: Scope) -> tuple[int, str]:
        """Return how many bytes a request's body may have, and the remedy if it has more."""
        if scope["method"] == "POST" and scope["path"] == UPLOADS:
            return int(self.settings.upload_megabytes * 1e6), "send less, or raise SKIPSCOPE_UPLOAD_MEGABYTES"
        length = Headers(scope=scope).get("content-length", "")
        announced = int(length[:DIGITS]) if length.isdecimal() else 0
        if scope["method"] == "POST" and scope["path"] in PICTURED and announced > self.settings.max_body:
            return PICTURE_BODY, "scale the picture down: a file of 8 MB is the most"
        return self.settings.max_body, "send less, or raise SKIPSCOPE_MAX_BODY"


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


def _too_large(size: int, limit: int, remedy: str) -> Problem:
    return Problem(
        413, "Too large", f"The body has {size} bytes or more; at most {limit}.", field="body", value=size,
        limit=str(limit), remedy=remedy,
    )  # fmt: skip
