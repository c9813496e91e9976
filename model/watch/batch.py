"""A batch of recorded steps as bytes: columns of numbers over its steps, in the safetensors format. The sender writes
it, with NumPy; the server reads it, without."""

import json
import math
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any, cast

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from safetensors import SafetensorError, deserialize

from skipscope.model.describe.words import FieldError, Strict, findings
from skipscope.model.measure.record import MEASURES, SIGNIFICANT_DIGITS, Value, wire_number
from skipscope.model.watch.gradient_fields import GradientFields
from skipscope.model.watch.request import MAX_NAME, MAX_PLACES, LoggedName, OutsideSchema, Place

MEDIA_TYPE = "application/x-skipscope-records"
MAX_STEPS = 1000
MAX_NUMBERS = 65_536
"""Of a batch of several steps; one step alone may have more."""
MAX_STEP = 2**53
MAX_LOGGED = 32
MAX_NOTES, MAX_NOTE = 32, 1000
COUNTS = ("nonfinite", "dead_units")
"""Measures that are whole numbers."""
ABSENT = ".absent"
"""After the name of a measure: which of its numbers do not apply."""
_EXACT = 18
"""Powers of ten up to this are exact in floating point, and so is the division by them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded step: seconds since the start, learning rate, columns of numbers, numbers that the caller logged."""

    step: int
    elapsed: float
    columns: Mapping[str, Sequence[Value]]
    lr: float | None = None
    logged: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()
    dropped: Sequence[str] = ()
    gradient: Mapping[str, Any] | None = None
    """Which gradient it is, as `StepGradient.to_dict` has it; None if the sender does not say."""


def encode(rows: Sequence[Row]) -> bytes:
    """Write rows, in the order of their steps, each number in four significant digits."""
    import numpy as np  # noqa: PLC0415  (the server reads without)
    from safetensors.numpy import save  # noqa: PLC0415

    more = [_more_of(row) for row in rows]
    tensors: dict[str, Any] = {
        "step": np.array([row.step for row in rows], np.int64),
        "elapsed": np.array([row.elapsed for row in rows], np.float64),
        "lr": np.array([math.nan if row.lr is None else row.lr for row in rows], np.float64),
        "more": np.frombuffer(json.dumps(more, separators=(",", ":"), allow_nan=False).encode(), np.uint8),
    }
    for measure in MEASURES:
        columns = [row.columns[measure] for row in rows]
        if not columns[0]:
            continue
        absent = np.array([[value is None for value in column] for column in columns], np.bool_)
        numbers = np.array(columns, np.float64)
        tensors[measure] = numbers if measure in COUNTS else _rounded(numbers)
        if absent.any():
            tensors[measure + ABSENT] = absent
    return save(tensors)


def _more_of(row: Row) -> dict[str, Any]:
    logged = {name: value if math.isfinite(value) else str(value) for name, value in row.logged.items()}
    more = {"logged": logged, "notes": list(row.notes), "dropped": list(row.dropped)}
    found = {name: value for name, value in more.items() if value}
    return found if row.gradient is None else {**found, "gradient": row.gradient}


def _rounded(x: Any) -> Any:
    """Round to four significant digits, to the very number that four digits read as."""
    import numpy as np  # noqa: PLC0415

    with np.errstate(all="ignore"):
        exponent = np.floor(np.log10(np.abs(x)))
        up = 10.0 ** np.clip(SIGNIFICANT_DIGITS - 1 - exponent, 0, _EXACT)
        down = 10.0 ** np.clip(exponent - SIGNIFICANT_DIGITS + 1, 0, _EXACT)
        rounded = np.where(exponent < SIGNIFICANT_DIGITS, np.round(x * up) / up, np.round(x / down) * down)
    easy = np.isfinite(x) & (x != 0) & (np.abs(SIGNIFICANT_DIGITS - 1 - exponent) <= _EXACT)
    found = np.where(easy, rounded, x)
    for place in np.argwhere(np.isfinite(x) & (x != 0) & ~easy):
        found[tuple(place)] = wire_number(float(x[tuple(place)]))
    return found


