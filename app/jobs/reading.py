"""Rows of the store in the present form: a job, and pages of its events."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from skipscope.app.jobs.rows import Saved, Stored
from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.app.jobs.versions import in_present_form, with_size
from skipscope.app.wire.upgrade import upgrade_digest
from skipscope.model.train.kinds import TRAINING

PAGE_BYTES = 262_144
SAVED = tuple(getattr(JobRow, name) for name in Saved.__slots__)
_PAGE = (
    select(EventRow.number, EventRow.kind, EventRow.step, EventRow.data)
    .where(EventRow.run == bindparam("key"), EventRow.number > bindparam("after"))
    .order_by(EventRow.number)
)


def page_of(connection: Connection, key: int, after: int) -> list[Stored]:
    """Return a job's next events after a number, a page of them."""
    present = in_present_form(connection, key)
    found = [Stored(*row) for row in fitting(connection, _PAGE, key=key, after=after)]
    return [event._replace(data=present(event.kind, event.data)) for event in found]


def saved_of(row: Sequence[Any], connection: Connection) -> Saved:
    """Return a job of its row, in the present form."""
    saved = Saved(*row)
    if saved.kind != TRAINING.name:
        return saved
    request = with_size(connection, saved.key, saved.request)
    return replace(saved, digest=upgrade_digest(saved.digest), request=request)


def fitting(connection: Connection, query: Any, **wanted: int) -> list[Any]:
    """Return the first rows of a query, as many as fit a page; the data is the last column."""
    page: list[Any] = []
    size = 0
    with connection.execution_options(yield_per=16).execute(query, wanted) as rows:
        for row in rows:
            page.append(row)
            size += len(row[-1])
            if size >= PAGE_BYTES:
                break
    return page
