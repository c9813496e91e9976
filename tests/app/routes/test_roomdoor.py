"""The door of a room costs no thread: a class of 300 comes through it with every request."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match

from skipscope.app.main import create_app
from skipscope.app.routes import hosts, rooms
from skipscope.app.settings import Settings


def calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Give what a route has called before it, and itself."""
    if dependant.call is not None:
        yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


def test_no_request_to_a_room_waits_for_a_thread() -> None:
    routes = [route for part in (rooms, hosts) for route in part.router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 12
    found = {call for route in routes for call in calls(route.dependant)}
    assert [call.__name__ for call in found if not inspect.iscoroutinefunction(call)] == []


def test_a_file_of_the_page_is_found_before_the_routes_are_looked_through() -> None:
    scope = {"type": "http", "method": "GET", "path": "/static/icon.svg", "root_path": "", "headers": []}
    routes = create_app(Settings.model_validate({})).routes
    found = next(at for at, route in enumerate(routes) if route.matches(dict(scope))[0] is not Match.NONE)
    assert found <= 1, "the description may stand before it"
