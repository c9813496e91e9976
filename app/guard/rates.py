"""How often one may ask: by browser, and by address for all browsers behind it. Plain ASGI, so that streams pass."""

from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from skipscope.app.errors import Problem
from skipscope.app.guard.clients import address_of, browser_of
from skipscope.app.guard.open_streams import is_of_a_room, is_stream
from skipscope.app.guard.windows import Windows
from skipscope.app.settings import Settings

FREE = ("/static/", "/healthz", "/readyz")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COMPUTED = ("/api/probe", "/api/architectures/", "/api/runs/check", "/api/experiments/estimate")
MADE = ("/history", "/weights", "/offline.html", "/samples.png", "/images.png")
MAX_BROWSERS = 20_000
"""Counted one by one at a time: cookies can be made up, so that beyond this only addresses are counted."""


def kind_of(method: str, path: str) -> str | None:
    """Return what a request counts as: reads, streams, probes or changes; None where it does not count."""
    if path.startswith(FREE):
        return None
    if is_stream(method, path):
        return "streams"
    if path.startswith(COMPUTED) or path.endswith(MADE):
        return "probes"
    return "reads" if method in SAFE else "changes"


class Rates:
    """Refuse who asks too often, with 429 and the time to wait."""

    def __init__(self, app: ASGIApp, settings: Settings, refused: Callable[[int, str], None]) -> None:
        self.app, self._refused = app, refused
        self._windows = Windows()
        self._share = settings.rate_share
        self._limits = {
            "reads": settings.rate_reads, "streams": settings.rate_streams, "probes": settings.rate_probes,
            "changes": settings.rate_changes,
        }  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        problem = self._problem(scope) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
            return
        self._refused(problem.status, "rate")
        await problem.response()(scope, receive, send)

    def _problem(self, scope: Scope) -> Problem | None:
        kind = kind_of(scope["method"], scope["path"])
        if kind is None or not self._limits[kind]:
            return None
        request, limit = HTTPConnection(scope), self._limits[kind]
        browser = browser_of(request)
        if browser is not None and len(self._windows) < MAX_BROWSERS:
            wait = self._windows.wait(limit, kind, browser)
            if wait:
                return _too_often(kind, f"{limit} a minute for one browser", wait, f"SKIPSCOPE_RATE_{kind.upper()}")
        if is_of_a_room(scope["path"]):  # counted by member and by room, at the room itself
            return None
        wait = self._windows.wait(limit * self._share, kind, address_of(request))
        if wait:
            return _too_often(kind, f"{limit * self._share} a minute for one address", wait, "SKIPSCOPE_RATE_SHARE")
        return None


def _too_often(kind: str, limit: str, wait: int, setting: str) -> Problem:
    return Problem(
        429, "Too many requests", f"That is more than {limit} ({kind}).", field=kind, limit=limit,
        remedy=f"ask again in {wait} s; the operator can raise {setting}", headers={"Retry-After": str(wait)},
    )  # fmt: skip
