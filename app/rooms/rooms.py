"""All rooms of a server: opened, found by code, joined, followed; they end by themselves after a day."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import orjson
import structlog
from sqlalchemy import Connection, delete, insert, select, update

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.probes import Probes
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.tables import JobRow, RoomRow
from skipscope.app.learn.shelf import Shelf
from skipscope.app.rooms import refusals, secret
from skipscope.app.rooms.code import new_code, read_code
from skipscope.app.rooms.host import Host
from skipscope.app.rooms.limits import Limits
from skipscope.app.rooms.phase import Clock
from skipscope.app.rooms.room import TICK, Room, asked_of
from skipscope.app.rooms.screen import job_of
from skipscope.app.rooms.started import Started

DAY = 86_400.0
PATH = "/api/rooms/"
MOST = 60
"""Rooms of one server."""
EMPTY = 600.0
"""Seconds after which a room without a member and a task gives way to another, where there are too many."""
LOOK = 1.0
"""Seconds between two looks at whether all that is on screens is still there."""
SEATS = 500
STREAMS = 1200
"""Of one room: two screens for each seat, and some that come back before the old one is known to be gone."""
SECRETS = 8
log = structlog.get_logger("rooms")


class Opened(NamedTuple):
    """A room, and what only its host may know."""

    room: Room
    secret: str
    phrase: str


class Rooms:
    """The rooms, and the clock that goes on with their phases."""

    def __init__(
        self, store: Store, probes: Probes, jobs: Directory, shelf: Shelf, heartbeat: float = 15.0
    ) -> None:  # fmt: skip
        self.store, self.probes, self.shelf = store, probes, shelf
        self.jobs, self.started = jobs, Started(store, jobs)
        self.limits = Limits()
        self.host = Host(probes, shelf)
        self._rooms: dict[str, Room] = {}
        self._heartbeat = heartbeat
        self._acts: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        try:
            for room in await self.store.fetch(self._stored):
                self._rooms[room.code] = room
            for room in list(self._rooms.values()):
                await room.count()
                await room.collect()
                room.publish()
        except StoreError as error:  # the page is there nevertheless
            log.error("rooms_not_read", reason=str(error))
        self._ticking = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.drain()
        self._ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ticking
        for room in self._rooms.values():
            room.halt()
        await asyncio.gather(*self._acts, return_exceptions=True)

    def drain(self) -> None:
        """End all streams: their readers come back to the next server."""
        for room in self._rooms.values():
            room.board.close()

    async def open(self, title: str, client: str, *, free_names: bool = False) -> Opened:
        """Open a room; raise the Problem that there are too many."""
        if len(self._rooms) >= MOST:
            await self._end_an_empty_one()
        if len(self._rooms) >= MOST:
            raise refusals.too_many_rooms(MOST)
        key, phrase, now = secret.new_secret(), secret.new_phrase(), time.time()
        code = next(code for code in iter(new_code, None) if code not in self._rooms)
        row: dict[str, Any] = {
            "code": code, "title": title, "client": client, "free_names": free_names, "created": now,
            "expires": now + DAY, "keys": orjson.dumps([secret.digest(key)]).decode(),
            "phrase": secret.digest_phrase(phrase), "question": None, "phase": Clock().phase, "ends": None,
            "remaining": None, "screen": None, "closed": False,
        }  # fmt: skip
        made = await self.store.write(
            lambda connection: connection.execute(insert(RoomRow).returning(RoomRow.key), row).scalar_one()
        )
        room = Room(
            self.store, made, code, title, client, free_names, now, now + DAY, [secret.digest(key)], row["phrase"]
        )
        self._rooms[code] = room
        room.publish()
        return Opened(room, key, phrase)

    async def _end_an_empty_one(self) -> None:
        """End the newest room in which nobody is and nothing was asked, after some minutes: one that was opened the
        evening before a class outlives those that somebody opens to fill the server."""
        late = time.time() - EMPTY
        empty = [
            room for room in self._rooms.values() if room.members == 0 and room.asked is None and room.created < late
        ]
        if empty:
            await self.end(max(empty, key=lambda room: room.created))

    def find(self, code: str) -> Room | None:
        """Return the room of a code, however it was typed; None if there is none."""
        read = read_code(code)
        room = None if read is None else self._rooms.get(read)
        return None if room is None or time.time() >= room.expires else room

    def opens(self, path: str, bearer: str) -> bool:
        """Say whether a bearer is a secret of the room whose path this is."""
        code = path.removeprefix(PATH).partition("/")[0] if path.startswith(PATH) else ""
        room = self.find(code)
        return room is not None and secret.is_one(bearer, room.keys)

    async def recover(self, room: Room, phrase: str, client: str) -> str | None:
        """Return a new secret for the holder of the phrase, beside those that are known; None if it is wrong."""
        if not secret.is_phrase(phrase, room.phrase):
            self.limits.wrong_phrase(room.key, client)
            return None
        key = secret.new_secret()
        keys = [*room.keys, secret.digest(key)][-SECRETS:]
        await room.save(keys=orjson.dumps(keys).decode())
        room.keys = keys
        return key

    async def end(self, room: Room) -> None:
        """Forget a room with all that belongs to it, the jobs of its members too, also while the disk is full.

        It is over first: nothing belongs to it any more, and where the rest fails the clock tries again.
        """
        async with room.acting:
            if room.over:
                return
            now = time.time()
            over = update(RoomRow).where(RoomRow.key == room.key).values(expires=now)
            await self.store.erase(lambda connection: connection.execute(over).rowcount)
            room.expires = now
            await self.started.clear(room.key)
            gone = delete(RoomRow).where(RoomRow.key == room.key)
            await self.store.erase(lambda connection: connection.execute(gone).rowcount)
            self._rooms.pop(room.code, None)
            room.end()

    def _stored(self, connection: Connection) -> list[Room]:
        rows = connection.execute(select(RoomRow).order_by(RoomRow.key)).all()
        return [
            Room(
                self.store, row.key, row.code, row.title, row.client, bool(row.free_names), row.created, row.expires,
                orjson.loads(row.keys), row.phrase, Clock(row.phase, row.ends, row.remaining),
                asked_of(connection, row.question), row.screen, bool(row.closed),
            )
            for row in rows
        ]  # fmt: skip

    async def _tick(self) -> None:
        beaten = looked = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = time.time()
            for room in list(self._rooms.values()):
                if now >= room.expires:
                    self._begin(lambda room=room: self.end(room), room)
                elif room.clock.is_due(now) and not room.acting.locked():
                    self._begin(lambda room=room: self.host.go_on(room), room)
            if time.monotonic() - looked >= LOOK:
                await self._look_at_screens()
                looked = time.monotonic()
            if time.monotonic() - beaten >= self._heartbeat:
                beaten = time.monotonic()
                for room in self._rooms.values():
                    room.board.beat()

    async def _look_at_screens(self) -> None:
        """Take what was deleted from the screens that show it, whoever deleted it."""
        shown = [(room, job) for room in self._rooms.values() if (job := job_of(room.screen)) is not None]
        wanted = {job for _, job in shown}
        if not wanted:
            return
        try:
            there = await self.store.fetch(lambda of: set(of.scalars(select(JobRow.id).where(JobRow.id.in_(wanted)))))
        except StoreError as error:  # it is looked at again
            log.warning("screens_not_looked_at", reason=str(error))
            return
        for room, job in shown:
            if job not in there and room.screen is not None:
                self._begin(lambda room=room, address=room.screen: self.host.take_down(room, address), room)

    def _begin(self, act: Callable[[], Any], room: Room) -> None:
        """Do something beside the clock, once at a time for a room."""
        if any(task.get_name() == room.code for task in self._acts):
            return

        async def done() -> None:
            try:
                await act()
            except StoreError as error:  # it is tried again at the next tick
                log.error("room_not_kept", room=room.key, reason=str(error))
                await asyncio.sleep(1)

        task = asyncio.create_task(done(), name=room.code)
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)
