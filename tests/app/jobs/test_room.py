"""Memory of two kinds, counted side by side."""

from skipscope.app.jobs.room import Room


def test_both_kinds_have_to_fit() -> None:
    room = Room(10, 4)
    assert room.holds(Room(10, 4))
    assert not room.holds(Room(11, 0))
    assert not room.holds(Room(0, 5))
    assert room.less(Room(3, 5)) == Room(7, -1)
    assert room.plus(Room(1, 1)) == Room(11, 5)


def test_only_what_is_wanted_is_shared() -> None:
    lacking = Room(-2, 3)
    assert lacking.shares(Room(1, 1))
    assert not lacking.shares(Room(100, 0))
    assert not Room(0, 0).shares(Room(100, 100))
