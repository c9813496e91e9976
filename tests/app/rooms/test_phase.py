"""The clock of a phase."""

from skipscope.app.rooms.phase import PHASES, Clock


def test_a_phase_ends_by_the_clock() -> None:
    clock = Clock().begin("predict", 60, 1000.0)
    assert clock.takes_answers(1059.9)
    assert not clock.takes_answers(1060.0)
    assert clock.is_due(1060.0)
    assert Clock().begin("predict", None, 1000.0).takes_answers(1e12)
    assert not Clock().begin("discuss", None, 1000.0).takes_answers(1000.0)


def test_a_clock_stands_and_goes_on_with_what_was_left() -> None:
    stood = Clock().begin("predict", 60, 1000.0).pause(1020.0)
    assert (stood.ends, stood.remaining) == (None, 40.0)
    assert stood.takes_answers(5000.0)
    assert stood.resume(2000.0) == Clock("predict", 2040.0)
    assert stood.extend(30, 3000.0).remaining == 70.0
    assert Clock("predict").pause(0.0) == Clock("predict")


def test_more_time_counts_from_the_end_or_from_now() -> None:
    assert Clock("predict", 1010.0).extend(30, 1000.0).ends == 1040.0
    assert Clock("predict", 1010.0).extend(30, 1020.0).ends == 1050.0
    assert Clock("predict").extend(30, 1000.0).ends == 1030.0


def test_phases_follow_each_other() -> None:
    assert [Clock(phase).following() for phase in ("wait", *PHASES)] == [*PHASES, None]
