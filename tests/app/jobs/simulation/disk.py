"""A disk that fails and is slow by a seed: every transaction of the store asks it before it begins and before it is
committed."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from tests.app.jobs.simulation.loop import VirtualLoop
from tests.app.jobs.simulation.threads import this_thread

WORDS = {"full": "database or disk is full", "locked": "database is locked", "broken": "disk I/O error"}
BUSY = 1.0


class Disk:
    """One disk for all schedules. `trouble` is what every write meets now; some `rare` ones fail alone, reads too."""

    def __init__(self, reserve: Path) -> None:
        self._reserve = reserve
        self.loop: VirtualLoop
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget all troubles."""
        self.trouble, self.ill = "", -1e9
        self.rare = self.slow = 0.0
        self.lost = False
        self.troubles = 0
        """How often something has failed."""

    def watch(self, engine: Engine) -> None:
        """Stand between an engine and its file."""
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "commit", self._commit)

    @property
    def healthy_for(self) -> float:
        """Return for how many seconds nothing has failed."""
        return 0.0 if self.trouble or self.rare or self.lost else self.loop.now - self.ill

    def get_better(self, rare: float) -> None:
        """Have as few transactions fail alone as that."""
        if self.rare != rare:
            self.rare, self.ill = rare, self.loop.now

    def heal(self) -> None:
        """End all troubles."""
        if self.healthy_for == 0.0:
            self.ill = self.loop.now
        self.trouble, self.rare, self.slow, self.lost = "", 0.0, 0.0, False

    def _begin(self, connection: Connection) -> None:
        thread = this_thread()
        if thread is None:  # the simulation itself looks
            return
        if self.slow and self.loop.dice.random() < self.slow:
            thread.sleep(self.loop.dice.choice((0.01, 0.1, 1.0, 4.0)))
        if thread.name == "store" and self.trouble == "locked":
            thread.sleep(BUSY)
        self._meet(thread.name)

    def _commit(self, connection: Connection) -> None:
        thread = this_thread()
        if thread is not None:
            self._meet(thread.name)

    def _meet(self, thread: str) -> None:
        if thread == "store" and self.trouble and not (self.trouble == "full" and self._has_room()):
            self._fail(self.trouble)
        if self.rare and self.loop.dice.random() < self.rare:
            self._fail("broken")

    def _fail(self, kind: str) -> None:
        self.troubles += 1
        raise OperationalError("simulated", None, sqlite3.OperationalError(WORDS[kind]))

    def where(self) -> str | None:
        """Say why what is written now would not be found."""
        if not self.lost:
            return None
        self.troubles += 1
        return "the folder was replaced"

    def _has_room(self) -> bool:
        return not self._reserve.exists()

    def usage(self, path: Any) -> Any:
        """Say how much is free."""
        return type("Usage", (), {"free": 0 if self.trouble == "full" else 2**34})
