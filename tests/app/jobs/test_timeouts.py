"""Times in the words of people; who is stuck, unwatched or at it for too long, and who is not."""

import asyncio
import os
import signal
import time
from typing import Any

import pytest

from skipscope.app.executors.local import LocalExecutor
from skipscope.app.jobs.service import Jobs
from skipscope.app.jobs.timeouts import Watch, span


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.6, "0.6 s"), (90, "90 s"), (300, "5 min"), (3600, "1 h"), (5400, "90 min")]
)
def test_a_span_is_in_the_largest_unit_that_divides_it(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_an_unwatched_run_that_is_frozen_is_told_to_pause_once_and_ended_as_stuck(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        os.kill(await run.handle.pid(), signal.SIGSTOP)
        await tools.until(lambda: run.pausing)
        await tools.until(lambda: run.over)
        assert (run.state, "stuck" in run.reason) == ("failed", True)

    bench(act, idle_seconds=0.3, max_step_seconds=3.0)


@pytest.mark.parametrize("slow", [{"record_every": 20_000}, {"max_rate": 0.01}], ids=["seldom recorded", "slow pace"])
@pytest.mark.slow
def test_a_run_that_is_slow_to_tell_is_not_stuck(bench: Any, tools: Any, slow: dict[str, Any]) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs, **slow)
        await tools.until(lambda: run.recorded == 1)
        begun = run.heard
        await tools.until(lambda: run.over or run.heard > begun + 1.2 * runs.settings.max_step_seconds)
        assert (run.state, run.recorded) == ("running", 1)
        runs.registry.send_command(run, {"state": "paused"})  # heard between all steps
        await tools.until(lambda: run.state == "paused")
        assert run.recorded == 1

    bench(act, max_step_seconds=8.0)


def test_what_breaks_with_one_run_is_logged_and_the_others_are_looked_after(
    bench: Any, tools: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        broken, other = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: broken.recorded > 1 and other.recorded > 1)
        monkeypatch.setattr(broken.channel, "beat", None)
        await tools.until(lambda: other.state == "paused")
        assert f"watch_broke                    job={broken.id}" in capsys.readouterr().out

    bench(act, slots=2, idle_seconds=0.5)


def test_a_clock_that_jumps_a_year_ahead_deletes_nothing(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time

    async def act(runs: Jobs) -> None:
        await tools.start(runs, steps=1)
        await tools.until(lambda: not runs.registry.live)
        watch = Watch(runs.registry)
        monkeypatch.setattr(time, "time", lambda: real() + 365 * 86_400)
        await watch._sweep()
        monkeypatch.undo()
        assert (await runs.store.listing(offset=0, limit=9))[0] == 1

    bench(act)


def test_a_run_that_nobody_watches_is_paused_and_later_stopped(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run, watched = await tools.start(runs, "a"), await tools.start(runs, "b")
        reading = asyncio.ensure_future(_read(watched))
        await tools.until(lambda: run.over)
        said = await tools.statuses(runs, run.key)
        assert [status["state"] for status in said] == ["running", "paused", "stopped"]
        assert "nobody has watched for 0.6 s" in said[1]["reason"]
        assert "paused" in said[2]["reason"]
        assert watched.state == "running"
        reading.cancel()
        await asyncio.wait([reading])

    bench(act, slots=2, idle_seconds=0.6, paused_seconds=0.6)


async def _read(run: Any) -> None:
    async for _ in run.channel.read(0):
        pass


def test_a_run_that_trains_for_too_long_is_stopped(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.over)
        assert (run.state, "longest time" in run.reason) == ("stopped", True)
        assert run.recorded > 0

    bench(act, max_seconds=0.5)


def test_a_training_that_is_stuck_is_ended_alone(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        stuck, other = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: stuck.recorded > 1 and other.recorded > 1)
        pid = await stuck.handle.pid()
        os.kill(pid, signal.SIGSTOP)  # as a machine does that swaps

        def over() -> bool:
            stuck.heard = time.monotonic() - 100
            return stuck.over

        await tools.until(over)
        assert (stuck.state, "stuck" in stuck.reason) == ("failed", True)
        assert other.state == "running"
        await tools.until(lambda: stuck.id not in runs.registry.live)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    bench(act, slots=2, max_step_seconds=60.0)


def test_a_stop_in_a_long_step_does_not_wait_for_it(bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipscope.app.jobs.timeouts.STOP_SECONDS", 0.3)

    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        os.kill(await run.handle.pid(), signal.SIGSTOP)
        runs.registry.send_command(run, {"state": "stopped"})
        await tools.until(lambda: run.over)
        assert run.state == "stopped"

    bench(act)


def test_a_wall_clock_that_jumps_changes_nothing(bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    jumps = iter(range(10**9))
    # a day forward, a day back, at each look
    monkeypatch.setattr(time, "time", lambda: real() + 86_400 * (-1) ** next(jumps))

    async def act(runs: Jobs) -> None:
        first = await tools.start(runs, "a", steps=200, max_rate=150)
        second = await tools.start(runs, "b", steps=2)
        reading = asyncio.ensure_future(_read(first))
        await tools.until(lambda: first.over and second.over)
        await reading
        assert (first.state, first.recorded, second.state) == ("done", 200, "done")
        await tools.until(lambda: not runs.registry.live)
        _, page = await runs.store.listing(offset=0, limit=9)
        assert [saved.id for saved in page] == [second.id, first.id]

    bench(act, idle_seconds=30, paused_seconds=30, max_seconds=30, max_step_seconds=30)


def test_a_run_whose_start_took_long_is_not_stuck(bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = LocalExecutor.start_job

    async def act(runs: Any) -> None:
        async def late(*given: Any, **more: Any) -> Any:
            for job in runs.registry.live.values():
                job.heard -= 100
            await asyncio.sleep(1.0)  # the watch looks meanwhile
            return await begin(*given, **more)

        monkeypatch.setattr(LocalExecutor, "start_job", late)
        job = await tools.start(runs)
        await tools.until(lambda: job.recorded > 2 or job.over)
        assert job.state == "running", job.reason

    bench(act, max_step_seconds=60.0)


def test_a_run_is_not_stuck_while_the_store_is_slow_to_keep_what_it_said(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        may = await _slow_store(runs, tools, monkeypatch)
        run.heard -= 100
        Watch(runs.registry)._look(run)
        assert not run.over, run.reason
        at = run.recorded
        may.set()
        await tools.until(lambda: run.over or run.recorded > at + 2)
        assert run.state == "running", run.reason
        os.kill(await run.handle.pid(), signal.SIGSTOP)

        def over() -> bool:
            run.heard = time.monotonic() - 100
            return run.over

        await tools.until(over)
        assert (run.state, "stuck" in run.reason) == ("failed", True)

    bench(act, max_step_seconds=60.0)


def test_a_run_that_has_stopped_is_not_ended_while_the_store_is_slow(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its weights and its own last word would be lost."""
    monkeypatch.setattr("skipscope.app.jobs.timeouts.STOP_SECONDS", 60.0)

    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        may = await _slow_store(runs, tools, monkeypatch)
        runs.registry.send_command(run, {"state": "stopped"})
        run.handling -= 100
        asked = run.stopping = run.stopping - 100
        Watch(runs.registry)._look(run)
        assert not run.over, run.reason
        may.set()
        await tools.until(lambda: run.over)
        assert (run.state, run.reason, run.weights_bytes > 0) == ("stopped", None, True)
        assert run.stopping > asked + 99, "patience with the worker begins when the store has answered"

    bench(act)


async def _slow_store(runs: Jobs, tools: Any, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have the store keep nothing more until the event, and wait until a run waits for that."""
    append, may, asked = runs.store.append, asyncio.Event(), list[int]()

    def late(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
        if may.is_set():
            return append(key, events, now)
        asked.append(key)

        async def later() -> None:
            await may.wait()
            await append(key, events, now)

        return asyncio.ensure_future(later())

    monkeypatch.setattr(runs.store, "append", late)
    await tools.until(lambda: asked)
    return may
