"""Long runs are thinned evenly before they are drawn."""

from itertools import pairwise

import pytest

from skipscope.app.jobs.figures import _thinned


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 17, 100, 1001])
def test_steps_are_evenly_spaced_and_the_last_one_stays(length: int) -> None:
    kept = [int(step) for step in _thinned((str(i).encode() for i in range(length)), 4)]
    assert kept[0] == 0
    assert kept[-1] == length - 1
    assert len(kept) <= 9
    assert len(kept) >= min(length, 4)
    assert len({b - a for a, b in pairwise(kept[:-1])}) <= 1


def test_no_step_is_none() -> None:
    assert _thinned(iter(()), 4) == []
