"""All rooms of a server: which gives way where there are too many."""

from pathlib import Path

import pytest

from skipscope.app.errors import Problem
from skipscope.app.rooms import rooms as module
from skipscope.app.rooms.room import Room
from skipscope.app.rooms.rooms import Rooms
from tests.app.rooms.test_answers import TASK, change, in_a_room, join


def test_a_room_that_nobody_uses_gives_way_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 4)

    async def act(rooms: Rooms, entered: Room) -> None:
        await join(entered, "ada")
        await entered.count()
        asked = (await rooms.open("has a task", "me")).room
        await change(rooms, asked, task=TASK)
        old = (await rooms.open("the evening before", "me")).room
        empty = (await rooms.open("empty", "me")).room
        with pytest.raises(Problem, match="4 rooms are open"):
            await rooms.open("one more", "me")
        monkeypatch.setattr(module, "EMPTY", -1.0)
        fourth = (await rooms.open("one more", "me")).room
        assert empty.over
        assert rooms.find(empty.code) is None
        assert all(rooms.find(room.code) is room for room in (entered, asked, old, fourth))

    in_a_room(tmp_path, act)


def test_a_room_in_which_many_take_seats_at_once_notes_who_came_in_one_write(tmp_path: Path) -> None:
    async def act(_: Rooms, room: Room) -> None:
        for number in range(20):
            room.meet((await join(room, str(number))).key)
        assert len(room.came) == 20
        await room._look()  # pyright: ignore[reportPrivateUsage]
        assert (room.came, room.members) == (set(), 20)

    in_a_room(tmp_path, act)
