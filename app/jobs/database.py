"""The one file under the data folder: held by one server, in WAL mode, brought up to date, set aside if damaged."""

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import structlog
from alembic import command
from alembic.config import Config
from filelock import FileLock, Timeout
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError

FILE = "runs.db"
LOCK = "server.lock"
SUSPECT = "damaged"
"""The file that says that damage was met: the database is looked through at the next start."""
BUSY_SECONDS = 1
CACHE_KIB = 512
"""Of the file, for each connection of the server."""
MIGRATIONS = Path(__file__).with_name("migrations")
log = structlog.get_logger("store")


class StoreError(Exception):
    """The store cannot do what is asked, as its message says. `kind`: full, locked, corrupt, lost, closed, broken."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class FolderTakenError(Exception):
    """Another server works on the data folder."""


# what SQLite says, in part, and what that means
_MEANINGS = (
    ("disk is full", "full", "The disk under the data folder is full. Free space there, or delete runs."),
    ("is locked", "locked", "Another program holds the runs' database. Close it; the server tries again by itself."),
    ("malformed", "corrupt", "The runs' database is damaged. Restart the server: it sets the file aside."),
    ("not a database", "corrupt", "The runs' database is damaged. Restart the server: it sets the file aside."),
)


def explain(error: Exception) -> StoreError:
    """Turn a database's error into one for people."""
    said = str(getattr(error, "orig", None) or error)
    for part, kind, message in _MEANINGS:
        if part in said:
            return StoreError(kind, message)
    return StoreError("broken", f"The runs' database failed: {said}.")


def suspect(folder: Path) -> None:
    """Have the database looked through at the next start."""
    with contextlib.suppress(OSError):
        (folder / SUSPECT).touch()


def hold(folder: Path) -> FileLock:
    """Take the data folder for this process, until it ends in whatever way; raise FolderTakenError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # one process may hold it twice: the command line, and then the store
        lock = FileLock(folder / LOCK, mode=0o600, is_singleton=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FolderTakenError(
            f"Another Skipscope server works on {folder.resolve()}. Stop it, or give this one a folder of its own "
            "with --data-dir."
        ) from error
    except OSError as error:
        raise FolderTakenError(
            f"The data folder {folder.resolve()} cannot be written: {error.strerror}. Name another with --data-dir."
        ) from error
    return lock


def open_engine(folder: Path) -> Engine:
    """Open the database, with all migrations applied. A damaged file is set aside and a new one begun."""
    path = folder / FILE
    _keep_private(folder)
    engine = _engine(path)
    try:
        _prepare(engine)
    except DatabaseError as error:
        engine.dispose()
        problem = explain(error)
        if problem.kind != "corrupt":
            raise problem from error
        aside = path.with_name(f"{FILE}.damaged-{int(time.time())}")
        path.rename(aside)
        path.with_name(SUSPECT).unlink(missing_ok=True)
        for suffix in ("-wal", "-shm"):
            path.with_name(FILE + suffix).unlink(missing_ok=True)
        log.error("database_set_aside", file=str(aside), reason="it is damaged; its runs are not shown any more")
        _keep_private(folder)
        engine = _engine(path)
        _prepare(engine)
    path.with_name(SUSPECT).unlink(missing_ok=True)
    return engine


def _keep_private(folder: Path) -> None:
    """Let the owner alone read the files; those that SQLite makes beside the database are as the database is."""
    os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600))
    for path in folder.glob(f"{FILE}*"):
        path.chmod(0o600)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=8, max_overflow=8,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def _tune(connection: Any, _: object) -> None:
        # NORMAL in WAL mode: a commit survives the death of the server, and costs no wait for the disk
        # pages that were read are in the system's memory once, and need not be in each connection's
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _prepare(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    path = Path(str(engine.url.database))
    # a clean end leaves no such files behind
    ended_badly = any(path.with_name(name).exists() for name in (f"{FILE}-wal", SUSPECT))
    with engine.connect() as connection:
        # both stay with the file
        for pragma in ("auto_vacuum=FULL", "journal_mode=WAL"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
    with engine.begin() as connection:
        if ended_badly and (found := connection.execute(text("PRAGMA quick_check(1)")).scalar_one()) != "ok":
            raise DatabaseError("PRAGMA quick_check", None, Exception(f"malformed: {found}"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
