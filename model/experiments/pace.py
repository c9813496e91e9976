"""How often an experiment shows what it has: at once, and then each second."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from skipscope.model.jobs.events import partial, progress
from skipscope.model.jobs.job import Event

EVERY_SECONDS = 1.0


class Pace:
    """The events after each piece of work."""

    def __init__(self, done: int, total: int, figure_of: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._begin, self._done, self._total, self._figure_of = done, done, total, figure_of
        self._started, self._shown = time.monotonic(), -EVERY_SECONDS

    def after(self, find: Callable[[], dict[str, Any]]) -> Iterator[Event]:
        """Count a piece of work; yield how far it is, and what there is if that was not shown lately."""
        self._done += 1
        taken = time.monotonic() - self._started
        left = taken / (self._done - self._begin) * (self._total - self._done)
        yield progress(self._done, self._total, round(left, 1))
        if taken - self._shown >= EVERY_SECONDS:
            self._shown = taken
            found = find()
            yield partial(found, self._figure_of(found))
