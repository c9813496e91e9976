"""HEAD is answered wherever GET is: by the same route and with the same headers, without the body. Plain ASGI."""

from collections.abc import Mapping, Sequence

from starlette.requests import HTTPConnection
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MARK = "skipscope.head"


class Heads:
    """Pass HEAD on as GET, marked; the server below leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", MARK: True}
        await self.app(scope, receive, send)


def asks_head(request: HTTPConnection) -> bool:
    """Say whether the headers alone are asked for: a body that costs something need not be made."""
    return MARK in request.scope


def headers_alone(media_type: str, headers: Mapping[str, str]) -> Response:
    """Answer HEAD for a body that was not made, and whose length is not known."""
    return StreamingResponse(iter(()), media_type=media_type, headers=headers)


def allowed(routes: Sequence[BaseRoute], scope: Scope) -> str:
    """Name the methods that are possible at an address, as `Allow` does; files are only read."""
    possible: set[str] = set()
    # a part that files are mounted on has changed where paths begin
    scope = {**scope, "root_path": scope.get("app_root_path", scope.get("root_path", ""))}
    for route in routes:
        asked = ("GET",) if isinstance(route, Mount) else METHODS
        possible |= {method for method in asked if route.matches({**scope, "method": method})[0] == Match.FULL}
    # an address that is described by itself is no member of a collection: `check` is no run's id
    described = scope["app"].openapi()["paths"] if "app" in scope else {}
    possible = {method.upper() for method in described.get(scope["path"], ())} or possible
    if "GET" in possible:
        possible.add("HEAD")
    return ", ".join(sorted(possible))
