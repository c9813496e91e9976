"""The time until waiting jobs begin."""

from skipscope.app.jobs.waiting import seconds_until


def test_each_waits_for_those_before_it() -> None:
    assert seconds_until([30.0, 10.0], [5.0, 60.0, 1.0], 2) == [10.0, 15.0, 30.0]


def test_a_free_slot_is_waited_for_by_nobody() -> None:
    assert seconds_until([30.0], [5.0, 5.0], 2) == [0.0, 5.0]
    assert seconds_until([], [], 2) == []
