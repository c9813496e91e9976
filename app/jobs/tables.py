"""The tables of the store: jobs, in the table `runs`, and the events of each."""

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
    """A job. Times are seconds since 1970; `key` rises with each job and orders them, whatever the clock does."""

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
