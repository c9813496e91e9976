"""Whether runs began in the order in which they were asked for."""

from collections.abc import Callable

import pytest

from benchmarks.starts import Start, Starts, in_order, passed_over

SLOTS = 2


def well() -> Starts:
    """Return what four clients see where all is well: two train at once, one waits before the other."""
    runs = [
        Start(1.0, 1.1, 201, [], 1.3),
        Start(1.05, 1.15, 201, [], 1.25),
        Start(2.0, 2.1, 201, [1], 4.0),
        Start(3.0, 3.1, 201, [2, 1]),
    ]
    return Starts(runs=runs)


def refuse(starts: Starts) -> None:
    starts.runs[3].status = 503


def forget(starts: Starts) -> None:
    starts.runs[3].places.clear()


def put_back(starts: Starts) -> None:
    starts.runs[3].places = [1, 2]


def pass_over(starts: Starts) -> None:
    # it was answered before both others asked, and both began without it
    starts.runs[1].began = None
    starts.runs[1].places = [1]
    starts.runs[3].began = 5.0


def begin_nothing_that_waited(starts: Starts) -> None:
    starts.runs[2].began = None


def test_runs_that_begin_as_they_were_asked_for_are_in_order() -> None:
    assert in_order(well(), 4, SLOTS).held
    assert passed_over(well().runs) == 0


@pytest.mark.parametrize("harm", [refuse, forget, put_back, pass_over, begin_nothing_that_waited])
def test_the_order_is_broken_by_what_it_is_about(harm: Callable[[Starts], None]) -> None:
    starts = well()
    harm(starts)
    assert not in_order(starts, 4, SLOTS).held


def test_a_client_that_is_missing_is_seen() -> None:
    assert not in_order(Starts(runs=well().runs[:3]), 4, SLOTS).held
    assert not in_order(Starts(), 4, SLOTS).held


def test_only_who_asked_after_the_answer_passes_over() -> None:
    # both asked at the same time
    assert passed_over([Start(1.0, 1.2, 201, [], 3.0), Start(1.1, 1.3, 201, [], 2.0)]) == 0
    assert passed_over([Start(1.0, 1.2, 201, [], 3.0), Start(1.3, 1.4, 201, [], 2.0)]) == 1
