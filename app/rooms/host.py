"""The acts of a host on a room: the database keeps each before anybody sees it."""

import time
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from skipscope.app.errors import Problem
from skipscope.app.jobs.probes import Probes
from skipscope.app.jobs.tables import QuestionRow, RoomRow
from skipscope.app.learn.shelf import Shelf
from skipscope.app.rooms import lessons, refusals
from skipscope.app.rooms.change import RoomChange
from skipscope.app.rooms.measuring import measure
from skipscope.app.rooms.phase import PHASES, SHOWN, Clock, Phase
from skipscope.app.rooms.question import Task, check_untold, check_value
from skipscope.app.rooms.room import Asked, Room
from skipscope.app.rooms.truth import Truth

TASKS = 300
"""Of one room."""


class Host:
    """Acts on rooms, one after the other in each."""

    def __init__(self, probes: Probes, shelf: Shelf) -> None:
        self._probes, self._shelf = probes, shelf

    async def act(self, room: Room, change: RoomChange) -> None:
        """Do what a request says, and show it; raise a Problem or a FieldError before anything is done."""
        async with room.acting:
            if room.over:
                raise refusals.no_room(room.code)
            task = change.task
            if change.lesson is not None:
                task = lessons.task_of(self._shelf, change.lesson)
            self._check(room, change, task)
            if change.title is not None or change.free_names is not None or change.closed is not None:
                await self._set(room, change)
            if task is not None:
                await self._send(room, task, change.seconds if change.phase is None else None)
            if change.truth is not None:
                await self._tell(room, Truth(change.truth))
            if change.phase is not None:
                await self._go(room, change.phase, change.seconds)
            await self._time(room, change)
            if change.screen is not None:
                await self._show(room, change.screen or None)
            await room.count()
            await room.collect()
            room.publish()

    async def take_down(self, room: Room, address: str) -> None:
        """Show nothing more on everybody's screen, if it is still this page."""
        async with room.acting:
            if room.over or room.screen != address:
                return
            await self._show(room, None)
            room.publish()

    async def _show(self, room: Room, address: str | None) -> None:
        await room.save(screen=address)
        room.screen = address

    async def go_on(self, room: Room) -> None:
        """Go to the phase that follows, since the time of this one is over."""
        async with room.acting:
            following = room.clock.following()
            if room.over or not room.clock.is_due(time.time()):
                return  # the host was faster
            if following is None:
                room.clock = Clock(room.clock.phase)
                await room.save(ends=None)
            else:
                await self._go(room, following, None, patient=True)
            await room.count()
            await room.collect()
            room.publish()

    def _check(self, room: Room, change: RoomChange, task: Task | None) -> None:
        asked = room.asked.task if task is None and room.asked is not None else task
        question = None if asked is None else asked.question
        if change.truth is not None:
            if question is None:
                raise refusals.nothing_asked("truth")
            check_untold(question, change.truth)
            check_value(question, change.truth, "truth")
        if asked is None and (change.phase or change.clock or change.extend):
            raise refusals.nothing_asked("phase" if change.phase else "clock" if change.clock else "extend")
        if change.phase in PHASES[:3] and question is None:
            raise refusals.nothing_asked("phase")
        if task is not None and room.asked is not None and room.asked.number >= TASKS:
            raise refusals.too_many_tasks(TASKS)

    async def _set(self, room: Room, change: RoomChange) -> None:
        title = room.title if change.title is None else change.title
        free = room.free_names if change.free_names is None else change.free_names
        closed = room.closed if change.closed is None else change.closed
        await room.save(title=title, free_names=free, closed=closed)
        room.title, room.free_names, room.closed = title, free, closed

    async def _send(self, room: Room, task: Task, seconds: int | None) -> None:
        """Send a task: its first phase begins, and no answer belongs to it yet."""
        first: Phase = "measure" if task.question is None else "predict"
        clock = Clock().begin(first, seconds or task.seconds.get(first), time.time())
        truth = None if task.truth is None else Truth(task.truth)

        def write(connection: Connection) -> Asked:
            last = select(func.coalesce(func.max(QuestionRow.number), 0)).where(QuestionRow.room == room.key)
            number = connection.execute(last).scalar_one() + 1
            row = {
                "room": room.key,
                "number": number,
                "task": task.model_dump_json(),
                "truth": truth and truth.write(),
                "revealed": False,
            }
            key = connection.execute(insert(QuestionRow).returning(QuestionRow.key), row).scalar_one()
            connection.execute(_update(room, question=key, **_columns(clock)))
            return Asked(key, number, task, truth)

        room.asked = await room.store.write(write)
        room.clock, room.found = clock, None

    async def _tell(self, room: Room, truth: Truth) -> None:
        asked = room.asked
        assert asked is not None, "it was looked at before"
        told = update(QuestionRow).where(QuestionRow.key == asked.key).values(truth=truth.write())
        await room.store.write(lambda connection: connection.execute(told).rowcount)
        room.asked = Asked(asked.key, asked.number, asked.task, truth, asked.revealed)

    async def _go(self, room: Room, phase: Phase, seconds: int | None, *, patient: bool = False) -> None:
        """Begin a phase. The truth is measured before it is shown; `patient`: the phase begins without it if that
        fails."""
        asked = room.asked
        assert asked is not None, "it was looked at before"
        if phase in ("measure", *SHOWN) and asked.truth is None and asked.task.question is not None:
            try:
                truth = await measure(self._probes, asked.task.question)
            except Problem:
                if not patient:
                    raise
                truth = None
            if truth is not None:
                await self._tell(room, truth)
        revealed = asked.revealed or (phase in SHOWN and asked.task.question is not None)
        clock = room.clock.begin(phase, seconds or asked.task.seconds.get(phase), time.time())

        def write(connection: Connection) -> None:
            connection.execute(_update(room, **_columns(clock)))
            shown = update(QuestionRow).where(QuestionRow.key == asked.key).values(revealed=revealed)
            connection.execute(shown)

        await room.store.write(write)
        now = room.asked
        assert now is not None, "only a host's next act, which waits, sends another"
        room.asked, room.clock = Asked(now.key, now.number, now.task, now.truth, revealed), clock

    async def _time(self, room: Room, change: RoomChange) -> None:
        now, clock = time.time(), room.clock
        if change.clock is not None:
            clock = clock.pause(now) if change.clock == "pause" else clock.resume(now)
        if change.extend is not None:
            clock = clock.extend(change.extend, now)
        if clock != room.clock:
            await room.save(**_columns(clock))
            room.clock = clock


def _columns(clock: Clock) -> dict[str, Any]:
    return {"phase": clock.phase, "ends": clock.ends, "remaining": clock.remaining}


def _update(room: Room, **values: Any) -> Any:
    return update(RoomRow).where(RoomRow.key == room.key).values(**values)
