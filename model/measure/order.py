"""The order in which places run, learnt from the first forward pass."""

from collections.abc import Sequence


def merge(known: Sequence[int], ran: Sequence[int]) -> list[int]:
    """Return an order with what ran for the first time put behind the place that it ran after; the rest stays."""
    if not known:
        return list(ran)
    merged, there = list(known), set(known)
    before: int | None = None
    for key in ran:
        if key not in there:
            there.add(key)
            merged.insert(0 if before is None else merged.index(before) + 1, key)
        before = key
    return merged
