"""The runs of a room's members, as the host has them: seen, paused, stopped, removed."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.rooms.workview import view_of
from skipscope.app.routes.roomdoor import Own, as_json, rooms_of
from skipscope.app.wire.roomruns import TELL, RoomRun, RoomRunChange
from skipscope.app.wire.rooms import problems
from skipscope.app.wire.runs import RunId

router = APIRouter(prefix="/api/rooms/{code}/runs", tags=["rooms"], route_class=StrictRoute)


@router.get("", response_model=list[RoomRun], responses=problems(403, 404, 422, 503))
async def listing(request: Request, room: Own) -> Response:
    """List the runs and experiments that members started from their seats, the newest first."""
    found = await rooms_of(request).started.listing(room.key)
    return as_json(await run_in_threadpool(lambda: [view_of(work) for work in found]))


@router.patch("/{run_id}", response_model=RoomRun, responses=problems(403, 404, 409, 422, 503))
async def tell(
    request: Request, room: Own, run_id: RunId,
    wish: Annotated[RoomRunChange, Body(openapi_examples=TELL)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Pause a member's run, have it go on, or stop it."""
    started = rooms_of(request).started
    return as_json(view_of(started.tell(await started.find(room.key, run_id), wish.state)))


@router.delete("/{run_id}", status_code=204, responses=problems(403, 404, 422, 503))
async def remove(request: Request, room: Own, run_id: RunId) -> None:
    """End a member's run and forget it with all that was recorded. Its member may start another."""
    started = rooms_of(request).started
    await started.delete(await started.find(room.key, run_id))
