"""The measured numbers of a view as a table of text: a row a place along the depth, the newest step."""

from collections.abc import Sequence
from typing import Any

from skipscope.model.show.picture import numbers_of, places_of, title_of
from skipscope.model.show.timeline import Timeline

MOST_ROWS = 40
MEASURES = {"gradient_rms": "∂L/∂x RMS", "activation_rms": "x RMS"}


def write(timeline: Timeline) -> str:
    """Return the table; of a deep network rows of the middle are left out, and counted."""
    title = title_of(timeline)
    if not timeline.latest:
        return f"{title}: nothing is recorded yet."
    variants = list(zip(timeline.schema["variants"], timeline.latest["variants"], strict=True))
    several = len(variants) > 1
    head = ["place"]
    columns: dict[tuple[int, str], dict[str, float | None]] = {}
    for number, (names, variant) in enumerate(variants):
        for measure, words in MEASURES.items():
            head.append(f"{names['label']} {words}" if several else words)
            columns[number, measure] = dict(zip(places_of(names), numbers_of(names, variant, measure), strict=True))
    places = list(dict.fromkeys(place for column in columns.values() for place in column))
    rows = [[place, *(_number(column.get(place)) for column in columns.values())] for place in places]
    losses = [_said(names["label"], variant) for names, variant in variants]
    lines = [title, *[one for one in losses if one], "", *_aligned([head, *_shortened(rows)])]
    return "\n".join(lines)


def _said(label: str, variant: dict[str, Any]) -> str:
    return "" if variant["loss"] is None else f"{label}: loss {variant['loss']}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _shortened(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) <= MOST_ROWS:
        return rows
    half = MOST_ROWS // 2
    left_out = [f"… {len(rows) - 2 * half} more", *[""] * (len(rows[0]) - 1)]
    return [*rows[:half], left_out, *rows[-half:]]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [
        "  ".join(
            [place.ljust(first), *(cell.rjust(width) for cell, width in zip(cells, others, strict=True))]
        ).rstrip()
        for place, *cells in rows
    ]
