"""Final weights of runs: kept within a quota, the oldest go first, and file and row agree whatever happens."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from skipscope.app.executors import state_file
from skipscope.app.jobs.kept_weights import beyond
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.rows import Kept, Saved
from skipscope.app.jobs.service import Jobs
from skipscope.app.jobs.timeouts import Watch


def files(bench: Any) -> set[str]:
    """Return of which runs there are weights; no state waits beside them."""
    assert list((bench.folder / "states").glob("*")) == []
    return {path.name for path in (bench.folder / "weights").glob("*")}


async def ended(runs: Jobs, tools: Any, client: str = "me", **more: Any) -> LiveJob:
    job = await tools.start(runs, client, **{"steps": 2, **more})
    await tools.until(lambda: job.id not in runs.registry.live)
    return job


async def saved(runs: Jobs, job: LiveJob) -> Saved:
    found = await runs.store.find(job.id)
    assert found is not None
    return found


def test_a_run_that_is_done_or_stopped_keeps_its_weights(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        done = await ended(runs, tools)
        assert (await saved(runs, done)).weights_bytes == (bench.folder / "weights" / done.id).stat().st_size > 1000
        stopped = await tools.start(runs)
        await tools.until(lambda: stopped.recorded > 1)
        assert stopped.view().saved.weights_bytes == 0
        runs.registry.send_command(stopped, {"state": "stopped"})
        await tools.until(lambda: stopped.id not in runs.registry.live)
        failed = await ended(runs, tools, lr=100.0, steps=400)
        assert (failed.state, (await saved(runs, failed)).weights_bytes) == ("failed", 0)
        assert files(bench) == {done.id, stopped.id}
        assert runs.registry.kept_bytes == sum(path.stat().st_size for path in (bench.folder / "weights").iterdir())
        if os.name == "posix":
            modes = {stat.S_IMODE(path.stat().st_mode) for path in (bench.folder / "weights").iterdir()}
            assert modes | {stat.S_IMODE((bench.folder / "weights").stat().st_mode)} == {0o600, 0o700}

    bench(act)


def test_beyond_the_quota_the_oldest_go_and_it_is_said(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        jobs = [await ended(runs, tools) for _ in range(3)]
        assert files(bench) == {job.id for job in jobs[1:]}
        first, *others = [await saved(runs, job) for job in jobs]
        assert first.weights_bytes == 0
        assert "newer ones took their place" in first.weights_note
        assert "0.03 MB" in first.weights_note
        assert all(one.weights_bytes and not one.weights_note for one in others)
        assert runs.registry.kept_bytes == sum(one.weights_bytes for one in others)

    bench(act, keep_weights_megabytes=0.03)


def test_those_that_are_larger_than_all_may_be_are_not_kept_and_cost_nobody_theirs(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        small = await ended(runs, tools)
        large = await ended(runs, tools, variants=[{"preset": "resnet20"}])
        assert files(bench) == {small.id}
        note = (await saved(runs, large)).weights_note
        assert ("1.1 MB" in note, "0.03 MB" in note) == (True, True)

    bench(act, keep_weights_megabytes=0.03)


def test_with_a_quota_of_0_none_are_kept(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        job = await ended(runs, tools)
        found = await saved(runs, job)
        assert (found.state, found.weights_bytes, found.weights_note) == ("done", 0, "")

    bench(act, keep_weights_megabytes=0)
    assert files(bench) == set()


def test_they_outlive_the_server_and_what_has_no_other_half_goes(bench: Any, tools: Any) -> None:
    jobs: list[LiveJob] = []

    async def make(runs: Jobs) -> None:
        jobs.extend([await ended(runs, tools) for _ in range(2)])

    async def look(runs: Jobs) -> None:
        assert files(bench) == {jobs[0].id}
        assert runs.registry.kept_bytes == (await saved(runs, jobs[0])).weights_bytes > 0
        assert (await saved(runs, jobs[1])).weights_note == "their file is gone"

    bench(make)
    (bench.folder / "weights" / jobs[1].id).unlink()
    (bench.folder / "weights" / "0123456789abcdef").write_bytes(b"of a run that nobody knows")
    bench(look)

    async def smaller(runs: Jobs) -> None:
        assert "newer" in (await saved(runs, jobs[0])).weights_note

    bench(smaller, keep_weights_megabytes=0.001)
    assert files(bench) == set()


def test_they_go_with_their_run(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        deleted, old, kept = [await ended(runs, tools) for _ in range(3)]
        await runs.runs.delete(await runs.runs.find(deleted.id))
        assert files(bench) == {old.id, kept.id}
        gone = await runs.store.sweep(before=(old.created + kept.created) / 2, max_bytes=0)
        assert gone.deleted == [old.id]
        live = await tools.start(runs)
        await tools.until(lambda: live.recorded > 1)
        await runs.runs.delete(live.view())
        await runs.registry.weights.forget(*gone.deleted)
        assert files(bench) == {kept.id}
        assert runs.registry.kept_bytes == (await saved(runs, kept)).weights_bytes

    bench(act)


def test_a_sweep_takes_the_weights_of_what_it_deletes(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        await ended(runs, tools)
        await Watch(runs.registry)._sweep()
        assert files(bench) == set()

    bench(act, keep_days=1e-9)


def test_a_disk_without_room_costs_the_weights_and_not_the_run(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the worker asks for room beside what jobs record: more than any disk has
    monkeypatch.setenv("TMPDIR", str(bench.folder))

    async def act(runs: Jobs) -> None:
        job = await tools.start(runs, steps=2, paused=True)
        await tools.until(lambda: job.state == "paused")
        assert job.keep is not None
        job.keep.unlink()
        job.keep.mkdir()  # a file that cannot be written
        runs.registry.send_command(job, {"state": "running"})
        await tools.until(lambda: job.id not in runs.registry.live)
        found = await saved(runs, job)
        assert (found.state, found.weights_bytes, found.weights_note) == ("done", 0, "Is a directory.")
        job.keep.rmdir()

    bench(act)


def test_room_is_left_beside_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_file, "ROOM", 2**62)
    file = tmp_path / "weights"
    file.touch()
    assert b"MB are free" in state_file.write({"unsaved": None}, str(file), b"weights")
    assert file.read_bytes() == b""


def kept(*sizes: tuple[str, int]) -> list[Kept]:
    return [Kept(number, f"r{number}", client, size) for number, (client, size) in enumerate(sizes, start=1)]


@pytest.mark.parametrize(
    ("rows", "newest", "gone"),
    [
        (kept(("a", 30), ("a", 30), ("a", 30)), Kept(0, "new", "a", 30), [1]),
        (kept(("a", 40), ("a", 40)), Kept(0, "new", "a", 90), [1, 2]),
        (kept(("a", 50), ("a", 50)), None, []),
        # of the owner who has the most, whoever comes
        (kept(("b", 10), ("a", 40), ("a", 40)), Kept(0, "new", "b", 20), [2]),
        (kept(("b", 10), ("a", 40), ("a", 40)), Kept(0, "new", "a", 40), [2]),
        # nobody's own are the newest: then others give
        (kept(("b", 30), ("b", 30)), Kept(0, "new", "a", 90), [1, 2]),
    ],
)
def test_the_oldest_of_the_owner_with_the_most_go(rows: list[Kept], newest: Kept | None, gone: list[int]) -> None:
    assert [row.key for row in beyond(rows, newest, 100)] == gone
