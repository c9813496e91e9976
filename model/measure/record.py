"""The measurements of one step: columns of numbers aligned to names, without a tensor."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from skipscope.model.measure.step_gradient import StepGradient

if TYPE_CHECKING:
    import numpy as np

TAP_MEASURES = ("activation_rms", "gradient_rms", "zero_fraction", "nonfinite", "dead_units")
WEIGHT_MEASURES = ("weight_gradient_norm", "update_ratio")
BLOCK_MEASURES = (
    "residual_rms", "identity_rms", "residual_gradient_norm", "identity_gradient_norm", "descent_cosine",
    "successive_cosine",
)  # fmt: skip
MEASURES = (*TAP_MEASURES, *WEIGHT_MEASURES, *BLOCK_MEASURES)
SIGNIFICANT_DIGITS = 4
SHAPE = f".{SIGNIFICANT_DIGITS}g"
VERSION = 4
"""Of the wire's form; app/wire/upgrade.py brings what was recorded in an earlier one up to it."""

Value = float | int | None
WireNumber = float | int | str | None
"""A number on the wire: nan, inf and -inf are words there, and null says that the number does not apply."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The names that a record's columns are aligned to."""

    taps: tuple[str, ...]
    weights: tuple[str, ...]
    blocks: tuple[str, ...]
    kinds: tuple[str, ...] = field(default=(), compare=False)
    """The class of each tap's module; empty where a record does not say, as those made before it did."""
    positions: tuple[int | None, ...] = field(default=(), compare=False)
    """How many places in space or time an output of each tap has; None where it is not known."""
    junctions: tuple[str, ...] = field(default=(), compare=False)
    """The kind of each block in words, where the blocks were found in a network that is not ours."""

    def names(self, measure: str) -> tuple[str, ...]:
        """Return the names of a measure's column."""
        if measure in TAP_MEASURES:
            return self.taps
        return self.weights if measure in WEIGHT_MEASURES else self.blocks

    def to_dict(self) -> dict[str, list[str]]:
        """Return the names as JSON data."""
        return {"taps": list(self.taps), "weights": list(self.weights), "blocks": list(self.blocks)}


@dataclass(frozen=True, slots=True)
class Record:
    """The measurements of one step. None: does not apply, or was not executed; NaN and infinities are real values."""

    schema: Schema
    step: int
    columns: Mapping[str, Sequence[Value]]
    dropped: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    """Places that could not be measured, and why; on the first record that met them."""
    gradient: StepGradient = field(default_factory=StepGradient)
    """Which gradient it is: passes, clipping, scaler, processes; in words by `str`."""

    def of(self, measure: str, name: str) -> Value:
        """Return one number, by measure and name. Raise ValueError for others than there are, with the nearest."""
        if measure not in self.columns:
            raise ValueError(f"measure={measure!r}: there is none of this name. {nearest(measure, MEASURES)}")
        names = self.schema.names(measure)
        if name not in names:
            raise ValueError(f"name={name!r}: {measure} has none of this name. {nearest(name, names)}")
        return self.columns[measure][names.index(name)]

    def to_dict(self) -> dict[str, list[WireNumber]]:
        """Return the wire's `values`: four significant digits; a word if not finite; null if it does not apply."""
        return {measure: [wire_number(value) for value in column] for measure, column in self.columns.items()}

    def to_tensorboard(self, writer: Any) -> None:
        """Add all numbers to a TensorBoard writer as scalars, `gradient_rms/layer1.0` and so on, at the record's step.

        `writer` is a `torch.utils.tensorboard.SummaryWriter`, or whatever has its `add_scalar`. A number that does not
        apply is left out.
        """
        for measure, column in self.columns.items():
            for name, value in zip(self.schema.names(measure), column, strict=True):
                if value is not None:
                    writer.add_scalar(f"{measure}/{name}", value, self.step)

    def to_numpy(self) -> "np.ndarray[Any, np.dtype[np.void]]":
        """Return a structured array of one row: `step`, and a float64 vector a measure; NaN for what does not apply."""
        import numpy as np  # noqa: PLC0415  (a record alone needs no NumPy)

        fields = [("step", np.int64), *[(m, np.float64, (len(self.columns[m]),)) for m in MEASURES]]
        row = (self.step, *[[math.nan if v is None else v for v in self.columns[m]] for m in MEASURES])
        return np.array([row], dtype=np.dtype(fields))

    def to_arrow(self) -> Any:
        """Return a pyarrow.Table of one row, as Parquet has it: `step`, `gradient` (JSON), `dropped`, a list a measure;
        null where it does not apply. The names of the columns' entries are in the schema's metadata (taps, weights,
        blocks; JSON), and beside them the class of each tap's module and the kind of each block (kinds, junctions).

        ``pyarrow.parquet.write_table(record.to_arrow(), path)`` writes it; tables of several steps concatenate.
        """
        import pyarrow as pa  # noqa: PLC0415  (a record alone needs no Arrow)

        columns: dict[str, Any] = {"step": pa.array([self.step], pa.int64())}
        columns["gradient"] = pa.array([json.dumps(self.gradient.to_dict())], pa.string())
        columns["dropped"] = pa.array([list(self.dropped)], pa.list_(pa.string()))
        for measure in MEASURES:
            values = [None if v is None else float(v) for v in self.columns[measure]]
            columns[measure] = pa.array([values], pa.list_(pa.float64()))
        lists = {**self.schema.to_dict(), "kinds": list(self.schema.kinds), "junctions": list(self.schema.junctions)}
        names = {name: json.dumps(list_) for name, list_ in lists.items()}
        return pa.table(columns).replace_schema_metadata(names)


def nearest(name: str, names: Sequence[str]) -> str:
    """Say which of some names are like one that is not among them."""
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Names are like {', '.join(names[:3])}." if names else "There is none."


def wire_number(value: Value) -> WireNumber:
    """Round to four significant digits; a number that is not finite becomes the word nan, inf or -inf."""
    if value is None or isinstance(value, int):
        return value
    return float(format(value, SHAPE)) if math.isfinite(value) else str(value)


def number_of(written: WireNumber) -> float:
    """Return a number of the wire as a float; NaN also for what does not apply."""
    return math.nan if written is None else float(written)
