"""A sweep's numbers in words: how errors go with depth, and which rates serve which depth."""

import math
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def best_of(rows: Sequence[Row]) -> list[Row]:
    """Return for each depth the row of the rate with the least loss; of a depth that failed at each, the first."""
    found: dict[int, Row] = {}
    for row in rows:
        known = found.get(row["depth"])
        if known is None or _loss(row) < _loss(known):
            found[row["depth"]] = row
    return [found[depth] for depth in sorted(found)]


def largest_of(rows: Sequence[Row], depth: int, chance: float) -> float | None:
    """Return the largest rate that trains a depth: its loss is below half of chance's."""
    return max((row["rate"] for row in rows if row["depth"] == depth and _loss(row) < chance / 2), default=None)


def sentences_of(found: dict[str, Any]) -> list[str]:
    """Return a sentence for each network that has a result."""
    say = _rates if len(found["rates"]) > 1 else _depths
    return [say(one, found) for one in found["variants"] if one["rows"]]


def _depths(one: dict[str, Any], found: dict[str, Any]) -> str:
    rows = one["rows"]
    said = ", ".join(f"{row['train_error']:.1%} at {row['depth']}" for row in rows)
    seeds = f" (mean of {rows[0]['seeds']} seeds)" if rows[0]["seeds"] > 1 else ""
    first, last = rows[0], rows[-1]
    words = f"{one['label']} has a training error of {said} layers after {found['steps']} steps{seeds}"
    if len(rows) == 1:
        return f"{words}, and {first['test_error']:.1%} on held-out images."
    verdict = "higher" if last["train_error"] > first["train_error"] + 0.01 else "not higher"
    return (
        f"{words}; on held-out images {first['test_error']:.1%} and {last['test_error']:.1%} at the ends. "
        f"With more layers its training error is {verdict}."
    )


def _rates(one: dict[str, Any], found: dict[str, Any]) -> str:
    said = [
        f"{row['rate']:g} with {row['depth']} layers (loss {row['loss']:.3g}; largest that trains: {_or_none(largest)})"
        for row in best_of(one["rows"])
        if isinstance(row["loss"], float)
        for largest in [largest_of(one["rows"], row["depth"], found["chance"])]
    ]
    return f"{one['label']}'s best rate is {', '.join(said)}." if said else f"{one['label']} fails at each rate."


def _or_none(rate: float | None) -> str:
    return "none" if rate is None else f"{rate:g}"


def _loss(row: Row) -> float:
    return math.inf if isinstance(row["loss"], str) else row["loss"]
