"""How the next events of a job are kept: their rows, and what they change in the job's own; all of it or nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from skipscope.app.jobs.rows import Stored
from skipscope.app.jobs.tables import EventRow, JobRow

_INSERT_EVENT = insert(EventRow)
_UPDATE_JOB = (
    update(JobRow)
    .where(JobRow.key == bindparam("of"), JobRow.last_event == bindparam("before"))
    .values(
        state=bindparam("state"), reason=bindparam("reason"), ended=bindparam("ended"), digest=bindparam("digest"),
        last_event=bindparam("last_event"), recorded=JobRow.recorded + bindparam("recorded"),
        num_bytes=JobRow.num_bytes + bindparam("num_bytes"),
        weights_bytes=bindparam("weights_bytes"), weights_note=bindparam("weights_note"),
    )
)  # fmt: skip
_OF_JOB = EventRow.run == bindparam("of")
_CUT = delete(EventRow).where(_OF_JOB, EventRow.number > bindparam("before"))
_SHORTEN = (
    update(JobRow)
    .where(JobRow.key == bindparam("of"), JobRow.last_event > bindparam("before"))
    .values(
        last_event=bindparam("before"),
        recorded=select(func.count()).where(_OF_JOB, EventRow.kind == "step").scalar_subquery(),
        num_bytes=select(func.coalesce(func.sum(func.length(EventRow.data)), 0)).where(_OF_JOB).scalar_subquery(),
    )
)


def written(key: int, events: Sequence[Stored], now: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows of events, and what they change in their job's."""
    rows = [{"run": key, **event._asdict()} for event in events]
    totals = {
        "of": key, "before": events[0].number - 1, "last_event": events[-1].number,
        "recorded": sum(event.kind == "step" for event in events),
        "num_bytes": sum(len(event.data) for event in events), "weights_bytes": 0, "weights_note": "", **now,
    }  # fmt: skip
    return rows, totals


def keep(connection: Connection, rows: list[dict[str, Any]], totals: dict[str, Any]) -> None:
    """Write them; raise LookupError where they do not follow the last event that is kept."""
    if connection.execute(_UPDATE_JOB, totals).rowcount != 1:
        raise LookupError(f"event {rows[0]['number']} does not follow the last one of job {totals['of']} that is kept")
    connection.execute(_INSERT_EVENT, rows)


def conclude(connection: Connection, rows: list[dict[str, Any]], totals: dict[str, Any]) -> None:
    """Write a last status in the place of all events that readers were not told; raise LookupError as `keep` does."""
    told = {name: totals[name] for name in ("of", "before")}
    connection.execute(_CUT, told)
    connection.execute(_SHORTEN, told)
    keep(connection, rows, totals)
