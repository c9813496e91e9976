"""The diagnosis of a run that trains elsewhere, step by step as its records come in."""

import math
from collections import deque
from collections.abc import Mapping, Sequence

from skipscope.model.measure.diagnosis import RECORDS, Finding, diagnose
from skipscope.model.measure.record import MEASURES, TAP_MEASURES, Record, Schema, Value
from skipscope.model.watch.batch import Row
from skipscope.model.watch.request import OutsideSchema

LEAST, LARGEST = 1e-150, 1e150
"""Nearer to 0, or larger, a sender's number is not judged: the ratio of two such is none."""
COUNTS = ("nonfinite", "dead_units")
SIGNED = ("descent_cosine", "successive_cosine")


class OutsideFindings:
    """The findings of one run; of earlier steps it holds no more than the diagnosis asks for."""

    def __init__(self, schema: OutsideSchema) -> None:
        self._schema = Schema(
            schema.taps, schema.weights, schema.blocks, kinds=schema.kinds, junctions=schema.junctions
        )
        self._before: deque[Record] = deque(maxlen=RECORDS - 1)

    def of(self, row: Row) -> list[Finding]:
        """Return the findings of a step, which comes after all that were given."""
        columns = _judged(row.columns)
        record = Record(self._schema, row.step, columns, tuple(row.dropped))
        found = diagnose([*self._before, record])
        self._before.append(Record(self._schema, row.step, {"zero_fraction": columns["zero_fraction"]}))
        return found


def _judged(columns: Mapping[str, Sequence[Value]]) -> dict[str, Sequence[Value]]:
    """Leave out numbers that no recorder sends: a size below 0, or one that is not finite without such elements."""
    lost = columns["nonfinite"]
    return {
        measure: columns[measure]
        if measure in COUNTS
        else [
            value
            if _is_size(value, measure) or (measure in TAP_MEASURES and lost[i] and not _is_finite(value))
            else None
            for i, value in enumerate(columns[measure])
        ]
        for measure in MEASURES
    }


def _is_finite(value: Value) -> bool:
    return value is not None and math.isfinite(value)


def _is_size(value: Value, measure: str) -> bool:
    if value is None or not math.isfinite(value):
        return False
    return measure in SIGNED or value == 0 or LEAST <= value <= LARGEST
