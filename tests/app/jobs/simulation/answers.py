"""The answers of the store's writer: whether they come in the order of asking. Some are lost, so that a write is kept
and said to have failed."""

import asyncio
from collections.abc import Callable
from typing import Any

from skipscope.app.jobs.database import StoreError
from tests.app.jobs.simulation.disk import Disk

LOST = 0.5
"""The share of lost answers among appended events, of that of failed transactions."""
Ask = Callable[..., asyncio.Future[Any]]
Answer = Callable[[asyncio.Future[Any], Any], None]


class Answers:
    """The writes that were asked for and are not answered yet, by their numbers."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._numbers: dict[asyncio.Future[Any], int] = {}
        self._lost: set[asyncio.Future[Any]] = set()
        self._asked = self._answered = 0

    def counting(self, ask: Ask) -> Ask:
        """Return a writer's `ask` that counts."""

        def counted(writer: Any, write: Any) -> asyncio.Future[Any]:
            future = ask(writer, write)
            self._asked += 1
            self._numbers[future] = self._asked
            return future

        return counted

    def losing(self, append: Ask) -> Ask:
        """Return a store's `append` of which some answers are lost."""

        def lost(store: Any, *given: Any) -> asyncio.Future[Any]:
            future, disk = append(store, *given), self._disk
            if disk.rare and disk.loop.dice.random() < LOST * disk.rare:
                self._lost.add(future)
            return future

        return lost

    def resolving(self, resolve: Answer, fail: Answer) -> Answer:
        """Return how a writer says that something is kept."""

        def resolved(future: asyncio.Future[Any], result: Any) -> None:
            self._look(future)
            if future in self._lost:
                self._disk.troubles += 1
                fail(future, StoreError("broken", "The runs' database failed: its answer is lost."))
            else:
                resolve(future, result)

        return resolved

    def failing(self, fail: Answer) -> Answer:
        """Return how a writer says that something is not kept."""

        def failed(future: asyncio.Future[Any], error: Exception) -> None:
            self._look(future)
            fail(future, error)

        return failed

    def _look(self, future: asyncio.Future[Any]) -> None:
        number = self._numbers.pop(future, self._answered)
        if number < self._answered:
            self._disk.loop.wrong.append(f"write {number} is answered after write {self._answered}")
        self._answered = max(number, self._answered)
