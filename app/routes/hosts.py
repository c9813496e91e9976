"""Rooms as their hosts have them: acts, members, the code for the wall, exports."""

import io
from typing import Annotated, Any, Literal

import orjson
import segno
from fastapi import APIRouter, Body, Query, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import client_of
from skipscope.app.rooms import answers, names, reach, refusals, report, seats
from skipscope.app.rooms.change import RoomChange
from skipscope.app.rooms.prepared import TaskList
from skipscope.app.rooms.room import Room
from skipscope.app.routes.roomdoor import Here, Own, as_json, rooms_of
from skipscope.app.settings import Settings
from skipscope.app.wire.rooms import (
    CHANGE,
    PHRASE,
    RENAME,
    TASKS,
    HostView,
    NameView,
    NewName,
    Phrase,
    RemovedSeats,
    RoomView,
    SeatId,
    SecretView,
    problems,
)

router = APIRouter(prefix="/api/rooms/{code}", tags=["rooms"], route_class=StrictRoute)
SVG = "image/svg+xml"


@router.patch("", response_model=RoomView, responses=problems(403, 404, 409, 422, 503, 507))
async def change(
    request: Request, room: Own,
    wish: Annotated[RoomChange, Body(openapi_examples=CHANGE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Send a task, begin a phase, stop or extend its clock, give the truth, put a page on everybody's screen."""
    await rooms_of(request).host.act(room, wish)
    return as_json(room.snapshot())


@router.delete("", status_code=204, responses=problems(403, 404, 422, 503))
async def end(request: Request, room: Own) -> None:
    """End a room: it and all that belongs to it is deleted."""
    await rooms_of(request).end(room)


@router.get("/host", response_model=HostView, responses=problems(403, 404, 422, 503))
async def view(request: Request, room: Own) -> Response:
    """Return a room as its host sees it: its members, their state and networks, and its links."""
    asked, again = room.asked, room.clock.phase == "predict_again"

    def read(of: Connection) -> list[dict[str, Any]]:
        done = set[int]() if asked is None else answers.seats_of(of, asked.key, again=again)
        return [
            {
                "seat": row.key, "name": row.name, "answered": row.key in done, "silent": bool(row.silent),
                "network": None if row.network is None else orjson.loads(row.network),
            }
            for row in seats.listing(of, room.key)
        ]  # fmt: skip

    members = await room.store.fetch(read)
    question = None if asked is None else asked.task.question
    links = await run_in_threadpool(links_of, request, room)
    return as_json({
        "room": room.snapshot(), "has_truth": asked is not None and asked.truth is not None,
        "measured": question is not None and bool(question.measured), "seats": members, "links": links,
    })  # fmt: skip


@router.post("/tasks", response_model=TaskList, responses=problems(403, 404, 422))
async def read_tasks(room: Own, wish: Annotated[TaskList, Body(openapi_examples=TASKS)]) -> Response:  # pyright: ignore[reportArgumentType]
    """Check a file of prepared tasks and return it as it is understood; nothing is sent and nothing is kept."""
    return as_json(wish.model_dump(mode="json", exclude_unset=True))


@router.post("/host", response_model=SecretView, responses=problems(403, 404, 422, 429, 503, 507))
async def recover(
    request: Request, room: Here,
    wish: Annotated[Phrase, Body(openapi_examples=PHRASE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Give the holder of the phrase a new secret; those that are known stay."""
    key = await rooms_of(request).recover(room, wish.phrase, client_of(request))
    if key is None:
        raise refusals.not_the_host()
    return as_json({"secret": key, "link": f"/room/{room.code}/host#{key}"})


@router.put("/seats/{seat}/name", response_model=NameView, responses=problems(403, 404, 422, 503, 507))
async def rename(
    room: Own, seat: SeatId,
    wish: Annotated[NewName, Body(openapi_examples=RENAME)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Give a member another name: one of the list, or the host's own."""
    wished = None if wish.name is None else names.clean(wish.name)
    given = await room.store.write(lambda of: seats.rename(of, room.key, seat, wished))
    if given is None:
        raise refusals.no_seat()
    return as_json({"name": given})


@router.delete("/seats/{seat}", status_code=204, responses=problems(403, 404, 422, 503, 507))
async def remove(room: Own, seat: SeatId) -> None:
    """Take a member out of the room. They may join again and have their seat and answers back."""
    if not await room.store.write(lambda of: seats.remove(of, room.key, seat)):
        raise refusals.no_seat()
    room.removals += 1
    room.touch()


@router.delete("/seats", response_model=RemovedSeats, responses=problems(403, 404, 422, 503, 507))
async def remove_silent(room: Own) -> Response:
    """Take all out who never answered, showed a network or started a run, and forget their seats. They may join
    again."""
    removed = await room.store.write(lambda of: seats.remove_silent(of, room.key))
    room.removals += 1
    room.touch()
    return as_json({"removed": removed})


@router.get(
    "/export",
    responses={
        200: {
            "description": "Answers, networks or runs as CSV, or all of it as one page with figures.",
            "content": {"text/csv": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
        },
        **problems(403, 404, 422, 503),
    },
    response_class=Response,
)  # fmt: skip
async def export(
    request: Request,
    room: Own,
    format: Annotated[Literal["csv", "html"], Query(description="html: one page with figures.")] = "html",
    of: Annotated[Literal["answers", "networks", "runs"], Query(description="The rows of a CSV.")] = "answers",
    names: Annotated[bool, Query(description="Whether members have their names in it.")] = False,
) -> Response:
    """Export a room before it ends. Answers to the question that is open stay out of it until the truth is shown."""
    found = await room.store.fetch(lambda connection: report.report_of(connection, room, named=names))
    works = await rooms_of(request).started.listing(room.key)
    tables = {"answers": report.answers_csv, "networks": report.networks_csv, "runs": report.runs_csv}
    write = report.page if format == "html" else tables[of]
    text = await run_in_threadpool(lambda: write(report.with_runs(found, works, named=names)))
    name = f"room-{room.code}{'' if format == 'html' else '-' + of}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, 200, headers, f"text/{format}")


@router.get(
    "/qr.svg",
    responses={
        200: {"description": "The link as a QR code.", "content": {SVG: {"schema": {"type": "string"}}}},
        **problems(404, 422),
    },
    response_class=Response,
)  # fmt: skip
async def qr(
    request: Request, room: Here,
    link: Annotated[int, Query(ge=0, le=20, description="Of the host's view, from 0.")] = 0,
) -> Response:  # fmt: skip
    """Return the room's link, at an address that other machines reach, as a QR code."""
    links = await run_in_threadpool(links_of, request, room)
    shown = links[link] if link < len(links) else f"{request.base_url}r/{room.code}"
    drawn = io.BytesIO()
    code = segno.make(shown, error="m", micro=False)
    code.save(drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return Response(drawn.getvalue(), 200, {"Cache-Control": "no-store"}, SVG)


def links_of(request: Request, room: Room) -> list[str]:
    """Return the room's link at each address that others reach."""
    settings: Settings = request.app.state.settings
    found = reach.addresses(request.headers.get("host", ""), request.url.scheme, settings.host)
    return [f"{address}/r/{room.code}" for address in found]
