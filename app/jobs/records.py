"""What a run recorded, read from the file by another process than the server's. It writes nothing. Its SQL is written
out, for the library that the store uses would take longer to load than most exports."""

import sqlite3
from pathlib import Path
from typing import Protocol

PAGE_BYTES = 262_144
BUSY_SECONDS = 10


class Gone(Exception):  # noqa: N818  (what happened)
    """The run was deleted while it was read."""


class Records(Protocol):
    """Where the events of a run are read."""

    def read_kind(self, key: int, kind: str) -> list[bytes]:
        """Return all of a run's events of a kind."""
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

    def read_kind(self, key: int, kind: str) -> list[bytes]:
        """Return all of a run's events of a kind."""
        found = self._file.execute("SELECT data FROM events WHERE run = ? AND kind = ? ORDER BY number", (key, kind))
        return [data for (data,) in found]

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
        rows = self._file.execute(
            "SELECT step, data FROM events WHERE run = ? AND kind = 'step' AND step > ? AND step <= ? AND step % ? = 0 "
            "ORDER BY step LIMIT ?",
            (key, after, 2**62 if last is None else last, every, limit),
        )
        page: list[tuple[int, bytes]] = []
        size = 0
        for step, data in rows:
            page.append((step, data))
            size += len(data)
            if size >= PAGE_BYTES:
                break
        rows.close()
        if not page and self._file.execute("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone() is None:
            raise Gone
        return page
