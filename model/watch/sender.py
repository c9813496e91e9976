"""The thread that sends a run: it takes records from the ring, and ends within a bound when the training does."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from skipscope.model.watch.batch import MAX_STEPS, Row, encode
from skipscope.model.watch.delivery import Delivery
from skipscope.model.watch.link import Link
from skipscope.model.watch.ring import ENOUGH_NUMBERS, Ring, Waiting, num_numbers
from skipscope.model.watch.rows import Rows

BATCH_SECONDS = 0.25
POLL_SECONDS = 2.0
END_SECONDS = 5.0
"""The end of a training waits for its sender so long, and a second more for what is left to reach the file."""


class Sender:
    """One run's sender. `about` has the words of the request that begins the run, without its names."""

    def __init__(
        self, ring: Ring, link: Link | None, *, key: str, about: dict[str, Any], path: Path, say: Callable[[str], None]
    ) -> None:
        self._ring, self._link, self._key, self._about = ring, link, key, about
        self.path, self._say = path, say
        self._rows: Rows | None = None
        self._delivery: Delivery | None = None
        self._closing = threading.Event()
        self._end = ("done", "")
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="skipscope-sender", daemon=True)
        self._thread.start()

    @property
    def looking(self) -> bool:
        """Return whether somebody looks at the run."""
        return self._delivery is not None and self._delivery.looking

    @property
    def is_wanted(self) -> bool:
        """Return whether records are wanted still."""
        return self._delivery is None or self._delivery.is_wanted

    @property
    def file(self) -> Path | None:
        """Return the file with what was not delivered; None if there is nothing."""
        return self.path if self._delivery is not None and self._delivery.has_rest else None

    def close(self, state: str, reason: str = "", seconds: float = END_SECONDS) -> None:
        """Send what is left, or write it into the file, and end; within about `seconds` and one."""
        self._end = (state, reason)
        self._closing.set()
        self._ring.news.set()
        self._thread.join(seconds)
        if self._thread.is_alive() and self._link is not None:
            self._link.abort()
            self._thread.join(1.0)
        if self._thread.is_alive():  # it waits for the system, such as for a name's address
            self._keep_rest()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # the training goes on, whatever happens here
            self._say(f"the sender broke ({type(error).__name__}: {error}). Nothing more is recorded.")
            if self._delivery is not None:
                self._delivery.is_wanted = False

    def _work(self) -> None:
        polled = time.monotonic()
        while not self._closing.is_set():
            self._ring.news.wait(POLL_SECONDS)
            if not (self._ring.has_enough or self._closing.is_set()):
                self._ring.news.clear()
                self._ring.news.wait(BATCH_SECONDS)
            self._ring.news.clear()
            if self._pass_on(self._ring.take()):
                polled = time.monotonic()
            elif self._delivery is not None and time.monotonic() - polled >= POLL_SECONDS:
                self._delivery.poll()
                polled = time.monotonic()
        self._pass_on(self._ring.take())
        if self._delivery is not None and not self._is_over:
            self._delivery.finish(*self._end)

    def _pass_on(self, waiting: Sequence[Waiting]) -> bool:
        """Put records on their way; return whether there were any."""
        if not waiting or not self.is_wanted or self._is_over:
            return False
        rows = self._rows
        if rows is None:
            rows = self._rows = Rows(waiting[0].record)
        if self._delivery is None:
            run = {**self._about, "names": rows.schema.model_dump(mode="json")}
            self._delivery = Delivery(self._link, self._key, run, self.path, self._say)
        self._delivery.deliver(_encoded(rows, waiting))
        return True

    def _keep_rest(self) -> None:
        """Write into the file what the thread cannot send any more; it finds nothing to do when it wakes."""
        self._is_over = True
        if self._delivery is not None and self._rows is not None:
            self._delivery.take_over(_encoded(self._rows, self._ring.take()))


def _encoded(rows: Rows, waiting: Sequence[Waiting]) -> list[bytes]:
    return [encode(part) for part in _parts([rows.row(one) for one in waiting], waiting)]


def _parts(rows: Sequence[Row], waiting: Sequence[Waiting]) -> list[list[Row]]:
    """Divide rows into batches of about 64 kB."""
    parts: list[list[Row]] = []
    size = ENOUGH_NUMBERS
    for row, one in zip(rows, waiting, strict=True):
        own = num_numbers(one.record.schema)
        if size + own > ENOUGH_NUMBERS or len(parts[-1]) >= MAX_STEPS:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += own
    return parts
