"""A job's events in the present form, whatever version of the server stored them; only trainings have older forms."""

from collections.abc import Callable

from sqlalchemy import Connection, Select, select

from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.app.wire.upgrade import of_run
from skipscope.model.train.kinds import TRAINING

Present = Callable[[str, bytes], bytes]
"""Returns an event of a kind in the present form."""


def in_present_form(connection: Connection, key: int) -> Present:
    """Return what brings the events of a job into the present form, by the version that its schema names."""
    schema = connection.execute(_of(key, "schema").limit(1)).scalar()
    old = None if schema is None else of_run(schema, lambda: connection.execute(_of(key, "change")).scalars())
    return _as_it_is if old is None else old.upgrade


def _of(key: int, kind: str) -> Select[bytes]:
    found = select(EventRow.data).join(JobRow, JobRow.key == EventRow.run).where(JobRow.kind == TRAINING.name)
    return found.where(EventRow.run == key, EventRow.kind == kind).order_by(EventRow.number)


def _as_it_is(kind: str, data: bytes) -> bytes:
    return data
