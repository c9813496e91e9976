"""How many streams are open at the same time: of a browser, of an address, and in all. Plain ASGI."""

import re
from collections import Counter
from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from skipscope.app.errors import Problem
from skipscope.app.guard.clients import address_of, browser_of
from skipscope.app.settings import Settings

ROOMS = "/api/rooms/"
ROOM = re.compile(r"/api/rooms/[2-9A-Z]{6}(?:/|$)", re.IGNORECASE)
FOLLOWED = ("/api/runs/", "/api/experiments/", ROOMS)


def is_of_a_room(path: str) -> bool:
    """Return whether a path is that of a room, by its code.

    A hall of 300 is one address, so requests to its room are counted by browser, by member and by room, and not by
    address; those to any other path are.
    """
    return ROOM.match(path) is not None


def is_stream(method: str, path: str) -> bool:
    """Return whether a request is for the events of a job or a room, and so stays open."""
    return method == "GET" and path.startswith(FOLLOWED) and path.endswith("/events")


class Streams:
    """Refuse one stream too many, and count those that are open."""

    def __init__(
        self, app: ASGIApp, settings: Settings, refused: Callable[[int, str], None], reading: Callable[[int], None]
    ) -> None:  # fmt: skip
        self.app, self.settings, self._refused = app, settings, refused
        self._reading = reading
        self._open: Counter[tuple[str, str]] = Counter()
        self._all = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not is_stream(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        browser = browser_of(request)
        keys = [] if is_of_a_room(scope["path"]) else [("address", address_of(request))]
        keys += [("browser", browser)] if browser else []
        problem = self._problem(keys)
        if problem is not None:
            self._refused(problem.status, "streams")
            await problem.response()(scope, receive, send)
            return
        self._open.update(keys)
        self._all += 1
        self._reading(1)
        try:
            await self.app(scope, receive, send)
        finally:
            self._all -= 1
            self._reading(-1)
            self._open.subtract(keys)
            for key in keys:
                if not self._open[key]:
                    del self._open[key]

    def _problem(self, keys: list[tuple[str, str]]) -> Problem | None:
        if self._all >= self.settings.max_streams:
            return _too_many(503, f"{self.settings.max_streams} in all", "SKIPSCOPE_MAX_STREAMS")
        one, share = self.settings.client_streams, self.settings.share_of(self.settings.max_streams)
        limits = {"browser": one, "address": min(one * self.settings.rate_share, share)}
        for kind, name in keys:
            if self._open[kind, name] >= limits[kind]:
                setting = "ADDRESS_SHARE" if limits[kind] == share else "CLIENT_STREAMS"
                return _too_many(429, f"{limits[kind]} from one {kind}", f"SKIPSCOPE_{setting}")
        return None


def _too_many(status: int, limit: str, setting: str) -> Problem:
    return Problem(
        status, "Too many streams", f"There are {limit} already.", field="streams", limit=limit,
        remedy=f"close another page of this server; the operator can raise {setting}", headers={"Retry-After": "30"},
    )  # fmt: skip
