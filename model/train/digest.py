"""A run in a few numbers, for lists of runs: loss, accuracy and gradient ratio of each variant, at some steps."""

import json
from typing import Any

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.record import WireNumber, number_of, wire_number

POINTS = 48


class TrainingDigest:
    """Keep about `POINTS` of the steps that a run records.

    The gradient ratio is gradient_rms at the first block's output over that at the last block's.
    """

    def __init__(self, request: TrainingRequest) -> None:
        expected = request.steps // request.record_every + 1
        self._every = max(1, -(-expected // POINTS))
        self._seen = 0
        self._ends: list[tuple[int, int]] = []
        self._variants: list[dict[str, Any]] = []
        self._steps: list[int] = []
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
            self._variants.append({"label": variant["label"], "loss": [], "accuracy": [], "gradient_ratio": []})

    def _append_step(self, step: bytes) -> None:
        self._seen += 1
        if (self._seen - 1) % self._every:
            return
        record = json.loads(step)
        self._steps.append(record["step"])
        for variant, (first, last), found in zip(self._variants, self._ends, record["variants"], strict=True):
            gradients = found["values"]["gradient_rms"]
            variant["loss"].append(found["loss"])
            variant["accuracy"].append(found["accuracy"])
            variant["gradient_ratio"].append(_ratio(gradients[first], gradients[last]))
        self._dumped = json.dumps(
            {"steps": self._steps, "variants": self._variants}, separators=(",", ":"), ensure_ascii=False
        )

    def dump(self) -> str | None:
        """Return it as JSON; None before the first step."""
        return self._dumped


def _ratio(first: WireNumber, last: WireNumber) -> WireNumber:
    """Divide; null where the last one is 0, or either does not apply."""
    if first is None or last is None or last == 0:
        return None
    return wire_number(number_of(first) / number_of(last))
