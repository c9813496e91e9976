"""The tables of the store: jobs, in the table `runs`, and the events of each; rooms with their seats and answers."""

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The base of the tables, which Alembic compares with the file."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class JobRow(Base):
    """A job. Times are seconds since 1970; `key` rises with each job and orders them, whatever the clock does.

    `seat` is that of the room from which it was started; it goes with the room.
    """

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("client", "idempotency_key"), {"sqlite_autoincrement": True})

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(server_default="training")
    client: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str | None]
    created: Mapped[float]
    ended: Mapped[float | None]
    request: Mapped[str]
    idempotency_key: Mapped[str | None]
    last_event: Mapped[int]
    recorded: Mapped[int]
    num_bytes: Mapped[int]
    digest: Mapped[str | None]
    tags: Mapped[str] = mapped_column(server_default="[]")
    notes: Mapped[str] = mapped_column(server_default="")
    weights_bytes: Mapped[int] = mapped_column(server_default="0")
    weights_note: Mapped[str] = mapped_column(server_default="")
    part_of: Mapped[str | None] = mapped_column(index=True)
    seat: Mapped[int | None] = mapped_column(index=True)


class EventRow(Base):
    """An event of a job: its number in the stream, its kind, its step where it has one, its JSON."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("run", "number"),
        Index("ix_events_run_step", "run", "step", sqlite_where=text("kind = 'step'")),
    )

    key: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.key", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str]
    step: Mapped[int | None]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RoomRow(Base):
    """A room of a class: its present question and phase. Secrets are digests; `keys` is a JSON list."""

    __tablename__ = "rooms"

    key: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    client: Mapped[str]
    free_names: Mapped[bool]
    created: Mapped[float]
    expires: Mapped[float]
    keys: Mapped[str]
    phrase: Mapped[str]
    question: Mapped[int | None]
    phase: Mapped[str]
    ends: Mapped[float | None]
    remaining: Mapped[float | None]
    screen: Mapped[str | None]
    closed: Mapped[bool] = mapped_column(server_default="0")


class SeatRow(Base):
    """A member of a room, known by the digest of the key in their browser; `network` is JSON.

    `client` is the browser that sits there now; jobs that it starts belong to the seat. `came`: the room was looked at
    from there after it was taken.
    """

    __tablename__ = "seats"
    __table_args__ = (UniqueConstraint("room", "member"), UniqueConstraint("room", "name"))

    key: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int] = mapped_column(ForeignKey("rooms.key", ondelete="CASCADE"))
    member: Mapped[str]
    name: Mapped[str]
    joined: Mapped[float]
    removed: Mapped[bool] = mapped_column(server_default="0")
    network: Mapped[str | None]
    client: Mapped[str | None] = mapped_column(index=True)
    came: Mapped[bool] = mapped_column(server_default="1")


class QuestionRow(Base):
    """A task that was sent, with its question if it has one, as JSON; the truth as JSON, once it is known."""

    __tablename__ = "questions"

    key: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int] = mapped_column(ForeignKey("rooms.key", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    task: Mapped[str]
    truth: Mapped[str | None]
    revealed: Mapped[bool] = mapped_column(server_default="0")


class AnswerRow(Base):
    """The one answer of a member to a question: the latest, and the one before the discussion. Values are JSON."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("question", "seat"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[int] = mapped_column(ForeignKey("questions.key", ondelete="CASCADE"))
    seat: Mapped[int] = mapped_column(ForeignKey("seats.key", ondelete="CASCADE"), index=True)
    value: Mapped[str]
    sure: Mapped[int | None]
    first: Mapped[str | None]
    first_sure: Mapped[int | None]
    again: Mapped[bool]
    turn: Mapped[int]
