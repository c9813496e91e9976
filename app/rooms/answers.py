"""Answers in the database: one a member and question, by a unique key in one atomic write. Counts are queries."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, case, func, select
from sqlalchemy.dialects.sqlite import insert

from skipscope.app.jobs.tables import AnswerRow, QuestionRow, RoomRow, SeatRow
from skipscope.app.rooms import seats
from skipscope.app.rooms.distribution import Given
from skipscope.app.rooms.phase import Clock

_ASKED = (
    select(QuestionRow.key, QuestionRow.revealed, RoomRow.question, RoomRow.phase, RoomRow.ends, RoomRow.remaining)
    .join(RoomRow, RoomRow.key == QuestionRow.room)
    .where(QuestionRow.room == bindparam("of"), QuestionRow.number == bindparam("numbered"))
)
_NEW = insert(AnswerRow)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["question", "seat"],
    set_={
        "value": _NEW.excluded.value,
        "sure": _NEW.excluded.sure,
        "turn": _NEW.excluded.turn,
        # before the discussion both change; after it the first stays
        "first": case((_NEW.excluded.again, AnswerRow.first), else_=_NEW.excluded.first),
        "first_sure": case((_NEW.excluded.again, AnswerRow.first_sure), else_=_NEW.excluded.first_sure),
        "again": AnswerRow.again | _NEW.excluded.again,
    },
    # one that was sent before and comes later changes nothing
    where=_NEW.excluded.turn >= AnswerRow.turn,
).returning(AnswerRow.value, AnswerRow.sure, AnswerRow.again, AnswerRow.turn)
_KEPT = select(AnswerRow.value, AnswerRow.sure, AnswerRow.again, AnswerRow.turn).where(
    AnswerRow.question == bindparam("about"), AnswerRow.seat == bindparam("by")
)
_COUNT = (
    select(func.count(), func.count(case((AnswerRow.again, 1))))
    .join(SeatRow, SeatRow.key == AnswerRow.seat)
    .where(AnswerRow.question == bindparam("about"), SeatRow.removed.is_(False))
)


class Kept(NamedTuple):
    """The answer that is kept of a member."""

    value: Any
    sure: int | None
    again: bool
    turn: int


class Sent(NamedTuple):
    """An answer on its way; `turn` counts those of one member, so that none overtakes a later one."""

    value: Any
    sure: int | None
    turn: int


Refused = Literal["no question", "no seat", "closed"]


def put(connection: Connection, room: int, number: int, member: str, sent: Sent, now: float) -> Kept | Refused:  # noqa: PLR0917
    """Keep a member's answer to a question of the room and return what is kept; say why where that is not possible."""
    asked = connection.execute(_ASKED, {"of": room, "numbered": number}).first()
    if asked is None:
        return "no question"
    seat = seats.find(connection, room, member)
    if seat is None or seat.removed:
        return "no seat"
    about = {"about": asked.key, "by": seat.key}
    clock = Clock(asked.phase, asked.ends, asked.remaining)
    if asked.question != asked.key or asked.revealed or not clock.takes_answers(now):
        kept = _kept(connection, about)
        is_repeated = kept is not None and kept.value == sent.value and kept.sure == sent.sure
        return kept if is_repeated and kept is not None else "closed"
    again, value = clock.phase == "predict_again", orjson.dumps(sent.value).decode()
    row: dict[str, Any] = {
        "question": asked.key, "seat": seat.key, "value": value, "sure": sent.sure, "again": again, "turn": sent.turn,
        "first": None if again else value, "first_sure": None if again else sent.sure,
    }  # fmt: skip
    written = connection.execute(_PUT, row).first()
    kept = _kept(connection, about) if written is None else _read(written)
    assert kept is not None
    return kept


def find(connection: Connection, question: int, seat: int) -> Kept | None:
    """Return a member's answer to a question."""
    return _kept(connection, {"about": question, "by": seat})


def count(connection: Connection, question: int, *, again: bool) -> int:
    """Return how many who are here answered; `again`: after the discussion."""
    all_, later = connection.execute(_COUNT, {"about": question}).one()
    return later if again else all_


def given(connection: Connection, question: int) -> list[Given]:
    """Return all answers to a question, without names, of those who are here."""
    return [one for _, one in given_by(connection, question)]


def given_by(connection: Connection, question: int) -> Sequence[tuple[int, Given]]:
    """Return all answers to a question with the seats that gave them."""
    rows = (
        select(AnswerRow.seat, AnswerRow.value, AnswerRow.sure, AnswerRow.first, AnswerRow.first_sure)
        .join(SeatRow, SeatRow.key == AnswerRow.seat)
        .where(AnswerRow.question == question, SeatRow.removed.is_(False))
        .order_by(AnswerRow.seat)
    )
    return [
        (row.seat, Given(orjson.loads(row.value), row.sure, row.first and orjson.loads(row.first), row.first_sure))
        for row in connection.execute(rows)
    ]


def seats_of(connection: Connection, question: int, *, again: bool) -> set[int]:
    """Return which seats answered."""
    rows = select(AnswerRow.seat).where(AnswerRow.question == question)
    return set(connection.execute(rows.where(AnswerRow.again.is_(True)) if again else rows).scalars())


def _kept(connection: Connection, about: dict[str, int]) -> Kept | None:
    row = connection.execute(_KEPT, about).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Kept:
    return Kept(orjson.loads(row.value), row.sure, bool(row.again), row.turn)
