"""The events of a run that trains elsewhere, as they are stored and sent; app/wire/outside.py has their types."""

import math
import time
from collections.abc import Sequence
from typing import Any

import orjson

from skipscope.app.executors.base import Event
from skipscope.model.measure.diagnosis import Finding
from skipscope.model.measure.record import VERSION, wire_number
from skipscope.model.watch.batch import Row
from skipscope.model.watch.request import OutsideSchema


def schema_event(label: str, schema: OutsideSchema) -> Event:
    """Return the `schema`, once, before all steps."""
    data = {"version": VERSION, "outside": True, "variants": [{"label": label, **schema.model_dump(mode="json")}]}
    return _event("schema", None, data)


def step_event(row: Row, findings: Sequence[Finding] | None = None) -> Event:
    """Return the `step` of a row: its numbers have four digits already, and what is not finite becomes a word."""
    logged = {name: wire_number(value) for name, value in row.logged.items()}
    own: dict[str, Any] = {
        "loss": logged.get("loss"), "logged": logged, "dropped": row.dropped, "notes": row.notes,
        "gradient": None if row.gradient is None else {n: _number(v) for n, v in row.gradient.items()},
        "values": {measure: _words(column) for measure, column in row.columns.items()},
    }  # fmt: skip
    if findings is not None:
        own["findings"] = [finding.to_dict() for finding in findings]
    data = {"step": row.step, "elapsed": round(row.elapsed, 3), "lr": row.lr, "variants": [own]}
    return _event("step", row.step, data)


def status_event(state: str, reason: str | None = None, *, final: bool = False) -> Event:
    """Return a `status`, the last one with `final`."""
    data: dict[str, Any] = {"state": state, "reason": reason, "queue_position": None}
    if final:
        data["final"] = True
    return _event("status", None, data)


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _words(column: Any) -> list[Any]:
    return [
        value if value is None or isinstance(value, int) or -_LARGEST <= value <= _LARGEST else str(value)
        for value in column
    ]


_LARGEST = 1.7976931348623157e308


def _event(kind: str, step: int | None, data: dict[str, Any]) -> Event:
    return Event(kind, step, orjson.dumps(data), time.monotonic())
