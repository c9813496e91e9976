"""Answers that are kept by their request, the latest used, up to a weight in all."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers by key; `weigh` says what one counts against `most`, 1 by default."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._known: OrderedDict[str, T] = OrderedDict()
        self._weight = 0

    def get(self, key: str) -> T | None:
        """Return an answer and mark it as used."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def put(self, key: str, answer: T) -> None:
        """Remember an answer, forgetting those that were not used for the longest time."""
        known = self._known.pop(key, None)
        if known is not None:
            self._weight -= self._weigh(known)
        self._known[key] = answer
        self._weight += self._weigh(answer)
        while self._weight > self._most:
            _, old = self._known.popitem(last=False)
            self._weight -= self._weigh(old)
