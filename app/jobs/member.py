"""One part of a job, as the leader of the job sees it: its name, its latest findings, and how far it is."""

from collections.abc import Callable, Sequence

import orjson

from skipscope.app.executors.base import Event
from skipscope.app.jobs.live import LiveJob
from skipscope.model.jobs.events import FINDINGS


class Member:
    """A part's way to its leader."""

    def __init__(self, whole: LiveJob, wake: Callable[[], None]) -> None:
        self._whole, self._wake = whole, wake
        self.name = ""
        self.share = 0.0
        """Of its work that is done, from 0 to 1."""
        self.has_result = False
        self.is_new = False
        """Whether it has found more than was taken."""
        self._found: bytes | None = None

    @property
    def id(self) -> str:
        """Return the id of the whole job."""
        return self._whole.id

    @property
    def watched(self) -> bool:
        """Return whether a reader waits for the whole job's next event."""
        return self._whole.watched

    def hear(self, events: Sequence[Event]) -> list[Event]:
        """Take the part's findings; return its other events."""
        rest: list[Event] = []
        for event in events:
            if event.kind in FINDINGS:
                self._found, self.is_new = event.data, True
                if event.kind == "result":
                    self.has_result, self.share = True, 1.0
            elif event.kind == "progress":
                progress = orjson.loads(event.data)
                self.share = progress["done"] / max(1, progress["total"])
            else:
                rest.append(event)
        if len(rest) < len(events):
            self._wake()
        return rest

    def note(self) -> None:
        """Take note that the part's state has changed."""
        self._wake()

    def take(self) -> bytes | None:
        """Return the latest findings, as JSON."""
        self.is_new = False
        return self._found
