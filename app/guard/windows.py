"""Counts over a minute that slides: those of the minute before weigh less, the longer this one lasts.

Nothing has to be looked through for what is over: with each minute all counts of the one before the last are let go.
"""

import math
import time

MINUTE = 60


class Windows:
    """How often something happened, by its key; a new minute does not allow everything at once."""

    def __init__(self) -> None:
        self._minute = 0
        self._now: dict[tuple[str, ...], int] = {}
        self._before: dict[tuple[str, ...], int] = {}

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._now) + len(self._before)

    def wait(self, most: int, *key: str) -> int:
        """Count one and return 0, or return for how many seconds there is no place for one more of `most` a minute."""
        wait = self.full(most, *key)
        if not wait:
            self._now[key] = self._now.get(key, 0) + 1
        return wait

    def full(self, most: int, *key: str) -> int:
        """Return the same without counting."""
        rest = self._rest()
        before, now = self._before.get(key, 0), self._now.get(key, 0)
        if before * rest / MINUTE + now < most:
            return 0
        # until what remains of the minute before weighs little enough, or else until this minute is the one before
        wait = rest - MINUTE * (most - now) / before if now < most else rest
        return math.floor(wait) + 1

    def _rest(self) -> float:
        """Return the seconds that are left of this minute, and begin it if it is a new one."""
        minute, passed = divmod(time.time(), MINUTE)
        if minute != self._minute:
            self._before = self._now if minute == self._minute + 1 else {}
            self._now, self._minute = {}, int(minute)
        return MINUTE - passed
