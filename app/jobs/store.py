"""Runs and their events in the database. Readers are told what is written, so that nothing told can be lost."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from skipscope.app.jobs.database import FILE, StoreError, explain, hold, open_engine, suspect
from skipscope.app.jobs.disk_reserve import Reserve
from skipscope.app.jobs.interrupted import UNDER_WAY, Leftovers, under_way
from skipscope.app.jobs.rows import Saved, Stored
from skipscope.app.jobs.tables import EventRow, RunRow
from skipscope.app.jobs.writer import Writer

T = TypeVar("T")
READERS = 4
PAGE_BYTES = 262_144
log = structlog.get_logger("store")

_INSERT_EVENT = insert(EventRow)
_UPDATE_RUN = (
    update(RunRow)
    .where(RunRow.key == bindparam("of"))
    .values(
        state=bindparam("state"), reason=bindparam("reason"), ended=bindparam("ended"), digest=bindparam("digest"),
        last_event=bindparam("last_event"), recorded=RunRow.recorded + bindparam("recorded"),
        num_bytes=RunRow.num_bytes + bindparam("num_bytes"),
    )
)  # fmt: skip


_SAVED = tuple(getattr(RunRow, name) for name in Saved.__slots__)


class Store:
    """The runs' database. Writes are futures in the order of asking; reads run beside them."""

    def __init__(self, folder: Path) -> None:
        self._lock = hold(folder)
        self._folder = folder
        self._reserve = Reserve(folder)
        self.engine: Engine = self._open()
        self._writer = Writer(self.engine, lambda: suspect(folder))
        self._left = Leftovers()
        self._reserve.hold()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    def _open(self) -> Engine:
        try:
            return open_engine(self._folder)
        except StoreError as error:
            if error.kind != "full":
                raise
        self._reserve.release()  # to open takes some room too
        return open_engine(self._folder)

    @property
    def file(self) -> Path:
        """Return the database's file, for processes that only read."""
        return self._folder / FILE

    async def close(self) -> None:
        """Write what is asked for, and let the folder go."""
        await self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()
        self._lock.release()

    def create(self, row: dict[str, Any]) -> "asyncio.Future[int]":
        """Keep a new run and return its key. Raise IntegrityError where the client has used the idempotency key."""

        def write(connection: Connection) -> int:
            return connection.execute(insert(RunRow).values(row).returning(RunRow.key)).scalar_one()

        return self._writer.ask(write)

    def append(self, key: int, events: Sequence[Stored], now: dict[str, Any]) -> "asyncio.Future[None]":
        """Keep a run's next events, and its state as it is `now`: state, reason, ended, digest."""
        rows = [{"run": key, **event._asdict()} for event in events]
        totals = {
            "of": key, "last_event": events[-1].number, "recorded": sum(event.kind == "step" for event in events),
            "num_bytes": sum(len(event.data) for event in events), **now,
        }  # fmt: skip

        def write(connection: Connection) -> None:
            connection.execute(_INSERT_EVENT, rows)
            connection.execute(_UPDATE_RUN, totals)

        return self._writer.ask(write)

    def rename(self, key: int, name: str) -> "asyncio.Future[None]":
        """Give a run another name."""
        return self._writer.ask(lambda connection: _rename(connection, key, name))

    async def delete(self, key: int) -> None:
        """Forget a run and all its events, also where the disk is full."""
        await self._free(lambda connection: _delete(connection, [key]))

    async def interrupt(self, reason: str, now: float) -> int:
        """End the runs that were under way when the server last ended; return how many there were.

        Where that cannot be written they are shown as ended, and the next sweep writes it. Call it before any run is.
        """
        found = self._left = Leftovers(await self._read(under_way), reason, now)
        await self._write_left()
        return len(found)

    async def _write_left(self) -> None:
        if self._left:
            await self._free(self._left.write)
            self._left = Leftovers()

    async def sweep(self, *, before: float, max_bytes: float) -> list[str]:
        """Delete ended runs from before a time, then the oldest until all fit; return the ids of those deleted."""
        gone = await self._free(lambda connection: _sweep(connection, before, max_bytes))
        await self._write_left()
        return gone

    async def _free(self, write: Callable[[Connection], T]) -> T:
        try:
            return await self._writer.ask(write)
        except StoreError as error:
            if error.kind != "full":
                raise
        self._reserve.release()
        try:
            return await self._writer.ask(write)
        finally:
            await asyncio.to_thread(self._give_back)

    def _give_back(self) -> None:
        """Let the disk have what was deleted."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except DBAPIError as error:  # what was asked for is done; the room comes with a later write
            log.warning("no_room_given_back", reason=str(explain(error)))
        self._reserve.hold()

    async def find(self, run_id: str) -> Saved | None:
        """Return a run, None where there is none."""
        return await self._one(RunRow.id == run_id)

    async def find_repeated(self, client: str, idempotency_key: str) -> Saved | None:
        """Return the run that a client made with an idempotency key."""
        asked = (RunRow.client == client) & (RunRow.idempotency_key == idempotency_key)
        return await self._one(asked)

    async def _one(self, where: ColumnElement[bool]) -> Saved | None:
        row = await self._read(lambda connection: connection.execute(select(*_SAVED).where(where)).first())
        return None if row is None else self._left.seen(Saved(*row))

    async def listing(
        self, *, offset: int, limit: int, states: Sequence[str] = (), client: str | None = None
    ) -> tuple[int, list[Saved]]:
        """Return how many runs there are, of all clients or of one, and a page of them, the newest first."""

        def read(connection: Connection) -> tuple[int, list[Saved]]:
            wanted: list[ColumnElement[bool]] = [RunRow.state.in_(states)] if states else []
            if client is not None:
                wanted.append(RunRow.client == client)
            total = connection.execute(select(func.count()).select_from(RunRow).where(*wanted)).scalar_one()
            page = select(*_SAVED).where(*wanted).order_by(RunRow.key.desc()).offset(offset).limit(limit)
            return total, [Saved(*row) for row in connection.execute(page)]

        total, page = await self._read(read)
        return total, [self._left.seen(saved) for saved in page]

    async def events(self, key: int, after: int) -> list[Stored]:
        """Return a run's next events after a number, a page of about 256 kB; none where there are none."""
        page = await self._read(lambda connection: _page(connection, key, after))
        return self._left.told(key, page, after)

    def read_kind(self, key: int, kind: str) -> list[bytes]:
        """Return all of a run's events of a kind, in this thread."""
        query = select(EventRow.data).where(EventRow.run == key, EventRow.kind == kind).order_by(EventRow.number)
        return self.read(lambda connection: list(connection.execute(query).scalars()))

    def read_steps(
        self, key: int, after: int, last: int | None, every: int, limit: int = -1
    ) -> list[tuple[int, bytes]]:
        """Return a page of a run's steps after one, up to a last one, those divisible by `every`, in this thread."""
        query = select(EventRow.step, EventRow.data).where(
            EventRow.run == key, EventRow.kind == "step", EventRow.step > after, EventRow.step % every == 0
        )
        if last is not None:
            query = query.where(EventRow.step <= last)
        query = query.order_by(EventRow.step).limit(limit)
        return self.read(lambda connection: [(step, data) for step, data in _fitting(connection, query)])

    async def _read(self, read: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self.read, read)

    def read(self, read: Callable[[Connection], T]) -> T:
        """Call `read` with a connection, in this thread; raise StoreError."""
        try:
            with self.engine.connect() as connection:
                return read(connection)
        except DBAPIError as error:
            problem = explain(error)
            if problem.kind == "corrupt":
                suspect(self._folder)
            raise problem from error


