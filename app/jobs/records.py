"""A run's records, read from the file by another process than the server's. It writes nothing. Its SQL is written
out, for the library that the store uses would take longer to load than most exports."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from skipscope.app.wire.upgrade import of_run

PAGE_BYTES = 262_144
BUSY_SECONDS = 10
MOST_LOGGED = 200


class Gone(Exception):  # noqa: N818  (what happened)
    """The run was deleted while it was read."""


class Records(Protocol):
    """A reader of one run's events."""

    def read_kind(self, key: int, kind: str) -> list[bytes]:
        """Return all of a run's events of a kind."""
        ...

    def read_logged(self, key: int) -> list[str]:
        """Return the names of the numbers that a caller logged."""
        ...

    def read_steps(
        self, key: int, after: int, last: int | None, every: int, limit: int = -1
    ) -> list[tuple[int, bytes]]:
        """Return a page of a run's steps after one, up to a last one, those divisible by `every`."""
        ...


class FileRecords:
    """Read the database's file, a page in a transaction: a slow reader holds none open."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_SECONDS, uri=True)
        self._forms: dict[int, Callable[[str, bytes], bytes]] = {}

    def read_kind(self, key: int, kind: str) -> list[bytes]:
        """Return all of a run's events of a kind."""
        present = self._present(key)
        return [present(kind, data) for data in self._kind(key, kind)]

    def _kind(self, key: int, kind: str) -> list[bytes]:
        found = self._file.execute("SELECT data FROM events WHERE run = ? AND kind = ? ORDER BY number", (key, kind))
        return [data for (data,) in found]

    def _present(self, key: int) -> Callable[[str, bytes], bytes]:
        """Return what brings a run's events into the present form, whatever version of the server stored them."""
        if key not in self._forms:
            schema = self._kind(key, "schema")[:1]
            old = of_run(schema[0], lambda: self._kind(key, "change")) if schema else None
            if old is None:
                return lambda _, data: data
            self._forms[key] = old.upgrade
        return self._forms[key]

    def read_logged(self, key: int) -> list[str]:
        """Return the names of the numbers that the caller of a run elsewhere logged, at most `MOST_LOGGED`."""
        query = (
            "SELECT DISTINCT logged.key FROM events, json_each(CAST(data AS TEXT), '$.variants[0].logged') AS logged "
            "WHERE run = ? AND kind = 'step' ORDER BY number LIMIT ?"
        )
        return [name for (name,) in self._file.execute(query, (key, MOST_LOGGED))]

    def read_last(self, key: int, kinds: Sequence[str]) -> bytes | None:
        """Return the latest of a job's events of some kinds; None if there is none."""
        marks = ", ".join("?" * len(kinds))
        query = f"SELECT data FROM events WHERE run = ? AND kind IN ({marks}) ORDER BY number DESC LIMIT 1"  # noqa: S608  (marks)
        found = self._file.execute(query, (key, *kinds)).fetchone()
        return None if found is None else found[0]

    def count(self, key: int, first: int, last: int | None, every: int) -> int:
        """Count the steps of a span."""
        return int(
            self._file.execute(
                "SELECT count(*) FROM events WHERE run = ? AND kind = 'step' AND step >= ? AND step <= ? "
                "AND step % ? = 0",
                (key, first, 2**62 if last is None else last, every),
            ).fetchone()[0]
        )

    def read_steps(
        self, key: int, after: int, last: int | None, every: int, limit: int = -1
    ) -> list[tuple[int, bytes]]:
        """Return a page of a run's steps; raise Gone where there are no more because the run was deleted."""
        present = self._present(key)
        rows = self._file.execute(
            "SELECT step, data FROM events WHERE run = ? AND kind = 'step' AND step > ? AND step <= ? AND step % ? = 0 "
            "ORDER BY step LIMIT ?",
            (key, after, 2**62 if last is None else last, every, limit),
        )
        page: list[tuple[int, bytes]] = []
        size = 0
        for step, data in rows:
            page.append((step, present("step", data)))
            size += len(data)
            if size >= PAGE_BYTES:
                break
        rows.close()
        if not page and self._file.execute("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone() is None:
            raise Gone
        return page
