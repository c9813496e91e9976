"""Rooms as members have them: open, join, answer, follow. `app/routes/hosts.py` has the host's part."""

import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from skipscope.app.errors import Problem
from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import browser_of, client_of, seat_of
from skipscope.app.rooms import answers, lessons, names, refusals, seats, secret
from skipscope.app.rooms.measuring import dot_of
from skipscope.app.rooms.question import check_value, page_address
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.rooms import SEATS, STREAMS
from skipscope.app.rooms.together import together
from skipscope.app.routes.roomdoor import Here, as_json, rooms_of
from skipscope.app.wire import sse
from skipscope.app.wire.events import stream
from skipscope.app.wire.rooms import (
    ANSWER,
    JOIN,
    NETWORK,
    OPEN,
    RENAME,
    AnswerView,
    LessonTask,
    MemberKey,
    MemberView,
    NameView,
    NetworkDot,
    NewAnswer,
    NewMember,
    NewName,
    NewNetwork,
    NewRoom,
    Number,
    OpenedRoom,
    RoomEnd,
    RoomView,
    problems,
)
from skipscope.model.describe.words import FieldError

router = APIRouter(prefix="/api/rooms", tags=["rooms"], route_class=StrictRoute)


@router.post("", status_code=201, response_model=OpenedRoom, responses=problems(422, 429, 503, 507))
async def open_room(
    request: Request, wish: Annotated[NewRoom, Body(openapi_examples=OPEN)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Open a room. Its secret and its phrase are said here and never again."""
    title = " ".join(wish.title.split())
    opened = await rooms_of(request).open(title, client_of(request), free_names=wish.free_names)
    code = opened.room.code
    host = {"secret": opened.secret, "phrase": opened.phrase, "link": f"/room/{code}/host#{opened.secret}"}
    return as_json({"code": code, "link": f"/r/{code}", "host": host}, 201, Location=f"/api/rooms/{code}")


@router.get("/lessons", response_model=list[LessonTask])
async def steps(request: Request) -> Response:
    """List the steps of Learn that can be sent as tasks, without the truths of their questions."""
    return as_json(lessons.listing(rooms_of(request).shelf))


@router.get("/{code}", response_model=RoomView, responses=problems(404, 422, 503))
async def snapshot(room: Here) -> Response:
    """Return the public state of a room: all that a member needs who comes late or comes back."""
    return as_json(room.snapshot())


@router.get(
    "/{code}/events", response_class=StreamingResponse,
    responses={
        200: {
            "description": "Each time the whole public state; slow readers get the newest. The id is its revision. "
            "With `job` its events come too, as its own stream has them.",
            "content": {sse.MEDIA_TYPE: stream({"room": RoomView, "status": RoomEnd})},
        },
        **problems(404, 422, 429, 503),
    },
)  # fmt: skip
async def events(  # noqa: PLR0917  (named by the query, never by place)
    request: Request, room: Here, last_event_id: sse.LastEventId = None, after: sse.After = 0,
    job: Annotated[str | None, Query(max_length=64, description="A run or an experiment to follow with it.")] = None,
    since: Annotated[int, Query(ge=0, le=sse.NUMBER, description="Of the job: only what comes after it.")] = 0,
) -> Response:  # fmt: skip
    """Follow a room by server-sent events, until it ends: with what its host shows, on the same stream."""
    if room.board.readers >= STREAMS:
        raise refusals.too_often("streams of one room", STREAMS, 30)
    jobs = rooms_of(request).jobs
    followed = None if job is None else jobs.follow(await jobs.find(job), since)
    frames = room.board.read(after if last_event_id is None else last_event_id)
    return sse.answer(request, frames if followed is None else together(frames, followed))


@router.get("/{code}/name", response_model=NameView, responses=problems(404, 422, 429, 503))
async def name(request: Request, room: Here) -> Response:
    """Propose a name of two words that nobody has."""
    rooms_of(request).limits.join(room.key, browser_of(request))
    return as_json({"name": names.propose(await room.store.fetch(lambda of: seats.taken_names(of, room.key)))})


@router.post("/{code}/members", response_model=NameView, responses=problems(404, 409, 422, 429, 503, 507))
async def join(
    request: Request, room: Here,
    wish: Annotated[NewMember, Body(openapi_examples=JOIN)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Take a seat. The same key has the same seat each time, whatever name is given with it."""
    rooms_of(request).limits.join(room.key, browser_of(request))
    member, wished = _member(wish.key), _wished(room, wish.name)
    # a program has no cookie, and an address is that of the whole hall
    now, browser = time.time(), None if browser_of(request) is None else client_of(request)
    joining = seats.Wish(member, wished, browser, wish.back)
    hall = seats.Hall(room.key, SEATS, room.closed, set(room.came))
    seat: seats.Seat | seats.NoSeat = await room.store.write(lambda of: seats.join(of, hall, joining, now))
    if not isinstance(seat, seats.Seat):
        raise _NO_SEAT[seat]()
    if seat.new:
        room.touch()
    return as_json({"name": seat.name})


@router.get("/{code}/members/{key}", response_model=MemberView, responses=problems(404, 422, 503))
async def member(room: Here, key: MemberKey) -> Response:
    """Return a member's name and their answer to the present question."""
    asked, new = room.asked, list[int]()

    def read(of: Connection) -> dict[str, Any] | None:
        row = seats.find(of, room.key, _member(key))
        if row is None:
            return None
        kept = None if asked is None else answers.find(of, asked.key, row.key)
        if not row.came and not row.removed:
            new.append(row.key)
        return {"name": row.name, "here": not row.removed, "answer": kept and _kept(kept)}

    found = await room.store.fetch(read)
    if found is None:
        raise refusals.no_seat()
    for seat in new:
        room.meet(seat)
    return as_json(found)


@router.delete("/{code}/members/{key}", status_code=204, responses=problems(404, 422, 503, 507))
async def leave(room: Here, key: MemberKey) -> None:
    """Leave the room: the network goes from the wall, answers stay until the room ends. Joining again with the same key
    gives the same seat to all who did anything."""
    if not await room.store.write(lambda of: seats.leave(of, room.key, _member(key))):
        raise refusals.no_seat()
    room.touch()


@router.put("/{code}/members/{key}/name", response_model=NameView, responses=problems(404, 422, 429, 503, 507))
async def rename(
    request: Request, room: Here, key: MemberKey,
    wish: Annotated[NewName, Body(openapi_examples=RENAME)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Give a member another name."""
    who, wished = _member(key), _wished(room, wish.name)
    rooms_of(request).limits.answer(room.key, who)

    def write(of: Connection) -> str | None:
        row = seats.find(of, room.key, who)
        return None if row is None else seats.rename(of, room.key, row.key, wished)

    given = await room.store.write(write)
    if given is None:
        raise refusals.no_seat()
    return as_json({"name": given})


@router.put("/{code}/members/{key}/network", response_model=NetworkDot, responses=problems(404, 422, 429, 503, 507))
async def network(
    request: Request, room: Here, key: MemberKey,
    wish: Annotated[NewNetwork, Body(openapi_examples=NETWORK)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Show a member's present network on the wall; it is measured here, once for all who have the same."""
    rooms = rooms_of(request)
    rooms.limits.answer(room.key, _member(key))
    if await room.store.fetch(lambda of: seats.find(of, room.key, _member(key))) is None:
        raise refusals.no_seat()
    address = page_address(wish.address)
    try:
        dot = await dot_of(rooms.probes, address, seat_of(request))
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError("address", wish.address, str(error), "give an address of Explore with a network") from error
    if not await room.store.write(lambda of: seats.show_network(of, room.key, _member(key), dot)):
        raise refusals.no_seat()
    return as_json(dot)


@router.put(
    "/{code}/questions/{question}/answers/{key}", response_model=AnswerView,
    responses=problems(404, 409, 422, 429, 503, 507),
)  # fmt: skip
async def answer(
    request: Request, room: Here, question: Number, key: MemberKey,
    wish: Annotated[NewAnswer, Body(openapi_examples=ANSWER)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Answer a question: one answer a member, which may change until the answers are closed. It is kept when this
    says so."""
    who, asked, now = _member(key), room.asked, time.time()
    rooms_of(request).limits.answer(room.key, who)
    if asked is not None and asked.number == question and asked.task.question is not None:
        check_value(asked.task.question, wish.value)
    sent = answers.Sent(wish.value, wish.sure, wish.turn)
    kept: answers.Kept | answers.Refused = await room.store.write(
        lambda of: answers.put(of, room.key, question, who, sent, now)
    )
    if not isinstance(kept, answers.Kept):
        raise _REFUSALS[kept](question)
    room.touch()
    return as_json(_kept(kept))


_REFUSALS: dict[answers.Refused, Callable[[int], Problem]] = {
    "no question": refusals.no_question, "no seat": lambda _: refusals.no_seat(), "closed": lambda _: refusals.closed(),
}  # fmt: skip


_NO_SEAT: dict[seats.NoSeat, Callable[[], Problem]] = {
    "full": lambda: refusals.full(SEATS), "closed": refusals.door_closed, "removed": refusals.taken_out,
    "unknown": refusals.no_seat,
}  # fmt: skip


def _kept(kept: answers.Kept) -> dict[str, Any]:
    return {"value": kept.value, "sure": kept.sure, "turn": kept.turn}


def _member(key: str) -> str:
    """Return what the database knows a member by: their key itself is nowhere but with them."""
    return secret.digest(key.lower())


def _wished(room: Room, name: str | None) -> str | None:
    """Return the name that somebody wants, as it may be; raise the Problem that it may not."""
    if name is None:
        return None
    found = names.clean(name)
    if not room.free_names and not names.is_proposed(found):
        raise refusals.listed_names_only()
    return found
