"""A view's place in a notebook: an anywidget that holds no data. Numbers, modules and styles go as binary messages, at
most four times a second, so that they arrive while a cell trains.

A kernel that trains does not hear the page. Until the page has answered, all is sent again after 1, 2, 4 … seconds.
"""

import gzip
import json
import threading
import time
from typing import Any

import anywidget
import traitlets

from skipscope.model.show import assets
from skipscope.model.show.timeline import Timeline

PAUSE = 0.25
"""Seconds between two messages, at least."""
PACKING = 1


class Widget(anywidget.AnyWidget):
    """The page's half is static/js/pages/notebook-loader.js."""

    _esm = assets.loader()
    view = traitlets.Unicode().tag(sync=True)
    """The view's name, which is all that the page and a saved notebook know of it."""

    page_has_modules = False
    """Whether a page of this kernel has answered that it has modules and styles. One for all views."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(view=timeline.id)
        self._timeline = timeline
        self._lock = threading.RLock()
        self._sent, self._heard = 0, False
        self._repeat, self._repeated = 1.0, -1.0
        self._spoke = 0.0
        self.on_msg(self._hear)

    def is_due(self) -> bool:
        """Say whether the pause since the last message is over."""
        return time.monotonic() - self._spoke >= PAUSE

    def push(self) -> None:
        """Send what the page does not have yet."""
        with self._lock:
            self._spoke = time.monotonic()
            if not self._heard and self._spoke >= self._repeated + self._repeat:
                is_first = self._repeated < 0
                self._repeat = self._repeat if is_first else self._repeat * 2
                self._repeated = self._spoke
                # the page that has modules may be another one than that of this view
                has_all = is_first and Widget.page_has_modules
                self._send_all(modules=not has_all, plotly=not has_all)
            elif self._timeline.last > self._sent:
                self._send_events(self._sent)

    def _send_all(self, *, modules: bool, plotly: bool) -> None:
        if modules:
            self.send({"of": "modules"}, [assets.module(), assets.styles()])
        if plotly:
            self.send({"of": "plotly"}, [assets.plotly()])
        first = json.dumps(self._timeline.first(), separators=(",", ":"), allow_nan=False)
        self.send({"of": "first"}, [gzip.compress(first.encode(), PACKING)])
        self._send_events(0)

    def _send_events(self, after: int) -> None:
        last = self._timeline.last
        self.send({"of": "events", "after": after, "last": last}, [gzip.compress(self._timeline.after(after), PACKING)])
        self._sent = last

    def _hear(self, _: Any, said: Any, buffers: list[bytes]) -> None:
        """Answer the page: `modules` and `plotly` say that it has them, `last` is the newest event that it has."""
        with self._lock:
            self._heard = True
            Widget.page_has_modules = True
            last = said["last"]
            if last is None:
                self._send_all(modules=not said["modules"], plotly=not said["plotly"])
            elif last < self._timeline.last:
                self._send_events(last)
