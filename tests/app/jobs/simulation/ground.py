"""What all schedules of a process share: one folder and the file in it."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from skipscope.app.jobs.database import open_engine
from skipscope.app.settings import Settings
from tests.app.jobs.simulation.disk import Disk


class Ground:
    """What all schedules of a process share: one folder and the file in it, opened and migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = open_engine(folder)
        self.disk = Disk(folder / "reserve")
        self.disk.watch(self.engine)
        given: dict[str, Any] = {
            "threads": 1, "heartbeat": 2, "idle_seconds": 5, "paused_seconds": 6, "max_seconds": 12,
            "max_step_seconds": 4, "keep_events": 16, "keep_days": 0, "keep_megabytes": 0,
            "kinds": "tests.app.tiny:SQUARES",
        }  # fmt: skip
        self.settings = Settings(data_dir=folder, **given)

    def clear(self) -> None:
        """Forget what the last schedule left."""
        with self.engine.begin() as connection:
            for statement in ("DELETE FROM events", "DELETE FROM runs", "DELETE FROM sqlite_sequence"):
                connection.exec_driver_sql(statement)
        for path in (*(self.folder / "states").glob("*"), *(self.folder / "weights").glob("*")):
            path.unlink()

    def let_go(self) -> None:
        """Close all connections, as the end of a process does."""
        Engine.dispose(self.engine)

    def close(self) -> None:
        """Let the file go."""
        self.let_go()
