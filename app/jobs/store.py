"""Jobs and their events in the database. Readers get what is written, so that nothing they got can be lost."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, bindparam, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from skipscope.app.jobs.appending import conclude, keep, written
from skipscope.app.jobs.database import FILE, StoreError, explain, hold, open_engine, suspect
from skipscope.app.jobs.disk_reserve import Reserve
from skipscope.app.jobs.interrupted import Interrupted, under_way
from skipscope.app.jobs.pages import Pages
from skipscope.app.jobs.place import Place
from skipscope.app.jobs.reading import SAVED, page_of, saved_of
from skipscope.app.jobs.rows import Kept, Saved, Stored
from skipscope.app.jobs.seated import seat_of
from skipscope.app.jobs.sweeping import Swept, delete_jobs, sweep
from skipscope.app.jobs.tables import EventRow, JobRow
from skipscope.app.jobs.writer import Writer

T = TypeVar("T")
READERS = 4
log = structlog.get_logger("store")

# made once: to write a statement down takes longer than to have it done
_CREATE = insert(JobRow).returning(JobRow.key)
_KEPT = (
    select(JobRow.key, JobRow.id, JobRow.client, JobRow.weights_bytes)
    .where(JobRow.weights_bytes > 0)
    .order_by(JobRow.key)
)
_FIND = select(*SAVED).where(JobRow.id == bindparam("id"))
_REPEATED = select(*SAVED).where(
    JobRow.client == bindparam("client"), JobRow.idempotency_key == bindparam("idempotency_key")
)


class Store:
    """The jobs' database. Writes are futures in the order of asking; reads run beside them."""

    def __init__(self, folder: Path) -> None:
        self._lock = hold(folder)
        self._folder = folder
        self._reserve = Reserve(folder)
        self.engine: Engine = self._open()
        self._interrupted = Interrupted()
        self._left: tuple[str, float] | None = None
        """Why and when the jobs of the last server ended, while it is not known yet which they are."""
        self._first: int | None = None
        """The key of the first job that is this server's own."""
        self._place, self.pages = Place(folder, self.file), Pages(self.events)
        self._reserve.hold()
        self._writer = Writer(self.engine, lambda: suspect(folder), self.lost)
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

    def lost(self) -> StoreError | None:
        """Return why nothing is kept any more: the folder or the file is not the one that was opened."""
        said = self._place.lost()
        if said is None:
            return None
        return StoreError("lost", f"{said}: nothing that is recorded now would be found. Restart the server.")

    def create(self, row: dict[str, Any]) -> "asyncio.Future[int]":
        """Keep a new job, of the seat that it is started from, and return its key.

        Raise IntegrityError if the client has used the idempotency key.
        """

        def write(connection: Connection) -> int:
            key = connection.execute(_CREATE, {**row, "seat": seat_of(connection, row)}).scalar_one()
            self._first = self._first or key
            return key

        return self._writer.ask(write)

    def append(self, key: int, events: Sequence[Stored], now: dict[str, Any]) -> "asyncio.Future[None]":
        """Keep a job's next events, and its state as it is `now`: state, reason, ended, digest.

        The future has a LookupError where the events before them are not kept, or the job is deleted.
        """
        rows, totals = written(key, events, now)
        return self._writer.ask(lambda connection: keep(connection, rows, totals))

    async def conclude(self, key: int, last: Stored, now: dict[str, Any]) -> None:
        """Keep a job's terminal status, also while the disk is full; raise LookupError as `append` does.

        Events that are kept and nobody was told, as where a write was done and its answer lost, make room for it.
        """
        rows, totals = written(key, [last], now)
        await self._free(lambda connection: conclude(connection, rows, totals))
        self.pages.forget(key)

    def annotate(self, key: int, values: Mapping[str, str]) -> "asyncio.Future[Any]":
        """Give a job another name, tags or notes."""
        change = update(JobRow).where(JobRow.key == key).values(**values)
        return self._writer.ask(lambda connection: connection.execute(change).rowcount)

    async def kept_weights(self) -> list[Kept]:
        """Return the weights that are kept, the oldest first."""
        return await self._read(lambda connection: [Kept(*row) for row in connection.execute(_KEPT)])

    async def lose_weights(self, keys: Sequence[int], note: str) -> None:
        """Take down that the weights of some runs are gone, and why, also while the disk is full."""
        gone = update(JobRow).where(JobRow.key.in_(keys)).values(weights_bytes=0, weights_note=note)
        if keys:
            await self._free(lambda connection: connection.execute(gone))

    async def delete(self, key: int) -> None:
        """Forget a job and all its events, also while the disk is full."""
        await self._free(lambda connection: delete_jobs(connection, [key]))
        self.pages.forget(key)

    async def interrupt(self, reason: str, now: float) -> int:
        """End the jobs that were under way when the server last ended; return how many there were.

        The next reader or sweep tries again if the store cannot do it now; until it is written, they are shown as
        ended. Call it before any run is.
        """
        self._left, self._first = (reason, now), None
        await self._look_back()
        found = len(self._interrupted)
        await self._write_interrupted()
        return found

    async def _look_back(self) -> None:
        """Find out which jobs the last server left under way, unless that is known."""
        left = self._left
        if left is None:
            return
        found = await self._read(under_way)
        if self._left is left:
            first = self._first  # asked now: it was known before the first row of this server could be read
            before = {key: last for key, last in found.items() if first is None or key < first}
            self._interrupted, self._left = Interrupted(before, *left), None

    async def _write_interrupted(self) -> None:
        await self._look_back()
        if self._interrupted:
            await self._free(self._interrupted.write)
            self._interrupted = Interrupted()

    async def sweep(self, *, before: float, max_bytes: float) -> Swept:
        """Delete ended jobs from before a time, then some until all fit, in the order of `sweeping`."""
        gone = await self._free(lambda connection: sweep(connection, before, max_bytes))
        await self._write_interrupted()
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

    def write(self, change: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Have `change` called with a connection in the order of asking; the future has its result once it is kept."""
        return self._writer.ask(change)

    async def fetch(self, read: Callable[[Connection], T]) -> T:
        """Call `read` with a connection beside the writes; raise StoreError."""
        return await self._read(read)

    async def erase(self, change: Callable[[Connection], T]) -> T:
        """Have `change` delete something, also while the disk is full."""
        return await self._free(change)

    async def find(self, job_id: str) -> Saved | None:
        """Return a job, None if there is none."""
        return await self._one(_FIND, id=job_id)

    async def find_repeated(self, client: str, idempotency_key: str) -> Saved | None:
        """Return the job that a client made with an idempotency key."""
        return await self._one(_REPEATED, client=client, idempotency_key=idempotency_key)

    async def _one(self, query: Any, **wanted: str) -> Saved | None:
        await self._look_back()

        def read(connection: Connection) -> Saved | None:
            row = connection.execute(query, wanted).first()
            return None if row is None else saved_of(row, connection)

        interrupted = self._interrupted  # it may be written, and let go, while the row as it was is on its way
        saved = await self._read(read)
        return None if saved is None else interrupted.corrected(saved)

    async def listing(
        self, *, offset: int, limit: int, kinds: Sequence[str] | None = None, states: Sequence[str] = (),
        client: str | None = None, conditions: Sequence[ColumnElement[bool]] = (),
    ) -> tuple[int, list[Saved]]:  # fmt: skip
        """Return how many jobs there are that meet all conditions, and a page of them, the newest first."""

        def read(connection: Connection) -> tuple[int, list[Saved]]:
            wanted = [*conditions, *([JobRow.state.in_(states)] if states else [])]
            if kinds is not None:
                wanted.append(JobRow.kind.in_(kinds))
            if client is not None:
                wanted.append(JobRow.client == client)
            total = connection.execute(select(func.count()).select_from(JobRow).where(*wanted)).scalar_one()
            page = select(*SAVED).where(*wanted).order_by(JobRow.key.desc()).offset(offset).limit(limit)
            return total, [saved_of(row, connection) for row in connection.execute(page).all()]

        await self._look_back()
        interrupted = self._interrupted
        total, page = await self._read(read)
        return total, [interrupted.corrected(saved) for saved in page]

    async def events(self, key: int, after: int) -> list[Stored]:
        """Return a job's next events after a number, a page of about 256 kB; none where there are none."""
        await self._look_back()
        interrupted = self._interrupted
        page = await self._read(lambda connection: page_of(connection, key, after))
        return interrupted.with_end(key, page, after)

    def read_last(self, key: int, kinds: Sequence[str]) -> bytes | None:
        """Return the latest of a job's events of some kinds, in this thread; None if there is none."""
        found = select(EventRow.data).where(EventRow.run == key, EventRow.kind.in_(kinds))
        query = found.order_by(EventRow.number.desc()).limit(1)
        return self.read(lambda connection: connection.execute(query).scalar())

    async def query(self, read: Callable[[Connection], T]) -> T:
        """Call `read` with a connection, in a thread for readers; raise StoreError."""
        return await self._read(read)

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
