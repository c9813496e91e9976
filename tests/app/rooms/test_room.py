"""The cost of a room: statements of the database for an act, and frames for a hall."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from skipscope.app.rooms.room import FRAMES, TICK, Room
from skipscope.app.rooms.rooms import Rooms
from tests.app.rooms.test_answers import TASK, change, in_a_room, join, send

SMALL, LARGE = 3, 60


@contextmanager
def statements(room: Room) -> Generator[list[str]]:
    """Note what is asked of the database."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(room.store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(room.store.engine, "before_cursor_execute", note)


def test_an_act_of_a_member_is_three_statements_however_many_are_here(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        for members in (SMALL, LARGE):
            for number in range(members):
                await join(room, f"{members} {number}")
            await change(rooms, room, task=TASK)
            assert room.asked is not None
            with statements(room) as asked:
                await join(room, f"{members} late")
            assert len(asked) == 3, asked
            for value in (0.5, 0.6):
                with statements(room) as asked:
                    await send(room, f"{members} 1", value, number=room.asked.number)
                assert len(asked) == 3, asked

    in_a_room(tmp_path, act)


@pytest.mark.parametrize(("readers", "seconds"), [(0, TICK), (75, TICK), (300, 1.0), (1200, 4.0)])
def test_a_hall_gets_no_more_than_so_many_counts_a_second(tmp_path: Path, readers: int, seconds: float) -> None:
    async def act(_: Rooms, room: Room) -> None:
        room.board.readers = readers
        assert room.rest() == seconds
        assert readers / room.rest() <= FRAMES

    in_a_room(tmp_path, act)


def test_many_who_come_together_are_one_frame_and_an_act_of_the_host_does_not_wait(tmp_path: Path) -> None:
    async def act(rooms: Rooms, room: Room) -> None:
        room.board.readers = 30_000  # so that the counts would come in a hundred seconds
        revisions: list[int] = []
        for number in range(20):
            await join(room, str(number))
            room.touch()
            revisions.append(room.board.revision)
        assert len(set(revisions)) == 1
        await change(rooms, room, task=TASK)
        assert room.board.revision > revisions[0]
        assert room.snapshot()["members"] == 20

    in_a_room(tmp_path, act)
