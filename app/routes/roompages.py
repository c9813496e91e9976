"""The pages of a room: the door, a member's page, the host's with the wall; `/r` is short for a wall."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from skipscope.app.guard.clients import address_of, browser_of
from skipscope.app.rooms.code import in_pairs, read_code
from skipscope.app.routes.pages import respond
from skipscope.app.routes.roomdoor import rooms_of
from skipscope.app.wire.rooms import Code

router = APIRouter(include_in_schema=False)
ENTRY = "/room"


@router.get("/r")
@router.get("/r/")
async def short() -> Response:
    """Lead to the door."""
    return RedirectResponse(ENTRY, 307)


@router.get("/r/{code}")
async def short_link(code: Code) -> Response:
    """Lead to a room."""
    read = read_code(code)
    return RedirectResponse(ENTRY if read is None else f"{ENTRY}/{read}", 307)


@router.get("/r/{code}/screen")
async def shown(request: Request, code: Code) -> Response:
    """Lead to what the host shows, as a page of one's own; to the room while nothing is shown."""
    rooms = rooms_of(request)
    room = rooms.find(code)
    if room is None:
        rooms.limits.wrong_code(browser_of(request), address_of(request))
    return await short_link(code) if room is None or room.screen is None else RedirectResponse(room.screen, 307)


@router.get("/room")
async def door(request: Request) -> Response:
    """Serve the door: join a room by its code, or open one."""
    return respond(request, ENTRY, "room.html", {"view": "door", "code": "", "room": None}, view="door", pairs="")


@router.get("/room/{code}")
async def member(request: Request, code: Code) -> Response:
    """Serve a room as a member has it; without such a room the door says so."""
    return _page(request, code, "member")


@router.get("/room/{code}/host")
async def host(request: Request, code: Code) -> Response:
    """Serve a room as its host has it: the secret is behind the # of the link, which no server sees."""
    return _page(request, code, "host")


def _page(request: Request, code: str, view: str) -> Response:
    rooms = rooms_of(request)
    room = rooms.find(code)
    if room is None:
        rooms.limits.wrong_code(browser_of(request), address_of(request))
        first: dict[str, Any] = {"view": "door", "code": code, "room": None}
        page = respond(request, ENTRY, "room.html", first, view="door", pairs="", wrong=code[:40])
        page.status_code = 404
        return page
    first = {"view": view, "code": room.code, "room": room.snapshot()}
    return respond(request, ENTRY, "room.html", first, lasting=False, view=view, pairs=in_pairs(room.code))
