"""Functions that are told of each record as it is made, and of the end of the recording."""

from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")
Listener = Callable[[R | None], None]
"""Called with each record, and with None when the recording ends."""


class Listeners(Generic[R]):
    """The listeners of one recording. One that raises an exception is removed, and the training goes on."""

    def __init__(self) -> None:
        self._all: list[Listener[R]] = []

    def add(self, listener: Listener[R]) -> Callable[[], None]:
        """Add a listener; return the function that removes it."""
        self._all.append(listener)
        return lambda: self._remove(listener)

    def _remove(self, listener: Listener[R]) -> None:
        if listener in self._all:
            self._all.remove(listener)

    def tell(self, record: R | None) -> list[str]:
        """Call all of them; return a sentence for each that raised an exception."""
        problems: list[str] = []
        for listener in list(self._all):
            try:
                listener(record)
            except Exception as error:  # a view that breaks ends no training
                self._remove(listener)
                problems.append(f"a view of the records broke ({type(error).__name__}: {error}) and gets no more.")
        return problems
