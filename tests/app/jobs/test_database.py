"""The file: its tables are those that migrations make, and it is its owner's alone."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from skipscope.app.jobs.database import FILE, FolderTakenError, hold, open_engine
from skipscope.app.jobs.tables import Base


def test_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_the_file_is_in_wal_mode_and_ones_own(tmp_path: Path) -> None:
    open_engine(tmp_path).dispose()
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (1,)
    connection.close()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_said() -> None:
    with pytest.raises(FolderTakenError, match="cannot be written"):
        hold(Path("/proc/skipscope"))
