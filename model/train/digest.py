"""A run in a few numbers, for lists of runs: loss, accuracy and gradient ratio of each variant, at some steps."""

import json
from typing import Any

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.record import WireNumber, number_of, wire_number

POINTS = 48
UNTESTED = b'"test_accuracy":null'

_Point = tuple[WireNumber, WireNumber, WireNumber]


class TrainingDigest:
    """Keep about `POINTS` of the steps that a run records, and always the last one.

    Accuracy is that of the step's batch; the test's is that of the latest step that was tested. The
    gradient ratio is gradient_rms at the first block's output over that at the last block's.
    """

    def __init__(self, request: TrainingRequest) -> None:
        expected = request.steps // request.record_every + 1
        self._every = max(1, -(-expected // POINTS))
        self._seen = 0
        self._ends: list[tuple[int, int]] = []
        self._labels: list[str] = []
        self._steps: list[int] = []
        self._points: list[list[_Point]] = []
        self._newest: bytes | None = None
        """The latest step, if it is none of the kept ones."""
        self._tested: tuple[int, list[WireNumber]] | None = None
        self._dumped: str | None = None

    def append(self, kind: str, data: bytes) -> None:
        """Take the schema and the recorded steps into account."""
        if kind == "schema":
            self._read_names(data)
        elif kind == "step":
            self._append_step(data)

    def _read_names(self, schema: bytes) -> None:
        """Read the variants' labels and where their first and last blocks are."""
        for variant in json.loads(schema)["variants"]:
            taps, blocks = variant["taps"], variant["blocks"]
            self._ends.append((taps.index(blocks[0]), taps.index(blocks[-1])))
            self._labels.append(variant["label"])

    def _append_step(self, step: bytes) -> None:
        self._dumped = None
        self._newest = step
        self._seen += 1
        keep = (self._seen - 1) % self._every == 0
        # most steps have no test, and are read only where they are the last
        if not keep and step.count(UNTESTED) == len(self._labels):
            return
        record = json.loads(step)
        tested = [found.get("test_accuracy") for found in record["variants"]]
        if any(one is not None for one in tested):
            self._tested = record["step"], tested
        if keep:
            self._steps.append(record["step"])
            self._points.append(self._read(record))
            self._newest = None

    def _read(self, record: dict[str, Any]) -> "list[_Point]":
        """Return loss, accuracy and gradient ratio of each variant."""
        return [
            (found["loss"], found["accuracy"], _ratio(*(found["values"]["gradient_rms"][end] for end in ends)))
            for ends, found in zip(self._ends, record["variants"], strict=True)
        ]

    def dump(self) -> str | None:
        """Return it as JSON, with the last step as the last; None before the first step."""
        if self._dumped is None and self._seen:
            steps, points = self._steps, self._points
            if self._newest is not None:
                record = json.loads(self._newest)
                steps, points = [*steps, record["step"]], [*points, self._read(record)]
            test_step, tested = self._tested or (None, [None] * len(self._labels))
            variants = [
                {
                    "label": label, "loss": [at[v][0] for at in points], "accuracy": [at[v][1] for at in points],
                    "gradient_ratio": [at[v][2] for at in points], "test_accuracy": tested[v],
                }
                for v, label in enumerate(self._labels)
            ]  # fmt: skip
            self._dumped = json.dumps(
                {"steps": steps, "test_step": test_step, "variants": variants},
                separators=(",", ":"),
                ensure_ascii=False,
            )
        return self._dumped


def _ratio(first: WireNumber, last: WireNumber) -> WireNumber:
    """Divide; null where the last one is 0, or either does not apply."""
    if first is None or last is None or last == 0:
        return None
    return wire_number(number_of(first) / number_of(last))
