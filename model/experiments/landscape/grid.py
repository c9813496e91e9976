"""The points of a grid from coarse to fine."""

from collections.abc import Iterator

COARSEST = 9
"""Points of the coarsest grid: ends and middle of both axes."""


def levels_of(points: int) -> tuple[tuple[int, ...], ...]:
    """Return the places on an axis from coarse to fine: ends and middle, then ever more between them, then all."""
    middle, parts, found = points // 2, 1, list[tuple[int, ...]]()
    while not found or len(found[-1]) < points:
        away = {round(number * middle / parts) for number in range(parts + 1)}
        found.append(tuple(sorted({middle - one for one in away} | {middle + one for one in away})))
        parts *= 2
    return tuple(found)


def points_of(points: int) -> Iterator[tuple[int, int]]:
    """Yield all points of a grid, (row, column), from coarse to fine, at each level those in the middle first."""
    middle, coarser = points // 2, set[int]()
    for places in levels_of(points):
        new = [(row, column) for row in places for column in places if not {row, column} <= coarser]
        yield from sorted(new, key=lambda point: max(abs(point[0] - middle), abs(point[1] - middle)))
        coarser = set(places)
