"""A room that is open: its state in memory, which the database has too, and the public snapshot that is made of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, select, update

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.tables import QuestionRow, RoomRow
from skipscope.app.rooms import answers, seats
from skipscope.app.rooms.board import Board
from skipscope.app.rooms.distribution import distribution
from skipscope.app.rooms.phase import SHOWN, Clock
from skipscope.app.rooms.question import Task
from skipscope.app.rooms.truth import Truth

TICK = 0.25
"""Seconds between two looks at the counts: four a second at most."""
FRAMES = 300
"""A second, to all readers together, of states in which the counts alone are new: a hall's wireless network carries no
more gladly. Acts of a host are sent at once."""
log = structlog.get_logger("rooms")


@dataclass(frozen=True)
class Asked:
    """A task that was sent: its key in the database, its number in the room, and the truth of its question, if it is
    known."""

    key: int
    number: int
    task: Task
    truth: Truth | None = None
    revealed: bool = False


@dataclass
class Room:
    """A room; `keys` are digests of the host's secrets."""

    store: Store
    key: int
    code: str
    title: str
    client: str
    free_names: bool
    created: float
    expires: float
    keys: list[str]
    phrase: str
    clock: Clock = field(default_factory=Clock)
    asked: Asked | None = None
    screen: str | None = None
    closed: bool = False
    removals: int = 0
    """How often the host took somebody out: all who are here ask then whether it was them."""
    came: set[int] = field(default_factory=set[int])
    """Seats to which somebody came, of which the database does not know it yet."""
    members: int = 0
    answered: int = 0
    found: dict[str, Any] | None = None
    """The distribution of the answers, while it is shown."""
    board: Board = field(default_factory=Board)
    acting: asyncio.Lock = field(default_factory=asyncio.Lock)
    over: bool = False
    _told: tuple[int, int, int] = (0, 0, 0)
    _looking: asyncio.Task[None] | None = None

    def snapshot(self) -> dict[str, Any]:
        """Return what everybody may see: the truth and what was answered only while they are shown."""
        asked, clock = self.asked, self.clock
        task = None if asked is None else asked.task
        question = None if task is None else task.question
        public: dict[str, Any] = {
            "code": self.code, "title": self.title, "revision": self.board.revision, "now": time.time(),
            "expires": self.expires, "phase": clock.phase, "ends": clock.ends, "remaining": clock.remaining,
            "free_names": self.free_names, "closed": self.closed, "removals": self.removals,
            "members": self.members, "answered": self.answered,
            "revealed": bool(asked and asked.revealed),
            "open": clock.takes_answers(time.time()) and question is not None and not (asked and asked.revealed),
            "task": None, "question": None, "screen": self.screen, "truth": None, "profile": None,
            "distribution": None,
        }  # fmt: skip
        if asked is not None and task is not None:
            public["task"] = {"number": asked.number, "title": task.title, "text": task.text, "address": task.address}
            if question is not None:
                public["question"] = {"id": asked.number, **question.public()}
            if question is not None and clock.phase in SHOWN:
                truth = asked.truth or Truth(None)
                public |= {"truth": truth.value, "profile": truth.profile, "distribution": self.found}
        return public

    def publish(self) -> None:
        """Show everybody the room as it is now. Revisions go on rising after a restart: they count milliseconds."""
        self._told = self.members, self.answered, self.removals
        revision = max(self.board.revision + 1, int((time.time() - self.created) * 1000))
        self.board.publish(revision, orjson.dumps({**self.snapshot(), "revision": revision}))

    def touch(self) -> None:
        """Have the counts looked at soon, since somebody came, went or answered."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    def meet(self, seat: int) -> None:
        """Note that somebody came to a seat; all who come together are one write."""
        self.came.add(seat)
        self.touch()

    def rest(self) -> float:
        """Return for how many seconds counts wait, so that all readers together get no more than FRAMES a second."""
        return max(TICK, self.board.readers / FRAMES)

    async def _look(self) -> None:
        await asyncio.sleep(self.rest())
        self._looking = None
        try:
            await self._note_who_came()
            await self.count()
        except StoreError as error:  # the next who comes or answers has it done
            log.warning("room_not_counted", room=self.key, reason=str(error))
            return
        if (self.members, self.answered, self.removals) != self._told:
            self.publish()

    async def _note_who_came(self) -> None:
        if came := set(self.came):
            await self.store.write(lambda connection: seats.come(connection, came))
            self.came -= came

    async def count(self) -> None:
        """Ask the database how many are here and have answered."""
        self.members, self.answered = await self.store.fetch(self._counted)

    def _counted(self, connection: Connection) -> tuple[int, int]:
        asked = self.asked
        again = self.clock.phase == "predict_again"
        given = 0 if asked is None else answers.count(connection, asked.key, again=again)
        return seats.count(connection, self.key), given

    async def collect(self) -> None:
        """Have the answers put together, if this is a phase that shows them."""
        asked = self.asked
        if asked is None or asked.task.question is None or self.clock.phase not in SHOWN:
            self.found = None
            return
        given = await self.store.fetch(lambda connection: answers.given(connection, asked.key))
        self.found = distribution(asked.task.question, given, (asked.truth or Truth(None)).value)

    async def save(self, **values: Any) -> None:
        """Have the database keep changed columns of the room."""
        change = update(RoomRow).where(RoomRow.key == self.key).values(**values)
        await self.store.write(lambda connection: connection.execute(change).rowcount)

    def halt(self) -> None:
        """Do nothing by itself any more."""
        if self._looking is not None:
            self._looking.cancel()

    def end(self) -> None:
        """Be over, and tell the readers."""
        self.over = True
        self.halt()
        self.board.close(orjson.dumps({"state": "ended", "final": True}))


def asked_of(connection: Connection, key: int | None) -> Asked | None:
    """Return a task that was sent."""
    row = None if key is None else connection.execute(select(QuestionRow).where(QuestionRow.key == key)).first()
    if row is None:
        return None
    truth = None if row.truth is None else Truth.read(row.truth)
    return Asked(row.key, row.number, Task.model_validate_json(row.task), truth, bool(row.revealed))
