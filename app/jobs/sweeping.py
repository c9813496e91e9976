"""Which ended jobs are deleted for their age or for the room they take, and in which order. Each has an owner, and
nobody's are deleted for what somebody else recorded."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, case, delete, select, update

from skipscope.app.jobs.interrupted import UNDER_WAY
from skipscope.app.jobs.tables import EventRow, JobRow


class Swept(NamedTuple):
    """Ids of the jobs that were deleted, those of them that had a name, and the bytes beyond the limit that stay."""

    deleted: list[str]
    named: list[str]
    beyond: int


class _Row(NamedTuple):
    key: int
    id: str
    client: str
    name: str
    created: float
    num_bytes: int
    ended: bool


_NAME = case((JobRow.part_of.is_(None), JobRow.name), else_="")
"""The name that somebody gave; those of parts are the server's."""
_ROWS = select(
    JobRow.key, JobRow.id, JobRow.client, _NAME, JobRow.created, JobRow.num_bytes, JobRow.state.not_in(UNDER_WAY)
).order_by(JobRow.key)


def delete_jobs(connection: Connection, keys: Sequence[int]) -> None:
    """Delete jobs with all their events; parts of theirs are parts no more."""
    ids = select(JobRow.id).where(JobRow.key.in_(keys))
    connection.execute(update(JobRow).where(JobRow.part_of.in_(ids)).values(part_of=None))
    connection.execute(delete(EventRow).where(EventRow.run.in_(keys)))
    connection.execute(delete(JobRow).where(JobRow.key.in_(keys)))


def sweep(connection: Connection, before: float, max_bytes: float) -> Swept:
    """Delete ended jobs from before a time, then some until all fit into so many bytes (0: any number).

    For room, the owner with the most bytes gives first: the oldest without a name, then the oldest with one, and never
    the newest. An owner with no more than an equal share of the bytes gives nothing.
    """
    rows = [_Row(*row) for row in connection.execute(_ROWS)]
    gone = [row for row in rows if row.ended and row.created < before]
    kept = [row for row in rows if not (row.ended and row.created < before)]
    beyond = 0
    if max_bytes > 0:
        more, beyond = _for_room(kept, max_bytes)
        gone += more
    if gone:
        delete_jobs(connection, [row.key for row in gone])
    return Swept([row.id for row in gone], [row.id for row in gone if row.name], beyond)


def _for_room(rows: Sequence[_Row], max_bytes: float) -> tuple[list[_Row], int]:
    """Return which jobs go, in their order, and the bytes beyond the limit that stay."""
    owned: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        owned[row.client].append(row)
    sizes = {client: sum(row.num_bytes for row in own) for client, own in owned.items()}
    can_go = {client: _in_order(own) for client, own in owned.items()}
    share = max_bytes / max(1, len(owned))
    gone: list[_Row] = []
    while sum(sizes.values()) > max_bytes:
        # without a name before with one, whoever has them
        large = [client for client, size in sizes.items() if size > share and can_go[client]]
        if not large:
            break
        client = max(large, key=lambda client: (not can_go[client][0].name, sizes[client]))
        row = can_go[client].pop(0)
        sizes[client] -= row.num_bytes
        gone.append(row)
    return gone, max(0, int(sum(sizes.values()) - max_bytes))


def _in_order(own: Sequence[_Row]) -> list[_Row]:
    """Return those of an owner's jobs that may go: the oldest first, those with a name after the others.

    Weights that were sent recorded nothing, and make no room.
    """
    ended = [row for row in own if row.ended and row.num_bytes]
    if ended and ended[-1] is own[-1]:
        ended.pop()
    return sorted(ended, key=lambda row: bool(row.name))
