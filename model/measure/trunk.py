"""The places of a network that can be compared with each other: those of its trunk, in the order of execution, with
gradients brought to one scale. Heads stand apart."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from skipscope.model.measure.record import Record, Schema

WEIGHTED = ("Conv", "Linear", "RNN", "LSTM", "GRU", "MultiheadAttention")
"""Parts of the names of modules that carry a network's weights. They alone are compared if there are three."""
FEWEST = 3


class Place(NamedTuple):
    """A tap of the trunk: its name, where it stands in a column of taps, and how many positions its output has."""

    name: str
    at: int
    positions: int


def trunk(schema: Schema) -> list[Place]:
    """Return the blocks or, where there are none, the places before the head.

    A head begins where pooling or flattening leaves one position for good, or else at the last layer with weights.
    """
    known = schema.positions or (None,) * len(schema.taps)
    places = [Place(name, i, known[i] or 1) for i, name in enumerate(schema.taps)]
    if schema.blocks:
        blocks = set(schema.blocks)
        own = [place for place in places if place.name in blocks]
        if own:
            return own
    body = [place for place in places if place.positions > 1] or _before_classifier(schema, places)
    weighted = [place for place in body if _is_weighted(schema, place)]
    return weighted if len(weighted) >= FEWEST else body


def _before_classifier(schema: Schema, places: list[Place]) -> list[Place]:
    last = max((place.at for place in places if _is_weighted(schema, place)), default=len(places))
    return places[:last]


def _is_weighted(schema: Schema, place: Place) -> bool:
    return bool(schema.kinds) and any(part in schema.kinds[place.at] for part in WEIGHTED)


def column(record: Record, measure: str) -> list[tuple[Place, float]]:
    """Return the known and finite numbers of a measure at the trunk's places."""
    values = [(place, record.columns[measure][place.at]) for place in trunk(record.schema)]
    return [(place, float(value)) for place, value in values if value is not None and math.isfinite(value)]


def gradients(record: Record) -> list[tuple[Place, float, float]]:
    """Return place, gradient_rms as measured, and the same on the scale of the last place.

    A layer of stride s that keeps the sum of squares of a gradient divides its mean over positions by s times s.
    """
    found = column(record, "gradient_rms")
    if not found:
        return []
    end = found[-1][0].positions
    return [(place, value, value * math.sqrt(place.positions / end)) for place, value in found]


def noun(schema: Schema, name: str) -> str:
    """Name a place or a layer as what it is: "block layer2.3", "BatchNorm 4", "convolution features.0"."""
    if name in schema.blocks:
        return f"block {name}"
    kind = schema.kinds[schema.taps.index(name)] if schema.kinds and name in schema.taps else ""
    if kind.startswith("Conv"):
        return f"convolution {name}"
    if not kind or kind == "Linear":
        return f"layer {name}"
    return f"{kind.removesuffix('1d').removesuffix('2d').removesuffix('3d')} {name}"


def updates_at(record: Record, places: Sequence[Place]) -> list[tuple[str, float]]:
    """Return the updates relative to their weights at places, by name: those of the layers within each, or its own."""
    names = {place.name for place in places}
    return [(name, value) for name, value in _updates(record) if _lies_in(name, names)]


def most_updated(record: Record) -> tuple[str, float] | None:
    """Return the weight that changed most relative to its size, and by how much; None where none changed."""
    name, most = max(_updates(record), key=lambda pair: pair[1], default=("", 0.0))
    return (name, most) if most else None


def _updates(record: Record) -> list[tuple[str, float]]:
    pairs = zip(record.schema.weights, record.columns["update_ratio"], strict=True)
    return [(name, float(value)) for name, value in pairs if value is not None and math.isfinite(value)]


def _lies_in(name: str, places: set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:i]) in places for i in range(1, len(parts) + 1))