def decode(body: bytes, schema: OutsideSchema) -> list[Row]:
    """Read a batch. Raise FieldError for whatever is none, or does not fit the schema."""
    try:
        found = {name: cast("dict[str, Any]", tensor) for name, tensor in deserialize(body)}
    except SafetensorError as error:
        raise FieldError("body", len(body), f"no batch of records: {str(error)[:MAX_NAME]}", _REMEDY) from error
    steps = [int(step) for step in _numbers(found, "step", "I64", "q", None)]
    count = len(steps)
    if not 0 < count <= MAX_STEPS:
        raise FieldError("step", count, f"1 to {MAX_STEPS} steps in a batch", "send several batches")
    if count > 1 and count * schema.num_numbers > MAX_NUMBERS:
        limit = f"{MAX_NUMBERS} numbers in a batch of several steps"
        raise FieldError("step", count * schema.num_numbers, limit, "send fewer steps in a batch")
    if steps[0] < 0 or steps[-1] > MAX_STEP or any(a >= b for a, b in pairwise(steps)):
        raise FieldError("step", steps[:3], "steps from 0, each larger than the one before", _REMEDY)
    elapsed = _numbers(found, "elapsed", "F64", "d", [count])
    if not all(math.isfinite(seconds) for seconds in elapsed):
        raise FieldError("elapsed", "nan", "finite seconds", _REMEDY)
    rates = _numbers(found, "lr", "F64", "d", [count])
    more = _more(_bytes(found, "more", "U8", None), count)
    columns = {measure: _columns(found, measure, count, schema.size_of(measure)) for measure in MEASURES}
    if unknown := set(found) - _USED - {name for m in MEASURES for name in (m, m + ABSENT)}:
        raise FieldError("body", min(unknown)[:MAX_NAME], "there is no such column", _REMEDY)
    return [
        Row(
            step, elapsed[i], {measure: columns[measure][i] for measure in MEASURES},
            rates[i] if math.isfinite(rates[i]) else None, more[i].logged, more[i].notes, more[i].dropped,
            more[i].gradient_as_sent(),
        )
        for i, step in enumerate(steps)
    ]  # fmt: skip


_USED = {"step", "elapsed", "lr", "more"}
_REMEDY = "send what skipscope.watch writes: docs/events.md has the columns"
_WIDTHS = {"q": 8, "d": 8, "B": 1}


def _bytes(found: Mapping[str, dict[str, Any]], name: str, dtype: str, shape: Sequence[int] | None) -> bytes:
    """Return the bytes of a tensor of a type and a shape; of any length, in one dimension, where shape is None."""
    tensor = found.get(name)
    if tensor is None:
        raise FieldError(name, None, "a batch has this column", _REMEDY)
    fits = len(tensor["shape"]) == 1 if shape is None else list(tensor["shape"]) == list(shape)
    if tensor["dtype"] != dtype or not fits:
        wanted = f"{dtype} of shape {'[any]' if shape is None else list(shape)}"
        raise FieldError(name, f"{tensor['dtype']} of shape {list(tensor['shape'])}"[:MAX_NAME], wanted, _REMEDY)
    return bytes(tensor["data"])


def _numbers(
    found: Mapping[str, dict[str, Any]], name: str, dtype: str, code: str, shape: Sequence[int] | None
) -> list[Any]:
    numbers = array(code, _bytes(found, name, dtype, shape))
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers.tolist()


def _columns(found: Mapping[str, dict[str, Any]], measure: str, count: int, size: int) -> list[list[Value]]:
    if measure not in found:
        return [[None] * size for _ in range(count)]
    numbers: list[Value] = _numbers(found, measure, "F64", "d", [count, size])
    is_count = measure in COUNTS
    absent = _bytes(found, measure + ABSENT, "BOOL", [count, size]) if measure + ABSENT in found else b""
    for i, flag in enumerate(absent):
        if flag:
            numbers[i] = None
    if is_count:
        numbers = [_count(measure, value) for value in numbers]
    return [numbers[i * size : (i + 1) * size] for i in range(count)]


def _count(measure: str, value: Value) -> Value:
    if value is None:
        return None
    if not (0 <= value <= MAX_STEP and value == int(value)):
        raise FieldError(measure, str(value), "whole numbers from 0", _REMEDY)
    return int(value)


class _More(Strict):
    """The part of a step that is no column."""

    logged: Annotated[dict[LoggedName, float], Field(max_length=MAX_LOGGED, default_factory=dict)]
    notes: Annotated[
        list[Annotated[str, Field(max_length=MAX_NOTE)]], Field(max_length=MAX_NOTES, default_factory=list)
    ]
    dropped: Annotated[list[Place], Field(max_length=MAX_PLACES, default_factory=list)]

    gradient: GradientFields | None = None

    model_config = ConfigDict(allow_inf_nan=True)

    def gradient_as_sent(self) -> dict[str, Any] | None:
        """Return the fields that were sent."""
        return None if self.gradient is None else self.gradient.model_dump(exclude_unset=True)


def _more(text: bytes, count: int) -> list[_More]:
    try:
        given = _MORE.validate_json(text)
    except ValidationError as error:
        found = findings(error.errors())[0]
        raise FieldError(f"more.{found.field}".rstrip("."), found.value, found.limit, _REMEDY) from error
    if len(given) != count:
        raise FieldError("more", len(given), f"{count} objects, one a step", _REMEDY)
    return given


_MORE = TypeAdapter(list[_More])
