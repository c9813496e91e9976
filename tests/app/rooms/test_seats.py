"""Seats: who comes back, who is let in, and which seat a full room gives away."""

from pathlib import Path
from typing import Any

import pytest

from skipscope.app.rooms import seats
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.rooms import Rooms
from tests.app.rooms.test_answers import TASK, change, in_a_room, join, send

NET: dict[str, Any] = {"address": "/?net=resnet18", "label": "ResNet-18"}


async def ask(room: Room, member: str, now: float = 0.0, most: int = 3, **of: Any) -> seats.Seat | seats.NoSeat:
    hall = seats.Hall(room.key, most, of.get("closed", False), of.get("came", ()))
    wish = seats.Wish(member, back=of.get("back", False))
    return await room.store.write(lambda connection: seats.join(connection, hall, wish, now))


async def here(room: Room) -> int:
    return await room.store.fetch(lambda connection: seats.count(connection, room.key))


def test_who_comes_back_gets_the_seat_they_have_and_no_other(tmp_path: Path) -> None:
    async def act(_: Rooms, room: Room) -> None:
        assert await ask(room, "ada", back=True) == "unknown"
        seat = await join(room, "ada")
        assert await ask(room, "ada", back=True) == seat._replace(new=False)
        await room.store.write(lambda of: seats.remove(of, room.key, seat.key))
        assert await ask(room, "ada", back=True) == "removed"
        assert await ask(room, "ada") == seat._replace(new=True), "to be removed is not to be banned"

    in_a_room(tmp_path, act)


def test_a_closed_door_is_closed_to_who_is_not_here(tmp_path: Path) -> None:
    async def act(_: Rooms, room: Room) -> None:
        seat = await join(room, "ada")
        gone = await join(room, "bert")
        await room.store.write(lambda of: seats.remove(of, room.key, gone.key))
        assert await ask(room, "ada", closed=True) == seat._replace(new=False)
        assert await ask(room, "bert", closed=True) == "closed"
        assert await ask(room, "cleo", closed=True) == "closed"

    in_a_room(tmp_path, act)


def test_a_full_room_gives_away_the_oldest_seat_to_which_nobody_came(tmp_path: Path) -> None:
    async def act(_: Rooms, room: Room) -> None:
        came = await join(room, "came")
        lately = await join(room, "came lately")
        await join(room, "never")
        await room.store.write(lambda of: seats.come(of, {came.key}))
        late = seats.GRACE + 1
        assert await ask(room, "new", now=seats.GRACE - 1, came={lately.key}) == "full", "they have time to come"
        assert isinstance(await ask(room, "new", now=late, came={lately.key}), seats.Seat)
        assert await ask(room, "never", now=late, back=True) == "unknown"
        assert await here(room) == 3
        assert await ask(room, "another", now=late, came={lately.key}) == "full"

    in_a_room(tmp_path, act)


@pytest.mark.parametrize("left", ["an answer", "a network"])
def test_who_left_something_keeps_the_seat(tmp_path: Path, left: str) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        await join(room, "ada")
        await change(rooms, room, task=TASK)
        for member in ("bert", "cleo"):
            await join(room, member)
        if left == "an answer":
            await send(room, "ada", 0.5)
        else:
            await room.store.write(lambda of: seats.show_network(of, room.key, "ada", NET))
        for member in ("dora", "emil"):
            assert isinstance(await ask(room, member, now=1000.0), seats.Seat)
        assert await ask(room, "finn", now=1000.0) == "full"
        assert isinstance(await ask(room, "ada", back=True), seats.Seat)
        removed = await room.store.write(lambda of: seats.remove_silent(of, room.key))
        assert (removed, await here(room)) == (2, 1)

    in_a_room(tmp_path, act)


def test_who_leaves_is_gone_from_the_wall_and_may_come_again(tmp_path: Path) -> None:
    async def act(_: Rooms, room: Room) -> None:
        seat = await join(room, "ada")
        await room.store.write(lambda of: seats.show_network(of, room.key, "ada", NET))
        for number in range(20):  # who did nothing leaves nothing
            await join(room, str(number))
            assert await room.store.write(lambda of, number=number: seats.leave(of, room.key, str(number))) is True
        assert len(await room.store.fetch(lambda of: seats.taken_names(of, room.key))) == 1
        assert await room.store.write(lambda of: seats.leave(of, room.key, "ada")) is True
        assert await room.store.write(lambda of: seats.leave(of, room.key, "ada")) is False
        assert await here(room) == 0
        assert await join(room, "ada") == seat._replace(new=True)
        assert [row.network for row in await room.store.fetch(lambda of: seats.listing(of, room.key))] == [None]

    in_a_room(tmp_path, act)
