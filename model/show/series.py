"""What profiles and heatmaps draw: each network's names, label, colour, and numbers of one measure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from skipscope.model.measure.record import MEASURES, TAP_MEASURES, Record, Schema
from skipscope.model.show.measured import USUAL, Columns, Json, Measured, as_schema, decode, in_precision
from skipscope.model.show.network import listed
from skipscope.model.show.palette import Hue
from skipscope.model.show.scale import log10

IDENTITY = ("identity_rms", "identity_gradient_norm")
LINEAR = frozenset({"zero_fraction", "nonfinite"})
"""Measures that are shares or counts; all others are magnitudes, and drawn as log10."""
UNITS = {
    "activation_rms": "activation, RMS",
    "gradient_rms": "gradient ∂L/∂x, RMS",
    "zero_fraction": "share of exact zeros",
    "nonfinite": "numbers that are not finite",
    "weight_gradient_norm": "weight gradient ∂L/∂W, L2 norm",
    "update_ratio": "update over weight, L2 norms",
    "residual_rms": "F(x), RMS",
    "identity_rms": "shortcut, RMS",
    "residual_gradient_norm": "gradient through F(x), L2 norm",
    "identity_gradient_norm": "gradient through the shortcut, L2 norm",
}


class Variant(NamedTuple):
    """A network of a chart."""

    label: str
    schema: Schema
    precision: str = USUAL

    @property
    def in_precision(self) -> str:
        """Return what is added to a title: the precision, where it is not the usual one."""
        return in_precision(self.precision)

    def skips(self, measured: Measured) -> list[bool]:
        """Say which skips were connected: those of which a number was measured."""
        values: Json = measured.columns if isinstance(measured, Record) else measured.get("values", measured)
        known: list[Sequence[object]] = [values[name] for name in IDENTITY if name in values]
        return [any(column[b] is not None for column in known) for b in range(len(self.schema.blocks))]

    def decode(self, measured: Measured) -> Columns:
        """Return a step's numbers, aligned to this network's names."""
        return decode(measured, self.schema)

    def hue(self, measured: Measured) -> Hue:
        """Return the colour of a whole network: plain where no skip is connected."""
        return "residual" if any(self.skips(measured)) else "plain"


def variants_of(schema: Schema | Json | Sequence[Schema | Json], labels: Sequence[str] | None) -> list[Variant]:
    """Return the networks of one or several schemas; raise ValueError where the labels are too few or too many."""
    found = listed(schema)
    if not found:
        raise ValueError("schema: there is none. Give recorder.schema, or the variants of the schema event.")
    if labels is not None and len(labels) != len(found):
        raise ValueError(f"labels: {len(labels)} for {len(found)} networks. Give one a network.")
    made: list[Variant] = []
    for number, one in enumerate(found):
        own = one.get("label") if isinstance(one, Mapping) else None
        label = labels[number] if labels else own or ("network" if len(found) == 1 else f"network {number + 1}")
        precision = one.get("precision", USUAL) if isinstance(one, Mapping) else USUAL
        made.append(Variant(label, as_schema(one), precision))
    return made


def check_measure(measure: str) -> str:
    """Return the measure; raise ValueError where there is none of that name."""
    if measure not in MEASURES:
        raise ValueError(f"measure={measure!r}: there is no such measure. Give one of {', '.join(MEASURES)}.")
    return measure


def places_of(variant: Variant, measure: str) -> tuple[str, ...]:
    """Name what a profile shows: the stem and the blocks' outputs where taps are measured, else all that is."""
    names, blocks = variant.schema.names(measure), variant.schema.blocks
    if measure not in TAP_MEASURES or not blocks:
        return names
    inside = tuple(f"{block}." for block in blocks)
    stem = next((name for name in names if name not in blocks and not name.startswith(inside)), None)
    outputs = tuple(block for block in blocks if block in names)
    first = names.index(outputs[0]) if outputs else 0
    return (stem, *outputs) if stem is not None and names.index(stem) < first else outputs or names


def read(columns: Columns, measure: str) -> list[float]:
    """Return the numbers of a measure as they are drawn: log10 with the codes of scale.py, or as they are."""
    column = columns[measure]
    return list(column) if measure in LINEAR else [log10(value) for value in column]


def stage_of(name: str) -> str:
    """Return the stage of a block or layer: layer1 of layer1.0.conv1."""
    return name.partition(".")[0]


def steps_of(variants: Sequence[Variant], records: Sequence[Any]) -> list[list[tuple[int, Measured]]]:
    """Return for each network its steps; raise ValueError for records that are none of these networks.

    Records are those of one network, a list of them for each network, or steps as the API sends them.
    """
    if len(records) == 0:
        raise ValueError("records: there is none. Give what was recorded, at least one step.")
    if isinstance(records[0], Sequence):
        if len(records) != len(variants):
            raise ValueError(f"records: {len(records)} lists for {len(variants)} networks. Give one a network.")
        return [_recorded(cast("Sequence[Any]", own)) for own in records]
    if isinstance(records[0], Mapping) and "variants" in records[0]:
        return [[(step["step"], _part(step, v, len(variants))) for step in records] for v in range(len(variants))]
    if len(variants) != 1:
        raise ValueError(f"records: those of one network for {len(variants)}. Give a list of records a network.")
    return [_recorded(records)]


def _part(step: Json, variant: int, count: int) -> Measured:
    if len(step["variants"]) != count:
        raise ValueError(f"records: a step of {len(step['variants'])} networks for {count}. Give a schema for each.")
    return step["variants"][variant]


def _recorded(records: Sequence[Any]) -> list[tuple[int, Measured]]:
    found: list[tuple[int, Measured]] = []
    for record in records:
        if isinstance(record, Record):
            found.append((record.step, record))
        elif isinstance(record, Mapping) and "step" in record:
            found.append((record["step"], cast("Json", record)))
        else:
            raise ValueError("records: one is no record and no step. Give records, without None for steps left out.")
    if not found:
        raise ValueError("records: a network has none. Give at least one step of each.")
    return found
