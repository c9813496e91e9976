"""Times in the words of people; who is stuck, and who is not."""

import os
import signal
import time
from typing import Any

import pytest

from app.runs.service import Runs
from app.runs.watch import Watch, span


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.6, "0.6 s"), (90, "90 s"), (300, "5 min"), (3600, "1 h"), (5400, "90 min")]
)
def test_a_span_is_in_the_largest_unit_that_divides_it(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.xdist_group("executors")
def test_an_unwatched_run_that_is_frozen_is_told_to_pause_once_and_ended_as_stuck(bench: Any, tools: Any) -> None:
    async def act(runs: Runs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        os.kill(await run.handle.pid(), signal.SIGSTOP)
        await tools.until(lambda: run.pausing)
        await tools.until(lambda: run.over)
        assert (run.state, "stuck" in run.reason) == ("failed", True)

    bench(act, idle_seconds=0.3, max_step_seconds=3.0)


@pytest.mark.xdist_group("executors")
@pytest.mark.parametrize("slow", [{"record_every": 20_000}, {"max_rate": 0.01}], ids=["seldom recorded", "slow pace"])
def test_a_run_that_is_slow_to_tell_is_not_stuck(bench: Any, tools: Any, slow: dict[str, Any]) -> None:
    async def act(runs: Runs) -> None:
        run = await tools.start(runs, **slow)
        await tools.until(lambda: run.recorded == 1)
        begun = run.heard
        await tools.until(lambda: run.over or run.heard > begun + 1.2 * runs.settings.max_step_seconds)
        assert (run.state, run.recorded) == ("running", 1)
        runs.registry.tell(run, {"state": "paused"})  # heard between all steps
        await tools.until(lambda: run.state == "paused")
        assert run.recorded == 1

    bench(act, max_step_seconds=8.0)


@pytest.mark.xdist_group("executors")
def test_what_breaks_with_one_run_is_logged_and_the_others_are_looked_after(
    bench: Any, tools: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    async def act(runs: Runs) -> None:
        broken, other = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: broken.recorded > 1 and other.recorded > 1)
        broken.since = None
        await tools.until(lambda: other.state == "paused")
        broken.since = other.since
        assert f"watch_broke                    run={broken.id}" in capsys.readouterr().out

    bench(act, slots=2, idle_seconds=0.5)


@pytest.mark.xdist_group("executors")
def test_a_clock_that_jumps_a_year_ahead_deletes_nothing(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time

    async def act(runs: Runs) -> None:
        await tools.start(runs, steps=1)
        await tools.until(lambda: not runs.registry.live)
        watch = Watch(runs.registry)
        monkeypatch.setattr(time, "time", lambda: real() + 365 * 86_400)
        await watch._sweep()
        monkeypatch.undo()
        assert (await runs.store.listing(offset=0, limit=9))[0] == 1

    bench(act)
