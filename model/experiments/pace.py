"""How often an experiment shows what it has: at once, and then each second."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from skipscope.model.jobs.events import partial, progress, result
from skipscope.model.jobs.job import Event, Stopped

EVERY_SECONDS = 1.0

Found = dict[str, Any]


class Pace:
    """The events of an experiment: those after each piece of work, and the result."""

    def __init__(
        self, done: int, total: int, find: Callable[[], Found], figure_of: Callable[[Found], dict[str, Any] | None]
    ) -> None:
        """`done` of `total` pieces are behind; `find` returns what there is until now."""
        self._begin, self._done, self._total, self._find, self._figure_of = done, done, total, find, figure_of
        self._started, self._shown = time.monotonic(), -EVERY_SECONDS

    def events(self, work: Iterable[bool]) -> Generator[Event | None]:
        """Do the work; True is said after a piece that counts, False where it can be stopped. Then, or when it is
        stopped before its end, yield the result of what there is."""
        try:
            for counts in work:
                if counts:
                    yield from self._after()
                else:
                    yield None
        except Stopped:
            pass  # the pieces so far count
        found = self._find()
        yield result(found, self._figure_of(found))

    def _after(self) -> Iterator[Event]:
        self._done += 1
        taken = time.monotonic() - self._started
        left = taken / (self._done - self._begin) * (self._total - self._done)
        yield progress(self._done, self._total, round(left, 1))
        if taken - self._shown >= EVERY_SECONDS:
            self._shown = taken
            found = self._find()
            yield partial(found, self._figure_of(found))
