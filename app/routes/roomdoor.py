"""The door of a room: its code, its host's secret, a member's key. Its functions wait for nothing and are async
nevertheless: each request of a class would go through a thread else."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from skipscope.app.guard.clients import address_of, browser_of
from skipscope.app.rooms import refusals, secret
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.rooms import Rooms
from skipscope.app.wire.rooms import Code


def rooms_of(request: Request) -> Rooms:
    """Return the rooms of the server that is asked."""
    return request.app.state.rooms


async def find_room(request: Request, code: Code) -> Room:
    """Return the room of a code. A wrong one counts."""
    room = rooms_of(request).find(code)
    if room is None:
        rooms_of(request).limits.wrong_code(browser_of(request), address_of(request))
        raise refusals.no_room(code)
    return room


Here = Annotated[Room, Depends(find_room)]


async def find_own_room(request: Request, room: Here) -> Room:
    """Return the room that the requester is the host of."""
    if not _is_host(request, room):
        raise refusals.not_the_host()
    return room


Own = Annotated[Room, Depends(find_own_room)]


def _is_host(request: Request, room: Room) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and secret.is_one(given.strip(), room.keys)


def as_json(content: Any, status: int = 200, **headers: str) -> Response:
    """Answer with JSON that nobody keeps."""
    headers = {"Cache-Control": "no-store", **headers}
    return Response(orjson.dumps(content), status, headers, "application/json")
