"""The jobs that members of a room started from their seats: listed for the host, told, and deleted with the room."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from skipscope.app.jobs import refusals
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.interrupted import UNDER_WAY
from skipscope.app.jobs.rows import JobView, Saved
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.tables import JobRow, SeatRow

MOST = 1000
"""Listed at once, the newest."""
AT_ONCE, ALL = 50, 10_000
TOLD = "by the host of the room"
ENDED = "the room that it was started in has ended"


class Member(NamedTuple):
    """The member who started a job, and whether they are in the room."""

    seat: int
    name: str
    here: bool


class Work(NamedTuple):
    """A job and who started it."""

    member: Member
    job: JobView


class Started:
    """The jobs of a server's rooms."""

    def __init__(self, store: Store, jobs: Directory) -> None:
        self._store, self._jobs = store, jobs

    async def listing(self, room: int) -> list[Work]:
        """Return runs and experiments of a room, the newest first; parts belong to theirs."""
        members = await self._store.fetch(lambda of: _members(of, room))
        wanted = [JobRow.seat.in_(_seats(room)), JobRow.part_of.is_(None)]
        _, found = await self._jobs.listing(offset=0, limit=MOST, conditions=wanted)
        return [Work(members[job.saved.id], job) for job in found if job.saved.id in members]

    async def find(self, room: int, job_id: str) -> Work:
        """Return a run or an experiment of a room; raise the Problem that it has none."""
        members = await self._store.fetch(lambda of: _members(of, room, job_id))
        if job_id not in members:
            raise refusals.unknown(job_id)
        return Work(members[job_id], await self._jobs.find(job_id))

    def tell(self, work: Work, state: str) -> Work:
        """Have it pause, go on or stop; raise a Problem if that is not possible."""
        command = {"state": state} if state == "running" else {"state": state, "reason": TOLD}
        return work._replace(job=self._jobs.send_command(work.job, command, state))

    async def delete(self, work: Work) -> None:
        """End it and forget it with all that was recorded."""
        await self._jobs.delete(work.job)

    async def clear(self, room: int) -> None:
        """Delete all of a room's jobs, whatever people called them, and weights that members sent.

        All end before the first is deleted: one that is done in parts begins no other part then.
        """
        wholes = [JobRow.seat.in_(_seats(room)), JobRow.part_of.is_(None)]
        _, alive = await self._store.listing(offset=0, limit=ALL, states=UNDER_WAY, conditions=wholes)
        await asyncio.gather(*(self._jobs.end(saved.id, ENDED) for saved in alive))
        while rows := await self._some(room):
            await asyncio.gather(*(self._jobs.delete(JobView(saved)) for saved in rows))

    async def _some(self, room: int) -> Sequence[Saved]:
        _, found = await self._store.listing(
            offset=0, limit=AT_ONCE, conditions=[JobRow.seat.in_(_seats(room))]
        )  # fmt: skip
        return found


def _seats(room: int) -> Select[int]:
    return select(SeatRow.key).where(SeatRow.room == room)


def _members(connection: Connection, room: int, job_id: str | None = None) -> dict[str, Member]:
    """Return who started what, by the ids of jobs: all of a room, or one."""
    query = select(JobRow.id, SeatRow.key, SeatRow.name, SeatRow.removed).join(SeatRow, SeatRow.key == JobRow.seat)
    query = query.where(SeatRow.room == room)
    if job_id is not None:
        query = query.where(JobRow.id == job_id)
    return {id_: Member(seat, name, not removed) for id_, seat, name, removed in connection.execute(query)}
