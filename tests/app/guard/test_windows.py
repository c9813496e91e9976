"""Counts over a sliding minute, by a clock that the test moves: right to the second, and bounded without any search."""

import threading
import time

import pytest

from skipscope.app.guard.windows import Windows


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Put the clock into the test's hands, at the beginning of a minute."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def fill(windows: Windows, most: int, *key: str) -> int:
    """Count until there is no place, and return how often there was one."""
    num = 0
    while not windows.wait(most, *key):
        num += 1
    return num


def test_no_minute_has_more_than_its_number(clock: list[float]) -> None:
    windows = Windows()
    times: list[float] = []
    for _ in range(4000):
        clock[0] += 0.11
        if not windows.wait(10, "anna"):
            times.append(clock[0])
    # the weight takes what was before to be spread over its minute
    assert all(sum(start <= at < start + 60 for at in times) <= 12 for start in times)
    assert len(times) >= 10 * (4000 * 0.11 // 60)


@pytest.mark.parametrize("later", [0.0, 12.5, 59.9])
def test_there_is_a_place_after_the_wait_and_none_a_second_before(clock: list[float], later: float) -> None:
    windows = Windows()
    clock[0] += later
    assert fill(windows, 7, "anna") == 7
    wait = windows.full(7, "anna")
    clock[0] += wait - 1.01
    assert windows.full(7, "anna")
    clock[0] += 1.01
    assert not windows.full(7, "anna")


def test_asking_whether_there_is_a_place_takes_none(clock: list[float]) -> None:
    windows = Windows()
    assert [windows.full(1, "anna") for _ in range(5)] == [0] * 5
    assert windows.wait(1, "anna") == 0
    assert windows.full(1, "anna") == 61


def test_keys_do_not_take_from_each_other(clock: list[float]) -> None:
    windows = Windows()
    assert fill(windows, 3, "reads", "anna") == 3
    assert fill(windows, 3, "reads", "bert") == 3
    assert fill(windows, 2, "probes", "anna") == 2


def test_two_minutes_are_kept_and_no_thread_looks_for_what_is_over(clock: list[float]) -> None:
    windows, threads = Windows(), threading.active_count()
    for minute in range(5):
        for browser in range(1000):
            windows.wait(10, f"{minute} {browser}")
        assert len(windows) == 1000 * min(2, minute + 1)
        clock[0] += 60
    assert threading.active_count() == threads
    clock[0] += 120
    assert fill(windows, 10, "4 0") == 10
    assert len(windows) == 1
