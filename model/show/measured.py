"""Measured numbers as columns that tell zero, not finite and not measured apart: 0 is an exact zero, inf is not finite,
NaN was not measured or does not apply. The page's twin is static/js/figure/values.js."""

import math
from collections.abc import Container, Mapping, Sequence
from typing import Any

from skipscope.model.measure.record import MEASURES, Record, Schema

USUAL = "float32"
DROPPED = "dropped in this step"

Json = Mapping[str, Any]
Columns = Mapping[str, Sequence[float]]
Measured = Record | Json
"""A record, or a variant of a step or probe as the API sends it, or its `values` alone."""


def decode(measured: Measured, schema: Schema) -> Columns:
    """Return a variant's numbers, aligned to the names of `schema`."""
    if isinstance(measured, Record):
        return _aligned(_of_record(measured), measured.schema, schema)
    given = _schema(measured, schema)
    values: Json = measured.get("values", measured)
    return _aligned(_of_wire(values, given), given, schema)


def dropped_of(measured: Measured) -> frozenset[str]:
    """Return the blocks whose F was not computed in this step (stochastic depth)."""
    return frozenset(measured.dropped if isinstance(measured, Record) else measured.get("dropped", ()))


def block_of(name: str, blocks: Container[str]) -> str | None:
    """Return the block that a tap, a weight or a layer lies in, or is the output of."""
    parts = name.split(".")
    return next((block for end in range(1, len(parts) + 1) if (block := ".".join(parts[:end])) in blocks), None)


def precision_of(measured: Measured) -> str:
    """Return the precision that a variant of a probe or step names; a record names none."""
    return USUAL if isinstance(measured, Record) else measured.get("precision", USUAL)


def in_precision(precision: str) -> str:
    """Return what is added to a title: the precision of the numbers, where it is not the usual one."""
    return "" if precision == USUAL else f", {precision}"


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


def _schema(measured: Json, schema: Schema) -> Schema:
    return as_schema(measured) if {"taps", "weights", "blocks"} <= set(measured) else schema


def _of_record(record: Record) -> Columns:
    return {measure: [_read(value) for value in column] for measure, column in record.columns.items()}


def _read(value: float | None) -> float:
    return math.nan if value is None else value if math.isfinite(value) else math.inf


def _of_wire(values: Json, schema: Schema) -> Columns:
    """Read the wire's columns: a word is what is not finite, null what does not apply."""
    known = [measure for measure in MEASURES if measure in values]
    if not known:
        raise ValueError(
            f"values: none of the measures {', '.join(MEASURES)}. Give a record, or a variant of a step or probe."
        )
    found: dict[str, list[float]] = {}
    for measure in known:
        column: Sequence[float | str | None] = values[measure]
        wanted = len(schema.names(measure))
        if len(column) != wanted:
            raise ValueError(
                f"values.{measure}: {len(column)} numbers, and the network has {wanted} names for it. "
                "Give the values of this network."
            )
        found[measure] = [_read(None if value is None else float(value)) for value in column]
    return found


def _aligned(columns: Columns, given: Schema, wanted: Schema) -> Columns:
    """Bring columns into the order of other names; what has no number is NaN."""
    if not set(given.taps) & set(wanted.taps):
        raise ValueError("values: none of their names is one of the network. Give the values of this network.")
    found: dict[str, Sequence[float]] = {}
    for measure in MEASURES:
        names, column = given.names(measure), columns.get(measure)
        if column is None:
            found[measure] = [math.nan] * len(wanted.names(measure))
        elif names == wanted.names(measure):
            found[measure] = column
        else:
            by_name = dict(zip(names, column, strict=True))
            found[measure] = [by_name.get(name, math.nan) for name in wanted.names(measure)]
    return found
