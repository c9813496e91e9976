"""Bodies of requests are JSON as the standard has it: UTF-8, numbers that are finite, text that is text."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response


class StrictRequest(Request):
    """A request whose body Python's own reader does not read: it takes NaN, and halves of characters."""

    async def json(self) -> Any:
        """Return the body; raise json.JSONDecodeError where it is no JSON."""
        return orjson.loads(await self.body())


class StrictRoute(APIRoute):
    """A route that takes a body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read the body strictly."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict
