"""Bodies of requests are JSON as the standard has it: UTF-8, numbers that are finite, text that is text."""

from collections.abc import Callable, Coroutine
from typing import Any, cast

import orjson
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from skipscope.app.errors import Problem

MAX_DEPTH = 16
"""The deepest body that means something has four levels; Python itself describes a thousand no more."""


class StrictRequest(Request):
    """A request whose body Python's own reader does not read: it takes NaN, and halves of characters."""

    async def json(self) -> Any:
        """Return the body; raise json.JSONDecodeError where it is no JSON, Problem where it is nested too deep."""
        found = orjson.loads(await self.body())
        if is_deeper(found, MAX_DEPTH):
            raise Problem(
                422, "Nested too deep", f"The body has lists or objects more than {MAX_DEPTH} deep.",
                limit=f"{MAX_DEPTH} levels", remedy="no field has so many: see /openapi.json",
            )  # fmt: skip
        return found


def is_deeper(value: Any, limit: int) -> bool:
    """Say whether lists and objects stand in each other more than so many levels deep, without recursion."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (cast("Any", outer).values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


class StrictRoute(APIRoute):
    """A route that takes a body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read the body strictly."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict
