"""Measurements of a Recorder or of the API in the form of a request: columns, and the names of their entries."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from skipscope.model.measure.record import MEASURES, Record, Schema

USUAL = "float32"

Json = Mapping[str, Any]
Measured = Record | Json
"""A record, or a variant of a step or probe as the API sends it, or its `values` alone."""


def asked_values(measured: Measured, schema: Schema) -> dict[str, Any]:
    """Return what a request says of one network's numbers; `schema` where what was measured names none itself.

    Raise ValueError for numbers that are not this network's.
    """
    if isinstance(measured, Record):
        own, dropped, precision = measured.schema, list(measured.dropped), USUAL
        values: dict[str, list[Any]] = {name: [_exact(one) for one in c] for name, c in measured.columns.items()}
    else:
        own = as_schema(measured) if {"taps", "weights", "blocks"} <= set(measured) else schema
        dropped, precision = list(measured.get("dropped", ())), str(measured.get("precision", USUAL))
        values = _columns(measured.get("values", measured), own)
    if not set(own.taps) & set(schema.taps):
        raise ValueError("values: none of their names is one of the network. Give the values of this network.")
    return {"names": own.to_dict(), "values": values, "dropped": dropped, "precision": precision}


def as_schema(schema: Schema | Json) -> Schema:
    """Return the names that columns are aligned to, from a schema or a variant of the schema event."""
    if isinstance(schema, Schema):
        return schema
    missing = [name for name in ("taps", "weights", "blocks") if name not in schema]
    if missing:
        raise ValueError(
            f"schema: it has no {', '.join(missing)}. Give recorder.schema, record.schema or a variant of the schema "
            "event."
        )
    return Schema(tuple(schema["taps"]), tuple(schema["weights"]), tuple(schema["blocks"]))


def _exact(value: float | None) -> float | str | None:
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _columns(values: Json, schema: Schema) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for measure in MEASURES:
        if measure not in values:
            continue
        column: Sequence[Any] = values[measure]
        wanted = len(schema.names(measure))
        if len(column) != wanted:
            raise ValueError(
                f"values.{measure}: {len(column)} numbers, and the network has {wanted} names for it. "
                "Give the values of this network."
            )
        found[measure] = list(column)
    if not found:
        raise ValueError(
            f"values: none of the measures {', '.join(MEASURES)}. Give a record, or a variant of a step or probe."
        )
    return found
