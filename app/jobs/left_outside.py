"""The runs that train elsewhere and that an earlier server left under way, as the store has them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.interrupted import UNDER_WAY
from skipscope.app.jobs.reading import SAVED, saved_of
from skipscope.app.jobs.rows import Saved
from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.model.watch.kind import OUTSIDE


@dataclass(frozen=True, slots=True)
class Left:
    """One run: its sender's key, its schema (None if none was stored), and its latest step (-1: none)."""

    saved: Saved
    key: str
    schema: bytes | None
    last_step: int

    @property
    def seat(self) -> Seat:
        """Return whose it is; no turn in a queue is its own."""
        return Seat(self.saved.client, "")


def left_outside(connection: Connection) -> list[Left]:
    """Return all of them, the oldest first."""
    wanted = select(*SAVED).where(JobRow.kind == OUTSIDE.name, JobRow.state.in_(UNDER_WAY)).order_by(JobRow.key)
    return [_left(connection, saved_of(row, connection)) for row in connection.execute(wanted).all()]


def _left(connection: Connection, saved: Saved) -> Left:
    key = connection.execute(select(JobRow.idempotency_key).where(JobRow.key == saved.key)).scalar_one()
    events = EventRow.run == saved.key
    schema = select(EventRow.data).where(events, EventRow.kind == "schema").limit(1)
    return Left(saved, key or "", connection.execute(schema).scalar(), last_step_of(connection, saved.key))


def id_of_key(connection: Connection, key: str) -> str | None:
    """Return the run that was begun with a sender's key, wherever that sent from; None if none was."""
    wanted = select(JobRow.id).where(JobRow.idempotency_key == key, JobRow.kind == OUTSIDE.name).limit(1)
    return connection.execute(wanted).scalar()


def last_step_of(connection: Connection, key: int) -> int:
    """Return the latest step of a run that is kept; -1 if none is."""
    last = select(func.max(EventRow.step)).where(EventRow.run == key, EventRow.kind == "step")
    found = connection.execute(last).scalar()
    return -1 if found is None else found
