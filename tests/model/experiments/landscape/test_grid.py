"""The order of a grid's points: each once, the coarsest first, every level with the ends and the middle."""

from itertools import pairwise

import pytest

from skipscope.model.experiments.landscape.grid import COARSEST, levels_of, points_of


@pytest.mark.parametrize("points", [3, 5, 7, 21, 33, 61])
def test_each_level_has_the_one_before(points: int) -> None:
    levels = levels_of(points)
    assert levels[0] == (0, points // 2, points - 1)
    assert levels[-1] == tuple(range(points))
    for coarse, fine in pairwise(levels):
        assert set(coarse) < set(fine)
        assert [points - 1 - place for place in reversed(fine)] == list(fine), "the same on both sides of the middle"


@pytest.mark.parametrize("points", [3, 9, 21])
def test_each_point_comes_once_and_the_coarsest_first(points: int) -> None:
    found = list(points_of(points))
    assert sorted(found) == [(row, column) for row in range(points) for column in range(points)]
    assert found[0] == (points // 2, points // 2)
    ends = {0, points // 2, points - 1}
    assert set(found[:COARSEST]) == {(row, column) for row in ends for column in ends}
