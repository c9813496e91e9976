"""Places keep the order in which they ran first; a new one comes behind the one that it ran after."""

import pytest

from skipscope.model.measure.order import merge


@pytest.mark.parametrize(
    ("known", "ran", "merged"),
    [
        ([], [3, 1, 2], [3, 1, 2]),
        ([3, 1, 2], [3, 1, 2], [3, 1, 2]),
        ([3, 1, 2], [1], [3, 1, 2]),
        ([3, 1, 2], [2, 1], [3, 1, 2]),
        ([3, 1, 2], [3, 7, 8, 1], [3, 7, 8, 1, 2]),
        ([3, 1, 2], [9, 3], [9, 3, 1, 2]),
        ([3, 1, 2], [3, 1, 2, 4], [3, 1, 2, 4]),
    ],
)
def test_orders_merge(known: list[int], ran: list[int], merged: list[int]) -> None:
    assert merge(known, ran) == merged
