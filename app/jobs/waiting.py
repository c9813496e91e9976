"""The time until waiting jobs begin, by the estimates of those before them."""

import heapq
from collections.abc import Iterable, Sequence


def seconds_until(working: Iterable[float], waiting: Sequence[float], slots: int) -> list[float]:
    """Return the seconds until each waiting job begins: `working` jobs need so long still, `waiting` ones so long."""
    free = sorted(working)
    free += [0.0] * (slots - len(free))
    heapq.heapify(free)
    found: list[float] = []
    for seconds in waiting:
        start = heapq.heappop(free)
        found.append(start)
        heapq.heappush(free, start + seconds)
    return found
