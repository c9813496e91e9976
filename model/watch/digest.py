"""A run that trains elsewhere in a few numbers, for lists of runs."""

import json
import math
from typing import Any, Self

from skipscope.model.measure.record import WireNumber, number_of, wire_number
from skipscope.model.watch.request import OutsideRequest

POINTS = 48
_Point = tuple[int, WireNumber, WireNumber, WireNumber]


class OutsideDigest:
    """Keep 48 to 96 of the recorded steps, and always the last one: loss, accuracy and gradient ratio of each.

    Loss and accuracy are those that the caller logs under these names. The ratio is gradient_rms at the first block's
    output over that at the last block's; of a network without blocks, at the first and the last tap. An alert stands
    while the ratio has been outside of its band for long enough.
    """

    def __init__(self, request: OutsideRequest) -> None:
        self._label = request.label
        self._ends: tuple[int, int] | None = None
        self._points: list[_Point] = []
        self._every, self._seen = 1, 0
        self._last: _Point | None = None
        self._band = request.band
        self._left: int | None = None
        """The step at which the ratio left the band."""
        self._outside: tuple[int, float] | None = None
        """The newest step at which it was outside, and the ratio."""

    @classmethod
    def going_on(cls, request: OutsideRequest, dumped: str | None, schema: bytes | None) -> Self:
        """Return the digest of a run that was dumped, to go on with."""
        made = cls(request)
        if schema is not None:
            made.append("schema", schema)
        if dumped is not None:
            found = json.loads(dumped)
            (own,) = found["variants"]
            columns = zip(found["steps"], own["loss"], own["accuracy"], own["gradient_ratio"], strict=True)
            made._points = [(*column,) for column in columns]
            made._last = made._points[-1]
            made._seen = len(made._points)
            alert = found.get("left")
            if alert is not None:
                made._left, made._outside = alert["since"], (alert["step"], number_of(alert["ratio"]))
        return made

    def append(self, kind: str, data: bytes) -> None:
        """Take the schema and the recorded steps into account."""
        if kind == "schema":
            (own,) = json.loads(data)["variants"]
            self._ends = _ends(own["taps"], own["blocks"])
        elif kind == "step":
            self._last = self._read(json.loads(data))
            if self._seen % self._every == 0:
                self._points.append(self._last)
            self._seen += 1
            if len(self._points) >= 2 * POINTS:
                self._points, self._every = self._points[::2], 2 * self._every

    def _read(self, step: dict[str, Any]) -> _Point:
        (own,) = step["variants"]
        logged: dict[str, WireNumber] = own["logged"]
        gradients = own["values"]["gradient_rms"]
        ratio = None if self._ends is None else _ratio(*(gradients[end] for end in self._ends))
        self._follow(step["step"], number_of(ratio))
        return step["step"], own["loss"], logged.get("accuracy"), ratio

    def _follow(self, step: int, ratio: float) -> None:
        if self._band is None or math.isnan(ratio):
            return
        self._left = self._band.follow(self._left, step, ratio)
        self._outside = None if self._left is None else (step, ratio)

    def _told(self) -> dict[str, Any] | None:
        """Return how the ratio stands outside of its band; None while it is inside."""
        if self._band is None or self._left is None or self._outside is None:
            return None
        step, ratio = self._outside
        is_alert = self._band.is_alert(self._left, step)
        return {"since": self._left, "step": step, "ratio": wire_number(ratio), "is_alert": is_alert}

    def dump(self) -> str | None:
        """Return it as JSON; None before the first step."""
        if self._last is None:
            return None
        points = self._points if self._points[-1] == self._last else [*self._points, self._last]
        steps, loss, accuracy, ratio = (list(column) for column in zip(*points, strict=True))
        own = {
            "label": self._label, "loss": loss, "accuracy": accuracy, "gradient_ratio": ratio, "test_accuracy": None,
        }  # fmt: skip
        found = {"steps": steps, "test_step": None, "variants": [own], "left": self._told()}
        return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def _ends(taps: list[str], blocks: list[str]) -> tuple[int, int] | None:
    known = [taps.index(block) for block in blocks if block in taps]
    if known:
        return known[0], known[-1]
    return (0, len(taps) - 1) if taps else None


def _ratio(first: WireNumber, last: WireNumber) -> WireNumber:
    """Divide; null where the last one is 0, or either does not apply."""
    if first is None or last is None or last == 0:
        return None
    return wire_number(number_of(first) / number_of(last))
