"""The decades that a figure's colours and widths span: common to all that is compared, or local."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, Protocol

from skipscope.model.show.network import Network
from skipscope.model.show.quantity import QUANTITIES, Magnitudes, Quantity
from skipscope.model.show.scale import Range, decade_range

Scope = Literal["common", "network", "stage", "block"]


class Local(Protocol):
    """Return the range of a block's numbers; of a stem's or head's layer where the block is -1."""

    def __call__(self, variant: int, block: int, layer: str = "") -> Range: ...


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
    """Return the range of a block's network, stage or own; None where one range is common to all.

    The stem and the head are stages, and blocks, of their own.
    """
    if scope == "common" or QUANTITIES[quantity].linear:
        return None

    def place_of(variant: int, stage: str, block: str | None) -> tuple[object, ...]:
        if scope == "network":
            return (variant,)
        return (stage,) if scope == "stage" else (variant, block or stage)

    numbers: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for v, (network, m) in enumerate(zip(networks, magnitudes, strict=True)):
        for block, own in zip(network.blocks, zip(m.branch, m.skip, m.trunk[:-1], strict=True), strict=True):
            numbers[place_of(v, block["stage"], block["name"])] += own
        numbers[place_of(v, "stem", None)].append(m.trunk[-1])
        for layer in network.summary["layers"]:
            if layer["name"] in m.layers:
                numbers[place_of(v, layer["stage"], layer["block"])].append(m.layers[layer["name"]])
    spans = {place: _whole([value for value in own if math.isfinite(value)]) for place, own in numbers.items()}
    stages = [{layer["name"]: layer["stage"] for layer in network.summary["layers"]} for network in networks]

    def find(variant: int, block: int, layer: str = "") -> Range:
        if block < 0:
            return spans.get(place_of(variant, stages[variant].get(layer, "stem"), None), NOTHING)
        at = networks[variant].blocks[block]
        return spans.get(place_of(variant, at["stage"], at["name"]), NOTHING)

    return find


def _whole(numbers: Sequence[float]) -> Range:
    if not numbers:
        return NOTHING
    low = math.floor(min(numbers))
    return low, max(low + 1, math.ceil(max(numbers)))
