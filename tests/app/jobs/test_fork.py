"""Forks that are refused leave the run that was to be copied as it was."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any, cast

import pytest

from skipscope.app.errors import Problem
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.fork import fork
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.request import TrainingRequest


def states(bench: Any) -> list[Path]:
    """Return the files of states that wait."""
    folder: Path = bench.folder / "states"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_state_waits_in_a_file_until_the_copies_have_it(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        source, other = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: source.recorded > 1)
        forks = [await fork(runs.registry, source, 0, Seat("a")) for _ in range(2)]
        made, unwanted = [runs.registry.live[one.saved.id] for one in forks]
        name, copy = cast("TrainingRequest", made.request).names()
        assert copy == f"{name}, fork at step {made.name.rpartition(' ')[2]}"
        await tools.until(lambda: other.state == "running")  # the source has given its slot away
        assert set(states(bench)) == {made.resume, unwanted.resume}
        assert all(len(file.read_bytes()) > 1000 for file in states(bench))
        runs.registry.send_command(unwanted, {"state": "stopped"})
        await tools.until(lambda: unwanted.id not in runs.registry.live)
        assert states(bench) == [made.resume]
        runs.registry.send_command(other, {"state": "stopped"})
        await tools.until(lambda: made.state == "paused")
        assert states(bench) == []

    bench(act)


def test_a_server_begins_without_the_states_of_one_before(bench: Any, tools: Any) -> None:
    left = bench.folder / "states" / "left"
    left.parent.mkdir()
    left.write_bytes(b"state")

    async def act(runs: Jobs) -> None:
        assert states(bench) == []

    bench(act)


def test_a_folder_that_takes_no_state_is_told_and_the_run_goes_on(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        (bench.folder / "states").write_text("no folder")
        with pytest.raises(Problem, match="below the data folder") as refused:
            await fork(runs.registry, source, 0, Seat("a"))
        assert refused.value.status == 507
        at = source.recorded
        await tools.until(lambda: source.recorded > at + 2)

    bench(act)


@pytest.mark.parametrize(("limit", "status"), [({"client_runs": 1}, 429), ({"max_queue": 1}, 503)], ids=str)
def test_limits_are_looked_at_before_the_run_is_touched(
    bench: Any, tools: Any, limit: dict[str, int], status: int
) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs, "a")
        await tools.until(lambda: source.recorded > 1)
        if "max_queue" in limit:
            await tools.start(runs, "b")
        with pytest.raises(Problem) as refused:
            await fork(runs.registry, source, 0, Seat("a"))
        assert refused.value.status == status
        at = source.recorded
        await tools.until(lambda: source.recorded > at + 2)
        assert [said["state"] for said in await tools.statuses(runs, source.key)] == ["running"]

    bench(act, **limit)


def test_a_state_that_takes_too_long_is_refused_with_a_remedy_and_the_run_goes_on(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        worker = await source.handle.pid()
        os.kill(worker, signal.SIGSTOP)
        with pytest.raises(Problem) as refused:
            await fork(runs.registry, source, 0, Seat("a"), patience=0.3)
        os.kill(worker, signal.SIGCONT)
        assert (refused.value.status, refused.value.limit) == (503, "0.3 s")
        assert "pause the run" in (refused.value.remedy or "")
        assert states(bench) == []
        at = source.recorded
        await tools.until(lambda: source.state == "running" and source.recorded > at + 2)
        # what came too late is nobody's: the next one who asks gets a state of his own
        made = runs.registry.live[(await fork(runs.registry, source, 0, Seat("a"))).saved.id]
        await tools.until(lambda: made.state == "paused")
        assert source.state == "paused"
        assert made.name.endswith(f"at step {source.recorded}")
        assert states(bench) == []  # also not the one that nobody wanted any more

    bench(act, slots=2)


def test_a_run_whose_worker_dies_meanwhile_cannot_be_forked(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        worker = await source.handle.pid()
        os.kill(worker, signal.SIGSTOP)
        asked = asyncio.create_task(fork(runs.registry, source, 0, Seat("a")))
        await tools.until(lambda: source.paused)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(Problem) as refused:
            await asked
        assert (refused.value.status, refused.value.more["state"]) == (409, "failed")
        assert states(bench) == []

    bench(act)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_run_whose_user_asks_it_to_pause_is_not_resumed_by_a_fork_that_is_refused(
    bench: Any, tools: Any, when: str
) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        worker = await source.handle.pid()
        os.kill(worker, signal.SIGSTOP)
        if when == "before":
            runs.registry.send_command(source, {"state": "paused"})
        asked = asyncio.create_task(fork(runs.registry, source, 0, Seat("a"), patience=1.0))
        await tools.until(lambda: source.paused)
        assert source.state == "running"
        if when == "meanwhile":
            runs.registry.send_command(source, {"state": "paused"})
        with pytest.raises(Problem):
            await asked
        os.kill(worker, signal.SIGCONT)
        await tools.until(lambda: not source.pausing)
        assert (source.state, source.paused, runs.registry.slots.waits(source)) == ("paused", True, False)

    bench(act)


def test_a_client_that_leaves_while_its_run_is_forked_leaves_a_whole_fork(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        may = tools.hold_creation(runs, monkeypatch)
        asking = asyncio.create_task(fork(runs.registry, source, 0, Seat("a")))
        await tools.until(lambda: len(runs.registry.live) == 2)
        asking.cancel()
        await asyncio.wait([asking])
        (made,) = [job for job in runs.registry.live.values() if job is not source]
        assert states(bench) == [made.resume]
        may.set()
        await tools.until(lambda: made.state == "paused")
        assert made.name.endswith(f"at step {source.recorded}")
        assert states(bench) == []

    bench(act)


def test_a_fork_that_ends_at_once_is_answered(bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(runs: Jobs) -> None:
        source = await tools.start(runs)
        await tools.until(lambda: source.recorded > 1)
        create = runs.registry.create

        async def create_and_end(new: NewJob) -> Any:
            made = await create(new)
            await runs.registry.end(runs.registry.live[made[0].saved.id], "stopped", "at once")
            return made

        monkeypatch.setattr(runs.registry, "create", create_and_end)
        made = await fork(runs.registry, source, 0, Seat("a"))
        assert made.saved.id not in runs.registry.live
        assert states(bench) == []

    bench(act)
