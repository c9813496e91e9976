"""Notes on places that a recorder could not measure, each made once: on the record of its step, and as a warning."""

import sys
import warnings
from collections.abc import Iterable
from itertools import count

from skipscope.model.measure.plain import NOT_REAL

SHOWN = 3
OURS = frozenset({"skipscope", "torch"})


class RecorderWarning(UserWarning):
    """Something of a network is not measured; the training goes on."""


class Notes:
    """The notes of one recorder, each of which is made once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._known: set[tuple[str, str]] = set()
        self._new: list[str] = []

    def add(self, text: str, *, warn: bool = True) -> None:
        """Make a note, unless it was made before."""
        if ("", text) not in self._known:
            self._known.add(("", text))
            self._make(text, warn=warn)

    def add_all(self, problems: Iterable[tuple[str, str]]) -> None:
        """Note why places, by name, could not be measured: those that share a reason in one note."""
        by_reason: dict[str, list[str]] = {}
        for name, reason in problems:
            if (name, reason) not in self._known:
                self._known.add((name, reason))
                by_reason.setdefault(reason, []).append(name)
        for reason, names in by_reason.items():
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            # integers and masks are nothing that anybody expects to see measured
            self._make(f"{', '.join(names[:SHOWN])}{more}: passed by, because {reason}.", warn=reason != NOT_REAL)

    def take(self) -> tuple[str, ...]:
        """Return the notes that were made since the last call."""
        new = tuple(self._new)
        self._new.clear()
        return new

    def _make(self, text: str, *, warn: bool) -> None:
        self.all.append(text)
        self._new.append(text)
        if not warn:
            return
        try:
            warnings.warn(text, RecorderWarning, stacklevel=_depth_of_caller())
        except RecorderWarning:
            # a filter makes errors of warnings, and a recorder ends no training: the note is on the record
            return


def _depth_of_caller() -> int:
    """Return how far up the stack the user's code is, as seen by whoever calls this."""
    for depth in count(1):
        frame = sys._getframe(depth)
        if frame.f_back is None or frame.f_globals.get("__name__", "").partition(".")[0] not in OURS:
            return depth
    raise AssertionError("a stack has an end")
