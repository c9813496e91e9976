"""Records as rows of one run: every column in the order of the run's names, whatever the network is like later."""

from collections.abc import Mapping, Sequence
from typing import Any

from skipscope.model.measure.record import (
    BLOCK_MEASURES,
    MEASURES,
    TAP_MEASURES,
    WEIGHT_MEASURES,
    Record,
    Schema,
    Value,
)
from skipscope.model.watch.batch import MAX_LOGGED, MAX_NOTE, MAX_NOTES, Row
from skipscope.model.watch.request import OutsideSchema
from skipscope.model.watch.ring import Waiting

LATER = "came after the first record and is not sent: a run has one list of names. Begin a new run to have it."


class Rows:
    """The rows of one run, whose names are those of its first record."""

    def __init__(self, first: Record) -> None:
        self.schema = OutsideSchema.of(first.schema)
        self._own = first.schema
        self._known, self._places = first.schema, _Places(first.schema, first.schema)
        self._told: set[str] = set()

    def row(self, waiting: Waiting) -> Row:
        """Return the row of a record."""
        record = waiting.record
        notes = [*record.notes]
        if record.schema is not self._known:
            self._known, self._places = record.schema, _Places(self._own, record.schema)
            new = [name for name in self._places.new if name not in self._told]
            self._told.update(new)
            notes += [f"{name} {LATER}" for name in new]
        return Row(
            record.step, waiting.elapsed, {m: self._places.aligned(m, record.columns[m]) for m in MEASURES}, waiting.lr,
            _numbers(waiting.logged), [note[:MAX_NOTE] for note in notes[:MAX_NOTES]], record.dropped,
            record.gradient.to_dict(),
        )  # fmt: skip


class _Places:
    """The places of one list of names in another."""

    def __init__(self, own: Schema, other: Schema) -> None:
        self._is_same = own == other
        self.new: list[str] = []
        self._of: dict[str, list[int | None]] = {}
        if self._is_same:
            return
        for measures in (TAP_MEASURES, WEIGHT_MEASURES, BLOCK_MEASURES):
            names, given = own.names(measures[0]), other.names(measures[0])
            at = {name: i for i, name in enumerate(given)}
            found = [at.get(name) for name in names]
            for measure in measures:
                self._of[measure] = found
            self.new += [name for name in at if name not in set(names)]

    def aligned(self, measure: str, column: Sequence[Value]) -> Sequence[Value]:
        """Return a column in the run's order; None for a place that the record does not have."""
        if self._is_same:
            return column
        return [None if i is None else column[i] for i in self._of[measure]]


def _numbers(logged: Mapping[str, Any]) -> dict[str, float]:
    """Return logged values as numbers; those of a device come over now, in the sender's thread."""
    return {name: float(value) for name, value in list(logged.items())[:MAX_LOGGED]}
