"""Jobs that an earlier server left under way: they are over, also while there is no room to write that down."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from skipscope.app.jobs.rows import Saved, Stored
from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.model.watch.kind import OUTSIDE

UNDER_WAY = ("queued", "running", "paused")
_LEFT = select(JobRow.key, JobRow.last_event).where(JobRow.state.in_(UNDER_WAY), JobRow.kind != OUTSIDE.name)
"""A run that trains elsewhere goes on: the server that ended was none of it."""


def under_way(connection: Connection) -> dict[int, int]:
    """Return the keys of the runs under way and the numbers of their last events."""
    return {row.key: row.last_event for row in connection.execute(_LEFT)}


class Interrupted:
    """Jobs by key, with their last events' numbers; each is read as interrupted."""

    def __init__(self, runs: dict[int, int] | None = None, reason: str = "", ended: float = 0.0) -> None:
        self._runs = runs or {}
        self._as: dict[str, Any] = {"state": "interrupted", "reason": reason, "ended": ended}
        status = {"state": "interrupted", "reason": reason, "queue_position": None, "final": True}
        self._status = orjson.dumps(status)

    def __len__(self) -> int:
        return len(self._runs)

    def write(self, connection: Connection) -> None:
        """Write down that they ended, those that were deleted meanwhile left out."""
        for key, last in self._runs.items():
            ended = update(JobRow).where(JobRow.key == key).values(**self._as, last_event=last + 1)
            if connection.execute(ended).rowcount:
                connection.execute(insert(EventRow), [{"run": key, **self._last(last)._asdict()}])

    def corrected(self, saved: Saved) -> Saved:
        """Return a job as it is."""
        last = self._runs.get(saved.key)
        return saved if last is None else replace(saved, **self._as, last_event=last + 1)

    def with_end(self, key: int, page: Sequence[Stored], after: int) -> list[Stored]:
        """Return a page of a job's events, with the last one if it belongs there."""
        last = self._runs.get(key)
        if last is None or (page[-1].number if page else after) != last:
            return list(page)
        return [*page, self._last(last)]

    def _last(self, last: int) -> Stored:
        return Stored(last + 1, "status", None, self._status)
