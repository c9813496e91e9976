"""Room held back on the disk."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from skipscope.app.jobs.disk_reserve import Reserve


def test_it_is_held_once_and_let_go(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path, 10_000)
    reserve.hold()
    reserve.hold()
    assert [(path.name, path.stat().st_size) for path in tmp_path.iterdir()] == [("reserve", 10_000)]
    reserve.release()
    reserve.release()
    assert list(tmp_path.iterdir()) == []


def test_what_was_taken_short_is_taken_whole_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(free=3_000)
    monkeypatch.setattr("skipscope.app.jobs.disk_reserve.shutil.disk_usage", lambda _: free)
    reserve = Reserve(tmp_path, 10_000)
    reserve.hold()
    free.free = 60_000
    reserve.hold()
    assert (tmp_path / "reserve").stat().st_size == 10_000


def test_it_takes_at_most_a_third_of_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipscope.app.jobs.disk_reserve.shutil.disk_usage", lambda _: SimpleNamespace(free=3_000))
    Reserve(tmp_path, 10_000).hold()
    assert (tmp_path / "reserve").stat().st_size == 1_000
