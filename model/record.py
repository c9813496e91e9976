"""What one step measured: columns of numbers aligned to names, without a tensor."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TAP_MEASURES = ("activation_rms", "gradient_rms", "zero_fraction", "nonfinite")
WEIGHT_MEASURES = ("weight_gradient_norm", "update_ratio")
BLOCK_MEASURES = ("residual_rms", "identity_rms", "residual_gradient_norm", "identity_gradient_norm")
MEASURES = (*TAP_MEASURES, *WEIGHT_MEASURES, *BLOCK_MEASURES)
SIGNIFICANT_DIGITS = 4

Value = float | int | None


@dataclass(frozen=True, slots=True)
class Schema:
    """The names that a record's columns are aligned to."""

    taps: tuple[str, ...]
    weights: tuple[str, ...]
    blocks: tuple[str, ...]

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

    def of(self, measure: str, name: str) -> Value:
        """Return one number, by measure and name."""
        return self.columns[measure][self.schema.names(measure).index(name)]

    def to_dict(self) -> dict[str, list[Value]]:
        """Return the wire's `values`: four significant digits, zero a true zero, null where not finite or not applicable."""
        return {measure: [wire_number(value) for value in column] for measure, column in self.columns.items()}


def wire_number(value: Value) -> Value:
    """Round to four significant digits; null for what is not finite."""
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None


def plain(record: Record) -> dict[str, Any]:
    """Return a record as plain data, its names included."""
    return {"step": record.step, **record.schema.to_dict(), "values": record.to_dict(), "dropped": list(record.dropped)}
