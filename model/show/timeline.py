"""The events of a view in the order in which a page takes them, at most so many bytes: of a longer run, every second
recorded step is left out, then every fourth."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from skipscope.model.describe.summary import summarize
from skipscope.model.show.wire import Subject

MAX_BYTES = 16_000_000
NOTHING: Mapping[str, Any] = {}


class Timeline:
    """The run that a view shows. `latest` is the newest step; `losses` are those of each step, NaN for an unknown one.

    `request` has the settings of a training of the library, with its data set.
    """

    def __init__(
        self, subjects: Sequence[Subject], batch_size: int | None = None, name: str = "",
        request: Mapping[str, Any] = NOTHING,
    ) -> None:  # fmt: skip
        self.subjects = tuple(subjects)
        self.batch_size = batch_size
        self.id = f"notebook-{token_hex(4)}"
        self.schema: Mapping[str, Any] = NOTHING
        self.latest: Mapping[str, Any] = NOTHING
        self.losses: list[tuple[int, list[float]]] = []
        self.state = "running"
        self.thinned = 1
        self._name, self._created, self._request = name, time.time(), request
        self._events: list[tuple[int, str, bytes]] = []
        self._opening: Mapping[str, Any] = NOTHING
        self._size = self._last = self._recorded = 0

    @property
    def is_own(self) -> bool:
        """Return whether all networks are of the library: their diagram is known then."""
        return all(subject.architecture is not None for subject in self.subjects)

    @property
    def last(self) -> int:
        """Return the number of the newest event; 0 before the first."""
        return self._last

    def append(self, kind: str, data: Mapping[str, Any]) -> None:
        """Add an event."""
        if kind == "schema":
            self.schema = data
        elif kind == "step":
            self._opening = self._opening or data
            self.latest = data
            self.losses.append((data["step"], [_loss(variant) for variant in data["variants"]]))
            self._recorded += 1
        self._last += 1
        written = json.dumps({"id": self._last, "type": kind, "data": data}, separators=(",", ":"), allow_nan=False)
        self._events.append((self._last, kind, written.encode()))
        self._size += len(written)
        if self._size > MAX_BYTES:
            self._thin()

    def turn(self, state: str) -> None:
        """Say that the run has ended, or that it goes on."""
        if state != self.state:
            self.state = state
            final = {"final": True} if state != "running" else {}
            self.append("status", {"state": state, "reason": None, "queue_position": None, **final})

    def _thin(self) -> None:
        steps = [number for number, kind, _ in self._events if kind == "step"]
        left_out = set(steps[1:-1:2])
        self._events = [event for event in self._events if event[0] not in left_out]
        self._size = sum(len(written) for _, _, written in self._events)
        self.thinned *= 2

    def after(self, number: int) -> bytes:
        """Return the events after one as a JSON list."""
        return b"[" + b",".join(written for own, _, written in self._events if own > number) + b"]"

    def first(self) -> dict[str, Any]:
        """Return the first data of a page that shows this run, without its events."""
        summaries, request = self._described()
        first: dict[str, Any] = {
            "descriptions": [one["architecture"] for one in summaries],
            "summaries": summaries,
            "settings": {} if request is None else {k: v for k, v in request.items() if k != "variants"},
            "recording": {"run": self._run(request), "summaries": summaries, "events": []},
        }
        if self._opening and self.is_own:
            both = zip(self.schema["variants"], self._opening["variants"], strict=True)
            first["probe"] = {
                "comparison": self._opening["comparison"],
                "batch": self._opening.get("batch"),
                "headline": self._opening["headline"],
                "variants": [{**names, **one, "theory": None, "course": None} for names, one in both],
            }
        return first

    def _described(self) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        if not self.is_own:
            return [], None
        own = [subject.architecture for subject in self.subjects if subject.architecture is not None]
        summaries = [summarize(one).to_dict(edges=False) for one in own]
        request: dict[str, Any] = {
            "variants": [one["architecture"] for one in summaries],
            "labels": [subject.label for subject in self.subjects],
            "image_size": own[0].image_size,
            "steps": 1,
            **self._request,
        }
        return summaries, request if self.batch_size is None else {**request, "batch_size": self.batch_size}

    def _run(self, request: dict[str, Any] | None) -> dict[str, Any]:
        outside = None if request is not None else {"label": self.subjects[0].label, "parameters": None}
        return {
            "id": self.id, "name": self._name, "tags": [], "notes": "", "own": False, "state": self.state,
            "reason": None, "queue_position": None, "queue_seconds": None, "created": self._created, "ended": None,
            "recorded": self._recorded, "last_event": self._last, "request": request, "outside": outside,
            "digest": None, "weights": None, "experiment": None, "events": "", "history": "",
        }  # fmt: skip


def _loss(variant: Mapping[str, Any]) -> float:
    loss = variant["loss"]
    return math.nan if loss is None or isinstance(loss, str) else float(loss)
