"""Members in the database: a seat by the digest of a key, whatever name it has. Each function is one transaction."""

from collections.abc import Collection, Sequence
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from skipscope.app.jobs.tables import AnswerRow, JobRow, SeatRow
from skipscope.app.rooms.names import apart, propose

ROWS = 4
"""So many times its seats a room knows people, those who were taken out included."""
GRACE = 30.0
"""Seconds in which somebody comes who took a seat: a page asks for its own state at once."""
_SEAT = select(SeatRow.key, SeatRow.name, SeatRow.removed, SeatRow.client, SeatRow.came).where(
    SeatRow.room == bindparam("of"), SeatRow.member == bindparam("who")
)
_NAMES = select(SeatRow.name, SeatRow.removed).where(SeatRow.room == bindparam("of"))
_SIT = insert(SeatRow).returning(SeatRow.key)
_HERE = select(func.count()).select_from(SeatRow).where(SeatRow.room == bindparam("of"), SeatRow.removed.is_(False))
_LEFT_NOTHING = (
    ~exists().where(AnswerRow.seat == SeatRow.key) & ~exists().where(JobRow.seat == SeatRow.key)
    & SeatRow.network.is_(None)
)  # fmt: skip
"""Of a seat from which nobody answered, showed a network or started a job."""


class Seat(NamedTuple):
    """A member's seat: its key in the database, its name, and whether it is new."""

    key: int
    name: str
    new: bool = False


class Wish(NamedTuple):
    """Somebody who joins: their key's digest, the name that they want, their browser, and whether they only come back:
    to a seat that they have and were not taken from."""

    member: str
    name: str | None = None
    browser: str | None = None
    back: bool = False


class Hall(NamedTuple):
    """A room as one finds it who joins: how many seats it has, whether it is closed to others, and the seats to which
    somebody came lately."""

    room: int
    most: int
    closed: bool = False
    came: Collection[int] = ()


NoSeat = Literal["full", "closed", "removed", "unknown"]


def join(connection: Connection, hall: Hall, wish: Wish, now: float) -> Seat | NoSeat:
    """Return the seat of a member, the same each time, or why there is none. Their browser sits there from now on, and
    on no other seat, so that its jobs belong to one room at most."""
    known = find(connection, hall.room, wish.member)
    if known is not None and not known.removed:
        _sit(connection, known.key, known.client, wish.browser)
        return Seat(known.key, known.name)
    if wish.back:
        return "unknown" if known is None else "removed"
    if hall.closed:
        return "closed"
    names = connection.execute(_NAMES, {"of": hall.room}).all()
    is_crowded = sum(not removed for _, removed in names) >= hall.most
    if (len(names) >= ROWS * hall.most and known is None) or (is_crowded and not _give_away(connection, hall, now)):
        return "full"
    if known is not None:  # to be removed is not to be banned
        connection.execute(update(SeatRow).where(SeatRow.key == known.key).values(removed=False))
        _sit(connection, known.key, known.client, wish.browser)
        return Seat(known.key, known.name, True)
    taken = {name.casefold() for name, _ in names}
    free = apart(wish.name or propose(taken), taken)
    row = {
        "room": hall.room, "member": wish.member, "name": free, "joined": now, "removed": False, "network": None,
        "came": False,
    }  # fmt: skip
    key = connection.execute(_SIT, row).scalar_one()
    _sit(connection, key, None, wish.browser)
    return Seat(key, free, True)


def _give_away(connection: Connection, hall: Hall, now: float) -> bool:
    """Free the seat that was taken first of those to which nobody came; say whether there was one."""
    spare = select(SeatRow.key).where(
        SeatRow.room == hall.room, SeatRow.removed.is_(False), SeatRow.came.is_(False), SeatRow.joined < now - GRACE,
        SeatRow.key.not_in(hall.came), _LEFT_NOTHING,
    )  # fmt: skip
    key = connection.execute(spare.order_by(SeatRow.joined, SeatRow.key).limit(1)).scalar()
    return key is not None and connection.execute(delete(SeatRow).where(SeatRow.key == key)).rowcount > 0


def come(connection: Connection, keys: Collection[int]) -> None:
    """Note that somebody came to these seats."""
    connection.execute(update(SeatRow).where(SeatRow.key.in_(keys)).values(came=True))


def _sit(connection: Connection, seat: int, before: str | None, browser: str | None) -> None:
    if browser is not None and browser != before:
        connection.execute(update(SeatRow).where(SeatRow.client == browser).values(client=None))
        connection.execute(update(SeatRow).where(SeatRow.key == seat).values(client=browser))


def find(connection: Connection, room: int, member: str) -> Any:
    """Return a member's row (key, name, removed, client, came); None if nobody has the key."""
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


def leave(connection: Connection, room: int, member: str) -> bool:
    """Take out a member who goes, and their network from the wall; say whether they were there. Of one who never did
    anything nothing is kept."""
    own = (SeatRow.room == room) & (SeatRow.member == member) & SeatRow.removed.is_(False)
    if connection.execute(delete(SeatRow).where(own, _LEFT_NOTHING)).rowcount:
        return True
    gone = update(SeatRow).where(own).values(removed=True, network=None, client=None)
    return connection.execute(gone).rowcount > 0


def remove_silent(connection: Connection, room: int) -> int:
    """Take out all who never answered, showed a network or started a run; return how many they were."""
    silent = delete(SeatRow).where(SeatRow.room == room, SeatRow.removed.is_(False), _LEFT_NOTHING)
    return connection.execute(silent).rowcount


def show_network(connection: Connection, room: int, member: str, network: dict[str, Any]) -> bool:
    """Note a member's present network; say whether there is such a member."""
    shown = update(SeatRow).where(SeatRow.room == room, SeatRow.member == member, SeatRow.removed.is_(False))
    return connection.execute(shown.values(network=orjson.dumps(network).decode())).rowcount > 0


def count(connection: Connection, room: int) -> int:
    """Return how many are in the room."""
    return connection.execute(_HERE, {"of": room}).scalar_one()


def listing(connection: Connection, room: int) -> Sequence[Any]:
    """Return the rows (key, name, network, silent) of all who are in the room, in the order of joining."""
    rows = select(SeatRow.key, SeatRow.name, SeatRow.network, _LEFT_NOTHING.label("silent"))
    return connection.execute(rows.where(SeatRow.room == room, SeatRow.removed.is_(False)).order_by(SeatRow.key)).all()


def taken_names(connection: Connection, room: int) -> set[str]:
    """Return all names of a room, also of those who were taken out, as casefold makes them."""
    return {name.casefold() for name, _ in connection.execute(_NAMES, {"of": room})}
