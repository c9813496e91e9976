"""One answer a member and question, whatever order double taps, retries and returns come in; a phase is a lock."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.errand import Errands
from skipscope.app.jobs.probes import Probes
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.tables import AnswerRow, RoomRow, SeatRow
from skipscope.app.learn.shelf import Shelf
from skipscope.app.rooms import answers, seats
from skipscope.app.rooms.answers import Kept, Sent
from skipscope.app.rooms.change import RoomChange
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.rooms import Rooms

CLASS = 300
TASK = {"title": "How deep?", "question": {"kind": "number", "text": "How much?"}}
Act = Callable[[Rooms, Room], Awaitable[None]]


def no_jobs(store: Store) -> Directory:
    """Return the jobs of a server on which none is under way."""
    nothing = SimpleNamespace(live={}, errands=Errands(), weights=None)
    return Directory(cast("Registry", nothing), store, {}, "run")


def in_a_room(folder: Path, act: Act) -> None:
    """Open a room on a real store, without the web, and act."""

    async def main() -> None:
        store = Store(folder)
        try:
            # nothing is measured here, and nothing read of Learn
            async with Rooms(store, cast("Probes", None), no_jobs(store), Shelf([])) as rooms:
                opened = await rooms.open("A class", "me")
                await act(rooms, opened.room)
        finally:
            await store.close()

    asyncio.run(main())


async def change(rooms: Rooms, room: Room, **wish: Any) -> None:
    await rooms.host.act(room, RoomChange.model_validate(wish))


async def join(room: Room, member: str, name: str | None = None) -> seats.Seat:
    hall, wish = seats.Hall(room.key, 500), seats.Wish(member, name)
    seat: seats.Seat | seats.NoSeat = await room.store.write(lambda of: seats.join(of, hall, wish, 0.0))
    assert isinstance(seat, seats.Seat)
    return seat


def send(room: Room, member: str, value: float, turn: int = 0, number: int = 1) -> "asyncio.Future[Any]":
    sent = Sent(value, 3, turn)
    return room.store.write(lambda of: answers.put(of, room.key, number, member, sent, 1e9))


async def rows(room: Room) -> list[Any]:
    found = select(SeatRow.member, AnswerRow.value, AnswerRow.first, AnswerRow.again).join(
        SeatRow, SeatRow.key == AnswerRow.seat
    )
    return list(await room.store.fetch(lambda of: of.execute(found).all()))


def schedule(draw: random.Random) -> list[tuple[str, str, float, int]]:
    """Shuffle what 300 people do: each joins, answers once or more, taps twice, comes back, and retries late."""
    acts: list[tuple[float, tuple[str, str, float, int]]] = []
    for number in range(CLASS):
        member, begun = f"member {number}", draw.random()
        acts.append((begun, ("join", member, 0.0, 0)))
        for turn in range(1, draw.randint(1, 3) + 1):
            value = draw.randint(1, 9) / 10
            for _ in range(draw.randint(1, 3)):
                acts.append((begun + draw.random() * 0.5, ("send", member, value, turn)))
        if draw.random() < 0.5:
            acts.append((begun + draw.random() * 0.5, ("join", member, 0.0, 0)))
    return [act for _, act in sorted(acts, key=lambda one: one[0])]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 400))
def test_300_members_give_one_answer_each_in_any_order(seed: int, at_once: int) -> None:
    acts = schedule(random.Random(seed))  # noqa: S311  (an order, no secret)
    kept: dict[str, list[tuple[int, float]]] = {}

    async def one(room: Room, act: tuple[str, str, float, int]) -> None:
        kind, member, value, turn = act
        if kind == "join":
            await join(room, member)
            return
        found = await send(room, member, value, turn)
        assert isinstance(found, Kept), "whoever has joined is acknowledged"
        assert found.turn >= turn, "it says what is kept, which is this or a later one"
        kept.setdefault(member, []).append((found.turn, found.value))

    async def act(rooms: Rooms, room: Room) -> None:
        await change(rooms, room, task=TASK)
        for start in range(0, len(acts), at_once):
            await asyncio.gather(*(one(room, act) for act in acts[start : start + at_once]))
        found = await rows(room)
        assert len(found) == len({row.member for row in found}) == CLASS
        last = {member: max(given)[1] for member, given in kept.items()}
        assert {row.member: float(row.value) for row in found} == last
        await room.count()
        assert (room.members, room.answered) == (CLASS, CLASS)
        await change(rooms, room, phase="reveal")
        assert room.found is not None
        assert sum(one["last"] for one in room.found["bins"]) == room.found["answered"] == CLASS

    with TemporaryDirectory() as folder:
        in_a_room(Path(folder), act)


def test_what_was_sent_before_does_not_overtake(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await change(rooms, room, task=TASK)
        await join(room, "ada")
        assert await send(room, "ada", 0.2, turn=2) == Kept(0.2, 3, False, 2)
        assert await send(room, "ada", 0.1, turn=1) == Kept(0.2, 3, False, 2)

    in_a_room(tmp_path, act)


def test_answers_are_closed_between_the_phases_and_the_first_stays(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await join(room, "bert")
        assert await send(room, "ada", 0.1) == "no question"
        await change(rooms, room, task=TASK)
        assert await send(room, "nobody", 0.1) == "no seat"
        assert isinstance(await send(room, "ada", 0.1), Kept)
        await change(rooms, room, phase="discuss")
        assert await send(room, "ada", 0.5) == "closed"
        assert await send(room, "ada", 0.1) == Kept(0.1, 3, False, 0), "a retry of what is kept is acknowledged"
        await change(rooms, room, phase="predict_again")
        await room.count()
        assert room.answered == 0, "nobody has answered again"
        await send(room, "ada", 0.2)
        await send(room, "bert", 0.3)
        await room.count()
        assert repr(room.answered) == "2", "a number, where two answered again"
        await change(rooms, room, phase="measure")
        assert await send(room, "bert", 0.4) == "closed"
        found = {row.member: (row.value, row.first, bool(row.again)) for row in await rows(room)}
        assert found == {"ada": ("0.2", "0.1", True), "bert": ("0.3", None, True)}

    in_a_room(tmp_path, act)


def test_after_the_truth_was_shown_no_way_back_opens_the_answers(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await change(rooms, room, task=TASK)
        await change(rooms, room, phase="reveal", truth=1e-13)
        assert room.snapshot()["truth"] == 1e-13
        await change(rooms, room, phase="predict")
        assert (room.snapshot()["truth"], room.snapshot()["open"]) == (None, False)
        assert await send(room, "ada", 0.5) == "closed"
        await change(rooms, room, task=TASK)
        assert isinstance(await send(room, "ada", 0.5, number=2), Kept)
        assert await send(room, "ada", 0.5, number=1) == "closed"

    in_a_room(tmp_path, act)


def test_a_phase_whose_time_is_over_goes_on_by_itself_and_takes_no_answer(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await change(rooms, room, task=TASK, seconds=5)
        # the time is over: the clock of the room's row says so before anybody has looked at it
        ended = room.clock._replace(ends=1.0)
        await room.save(ends=1.0)
        room.clock = ended
        assert await send(room, "ada", 0.5) == "closed"
        reader = room.board.read(room.board.revision)
        assert b'"phase":"discuss"' in await anext(reader)

    in_a_room(tmp_path, act)


def test_members_have_their_seats_whatever_they_are_called(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        ada = await join(room, "key 1", "Ada")
        assert await join(room, "key 1", "Eve") == ada._replace(new=False)
        assert (await join(room, "key 2", "ADA")).name == "ADA 2"
        await room.store.write(lambda of: seats.remove(of, room.key, ada.key))
        await room.count()
        assert room.members == 1
        assert (await join(room, "key 1")).name == "Ada", "to be removed is not to be banned"

    in_a_room(tmp_path, act)


def test_a_room_that_ends_leaves_nothing(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await change(rooms, room, task=TASK)
        await send(room, "ada", 0.5)
        await rooms.end(room)
        for table in (RoomRow, SeatRow, AnswerRow):
            assert (
                await room.store.fetch(lambda of, table=table: of.execute(select(func.count(table.key))).scalar()) == 0
            )
        assert rooms.find(room.code) is None

    in_a_room(tmp_path, act)


def test_a_room_is_the_same_after_a_restart(tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    async def before(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await change(rooms, room, task=TASK, seconds=600)
        await send(room, "ada", 0.5)
        await change(rooms, room, clock="pause", screen="/lab")
        await room.count()
        seen.update(room.snapshot())

    in_a_room(tmp_path, before)

    async def main() -> None:
        store = Store(tmp_path)
        try:
            async with Rooms(store, cast("Probes", None), no_jobs(store), Shelf([])) as rooms:
                room = rooms.find(seen["code"])
                assert room is not None
                found = room.snapshot()
                assert found["revision"] > seen["revision"]
                assert {**found, "now": 0, "revision": 0} == {**seen, "now": 0, "revision": 0}
        finally:
            await store.close()

    asyncio.run(main())
