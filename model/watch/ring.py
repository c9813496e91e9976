"""The records between a training and its sender: bounded, and never waited for by the training."""

import threading
from collections import deque
from typing import NamedTuple

from skipscope.model.measure.record import BLOCK_MEASURES, TAP_MEASURES, WEIGHT_MEASURES, Record, Schema

MAX_NUMBERS = 4_000_000
"""About 128 MB of Python's numbers at most."""
ENOUGH_NUMBERS = 8_192
"""64 kB: so many are sent at once."""


class Waiting(NamedTuple):
    """A record on its way, with the time and the numbers that belong to it."""

    record: Record
    elapsed: float
    lr: float | None
    logged: "dict[str, object]"


class Ring:
    """Records in order, at most so many numbers; further ones are counted and left out."""

    def __init__(self, most: int = MAX_NUMBERS) -> None:
        self._most = most
        self._waiting: deque[tuple[Waiting, int]] = deque()
        self.added = self.removed = self.lost = 0
        """Numbers that came and went, each counted by one thread alone; records that were left out."""
        self.news = threading.Event()

    @property
    def num_numbers(self) -> int:
        """Count the numbers that wait."""
        return self.added - self.removed

    @property
    def is_crowded(self) -> bool:
        """Return whether fewer records should be made."""
        return self.num_numbers > self._most // 2

    @property
    def has_enough(self) -> bool:
        """Return whether so many numbers wait that they should go at once."""
        return self.num_numbers >= ENOUGH_NUMBERS

    def put(self, waiting: Waiting) -> None:
        """Add a record, without waiting; leave it out if there is no room."""
        size = num_numbers(waiting.record.schema)
        if self.num_numbers + size > self._most:
            self.lost += 1
            return
        is_first = not self._waiting
        self._waiting.append((waiting, size))
        self.added += size
        if is_first or self.has_enough:
            self.news.set()

    def take(self) -> list[Waiting]:
        """Remove all records and return them."""
        found: list[Waiting] = []
        while self._waiting:
            waiting, size = self._waiting.popleft()
            self.removed += size
            found.append(waiting)
        return found


def num_numbers(schema: Schema) -> int:
    """Return how many numbers a record has."""
    of_taps, of_weights = len(TAP_MEASURES) * len(schema.taps), len(WEIGHT_MEASURES) * len(schema.weights)
    return of_taps + of_weights + len(BLOCK_MEASURES) * len(schema.blocks)
