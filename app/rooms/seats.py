"""Members in the database: a seat by the digest of a key, whatever name it has. Each function is one transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, func, insert, select, update

from skipscope.app.jobs.tables import SeatRow
from skipscope.app.rooms.names import apart, propose

_SEAT = select(SeatRow.key, SeatRow.name, SeatRow.removed, SeatRow.client).where(
    SeatRow.room == bindparam("of"), SeatRow.member == bindparam("who")
)
_NAMES = select(SeatRow.name, SeatRow.removed).where(SeatRow.room == bindparam("of"))
_SIT = insert(SeatRow).returning(SeatRow.key)
_HERE = select(func.count()).select_from(SeatRow).where(SeatRow.room == bindparam("of"), SeatRow.removed.is_(False))


class Seat(NamedTuple):
    """A member's seat: its key in the database, its name, and whether it is new."""

    key: int
    name: str
    new: bool = False


def join(  # noqa: PLR0917
    connection: Connection, room: int, member: str, name: str | None, most: int, now: float, browser: str | None = None
) -> Seat | None:  # fmt: skip
    """Return the seat of a member, the same each time; None if the room is full. Their browser sits there from now on,
    and on no other seat, so that its jobs belong to one room at most."""
    known = find(connection, room, member)
    if known is not None:
        if known.removed:  # to be removed is not to be banned
            connection.execute(update(SeatRow).where(SeatRow.key == known.key).values(removed=False))
        _sit(connection, known.key, known.client, browser)
        return Seat(known.key, known.name, bool(known.removed))
    names = connection.execute(_NAMES, {"of": room}).all()
    if sum(not removed for _, removed in names) >= most:
        return None
    taken = {name.casefold() for name, _ in names}
    free = apart(name or propose(taken), taken)
    row = {"room": room, "member": member, "name": free, "joined": now, "removed": False, "network": None}
    key = connection.execute(_SIT, row).scalar_one()
    _sit(connection, key, None, browser)
    return Seat(key, free, True)


def _sit(connection: Connection, seat: int, before: str | None, browser: str | None) -> None:
    if browser is not None and browser != before:
        connection.execute(update(SeatRow).where(SeatRow.client == browser).values(client=None))
        connection.execute(update(SeatRow).where(SeatRow.key == seat).values(client=browser))


def find(connection: Connection, room: int, member: str) -> Any:
    """Return a member's row (key, name, removed, client); None if nobody has the key."""
    return connection.execute(_SEAT, {"of": room, "who": member}).first()


def rename(connection: Connection, room: int, seat: int, name: str | None) -> str | None:
    """Give a seat another name, which nobody has, and return it; None if there is no such seat."""
    old = connection.execute(select(SeatRow.name).where(SeatRow.room == room, SeatRow.key == seat)).scalar()
    if old is None:
        return None
    taken = taken_names(connection, room) - {old.casefold()}
    free = apart(name or propose({*taken, old.casefold()}), taken)
    connection.execute(update(SeatRow).where(SeatRow.key == seat).values(name=free))
    return free


def remove(connection: Connection, room: int, seat: int) -> bool:
    """Take a member out of the room, who may come back; say whether there was one."""
    gone = update(SeatRow).where(SeatRow.room == room, SeatRow.key == seat).values(removed=True)
    return connection.execute(gone).rowcount > 0


def show_network(connection: Connection, room: int, member: str, network: dict[str, Any]) -> bool:
    """Note a member's present network; say whether there is such a member."""
    shown = update(SeatRow).where(SeatRow.room == room, SeatRow.member == member, SeatRow.removed.is_(False))
    return connection.execute(shown.values(network=orjson.dumps(network).decode())).rowcount > 0


def count(connection: Connection, room: int) -> int:
    """Return how many are in the room."""
    return connection.execute(_HERE, {"of": room}).scalar_one()


def listing(connection: Connection, room: int) -> Sequence[Any]:
    """Return the rows (key, name, network) of all who are in the room, in the order of joining."""
    rows = select(SeatRow.key, SeatRow.name, SeatRow.network)
    return connection.execute(rows.where(SeatRow.room == room, SeatRow.removed.is_(False)).order_by(SeatRow.key)).all()


def taken_names(connection: Connection, room: int) -> set[str]:
    """Return all names of a room, also of those who were taken out, as casefold makes them."""
    return {name.casefold() for name, _ in connection.execute(_NAMES, {"of": room})}