def _page(connection: Connection, key: int, after: int) -> list[Stored]:
    columns = (EventRow.number, EventRow.kind, EventRow.step, EventRow.data)
    query = select(*columns).where(EventRow.run == key, EventRow.number > after).order_by(EventRow.number)
    return [Stored(*row) for row in _fitting(connection, query)]


def _fitting(connection: Connection, query: Any) -> list[Any]:
    """Return the first rows of a query, as many as fit a page; the data is the last column."""
    page: list[Any] = []
    size = 0
    with connection.execution_options(yield_per=16).execute(query) as rows:
        for row in rows:
            page.append(row)
            size += len(row[-1])
            if size >= PAGE_BYTES:
                break
    return page


def _rename(connection: Connection, key: int, name: str) -> None:
    connection.execute(update(RunRow).where(RunRow.key == key).values(name=name))


def _delete(connection: Connection, keys: Sequence[int]) -> None:
    connection.execute(delete(EventRow).where(EventRow.run.in_(keys)))
    connection.execute(delete(RunRow).where(RunRow.key.in_(keys)))


def _sweep(connection: Connection, before: float, max_bytes: float) -> list[str]:
    ended = select(RunRow.key, RunRow.id, RunRow.created, RunRow.num_bytes)
    ended = ended.where(RunRow.state.not_in(UNDER_WAY)).order_by(RunRow.key)
    total = connection.execute(select(func.coalesce(func.sum(RunRow.num_bytes), 0))).scalar_one()
    gone: list[tuple[int, str]] = []
    for key, run_id, created, size in connection.execute(ended):
        if created >= before and (max_bytes <= 0 or total <= max_bytes):
            continue
        total -= size
        gone.append((key, run_id))
    if gone:
        _delete(connection, [key for key, _ in gone])
    return [run_id for _, run_id in gone]
