"""Checks of a figure's arguments: each returns the argument, or raises ValueError with the right ones."""

import math
from collections.abc import Sequence
from typing import Literal

from skipscope.model.measure.record import MEASURES

Range = tuple[float, float]
View = Literal["paper", "trunk"]

QUANTITIES = ("gradient_path", "weight_gradient", "activation", "branch_ratio", "dead_units")
SCOPES = ("common", "network", "stage", "block")
THEMES = ("light", "dark")
VIEWS = ("paper", "trunk")
LEAST_WIDTH, LEAST_HEIGHT, MOST = 280, 200, 10_000


def check_word(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return one of the words that are allowed."""
    if value not in allowed:
        raise ValueError(f"{name}={value!r}: there is no such {name}. Give one of {', '.join(allowed)}.")
    return value


def check_measure(measure: str) -> str:
    """Return the name of a measure."""
    return check_word("measure", measure, MEASURES)


def check_span(span: Range | None) -> list[float] | None:
    """Return a range as a list."""
    if span is None:
        return None
    if len(span) != 2 or not all(map(math.isfinite, span)) or span[0] >= span[1]:
        raise ValueError(f"span={span!r}: the first of two finite decades must be below the second. Give (-6, 0).")
    return list(span)


def check_size(width: float, height: float) -> dict[str, float]:
    """Return width and height."""
    for name, value, least in (("width", width, LEAST_WIDTH), ("height", height, LEAST_HEIGHT)):
        if not least <= value <= MOST:
            raise ValueError(f"{name}={value}: {least} to {MOST} pixels. Give a {name} between them.")
    return {"width": width, "height": height}


def check_brush(brush: tuple[int, int] | None) -> dict[str, int] | None:
    """Return the first block in focus, and the one after the last."""
    if brush is None:
        return None
    first, end = brush
    if not 0 <= first < end:
        raise ValueError(f"brush={brush!r}: the first block, from 0, and the one after the last. Give (0, 12).")
    return {"from": first, "to": end}


def check_batch(batch_size: int | None, quantity: str) -> int:
    """Return the batch size; only a path's gradient needs it."""
    if quantity == "gradient_path" and batch_size is None:
        raise ValueError(
            "batch_size: the RMS of a path's gradient is its L2 norm over the root of how many numbers a batch has. "
            "Give the batch size of the step, or another quantity."
        )
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size={batch_size}: at least 1. Give the batch size of the step.")
    return batch_size or 1
