"""The seat of a room that a job is started from: that of its client's browser, or of the job that it is a part of."""

from typing import Any

from sqlalchemy import Connection, bindparam, select

from skipscope.app.jobs.tables import JobRow, RoomRow, SeatRow

_OF_BROWSER = (
    select(SeatRow.key)
    .join(RoomRow, RoomRow.key == SeatRow.room)
    .where(
        SeatRow.client == bindparam("who"),
        SeatRow.removed.is_(False),
        RoomRow.client != bindparam("who"),
        RoomRow.expires > bindparam("now"),
    )
)
_OF_WHOLE = select(JobRow.seat).where(JobRow.id == bindparam("whole"))


def seat_of(connection: Connection, row: dict[str, Any]) -> int | None:
    """Return the key of the seat, None of a job that no room's member starts.

    Jobs of the browser that opened the room are the host's, though it may have a seat there too.
    """
    whole = row.get("part_of")
    if whole is not None:
        return connection.execute(_OF_WHOLE, {"whole": whole}).scalar()
    return connection.execute(_OF_BROWSER, {"who": row["client"], "now": row["created"]}).scalar()
