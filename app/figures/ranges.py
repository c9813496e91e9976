"""The decades that a figure's colours and widths span: common to all that is compared, or local."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from app.figures.network import Network
from app.figures.quantity import QUANTITIES, Magnitudes, Quantity
from app.figures.scale import Range, decade_range

Scope = Literal["common", "network", "stage", "block"]
Local = Callable[[int, int], Range]
SCOPES: tuple[Scope, ...] = ("common", "network", "stage", "block")
NOTHING: Range = (-6, 0)
"""The range where no number is finite."""


def check_scope(scope: str) -> Scope:
    """Return the scope; raise ValueError where there is none of that name."""
    for known in SCOPES:
        if scope == known:
            return known
    raise ValueError(f"scope={scope!r}: there is no such scope. Give one of {', '.join(SCOPES)}.")


def check_range(span: Range | None) -> Range | None:
    """Return a range; raise ValueError where its ends are no numbers, or not in order."""
    if span is None:
        return None
    if len(span) != 2 or not all(map(math.isfinite, span)) or span[0] >= span[1]:
        raise ValueError(f"span={span!r}: the first of two finite decades must be below the second. Give (-6, 0).")
    return span


def common_range(quantity: Quantity, magnitudes: Sequence[Magnitudes]) -> Range:
    """Return whole decades for all networks: from the 5th to the 95th percentile of their numbers."""
    if QUANTITIES[quantity].linear:
        return 0, 1
    return decade_range(value for one in magnitudes for value in one.all()) or NOTHING


def local_ranges(
    scope: Scope, quantity: Quantity, networks: Sequence[Network], magnitudes: Sequence[Magnitudes]
) -> Local | None:
    """Return the range of a block's network, stage or own; None where one range is common to all."""
    if scope == "common" or QUANTITIES[quantity].linear:
        return None
    known: dict[tuple[object, ...], Range] = {}

    def place_of(variant: int, block: int) -> tuple[object, ...]:
        at = max(0, block)
        if scope == "network":
            return (variant,)
        return (networks[variant].blocks[at]["stage"],) if scope == "stage" else (variant, at)

    def find(variant: int, block: int) -> Range:
        place = place_of(variant, block)
        if place not in known:
            inside = [
                value
                for v, one in enumerate(magnitudes)
                for b, numbers in enumerate(zip(one.branch, one.skip, one.trunk[:-1], strict=True))
                if place_of(v, b) == place
                for value in numbers
                if math.isfinite(value)
            ]
            known[place] = _whole(inside)
        return known[place]

    return find


def _whole(numbers: Sequence[float]) -> Range:
    if not numbers:
        return NOTHING
    low = math.floor(min(numbers))
    return low, max(low + 1, math.ceil(max(numbers)))
