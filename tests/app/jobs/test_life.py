"""How a run ends that loses its worker, and what the others notice of it."""

import asyncio
import os
import signal
from typing import Any

import pytest

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.service import Jobs
from tests.app.still import STILL, StillRequest


def test_a_killed_worker_fails_its_run_and_nothing_else_notices(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        doomed, other = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: doomed.recorded > 1 and other.recorded > 1)
        os.kill(await doomed.handle.pid(), signal.SIGKILL)
        await tools.until(lambda: doomed.over)
        assert (doomed.state, "SIGKILL" in doomed.reason) == ("failed", True)
        at = other.recorded
        await tools.until(lambda: other.recorded > at + 3)
        third = await tools.start(runs, "c", steps=2)
        await tools.until(lambda: third.over)
        assert third.state == "done"

    bench(act, slots=2)


def test_a_worker_that_stands_still_after_its_last_word_keeps_no_slot(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        made, _ = await runs.registry.create(NewJob(kind=STILL, request=StillRequest(), seat=Seat("a")))
        await tools.until(lambda: made.saved.id not in runs.registry.live)
        assert not runs.registry.active
        saved = await runs.store.find(made.saved.id)
        assert saved is not None
        assert saved.state == "done"

    bench(act, kinds="tests.app.still:STILL")


def test_one_that_is_done_while_it_waits_waits_no_more_while_the_store_is_slow(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that published places meanwhile, as it does for each new run, met one that is over."""

    async def act(runs: Jobs) -> None:
        first = await tools.start(runs, "a", paused=True, steps=1)
        await tools.until(lambda: first.state == "paused")
        second = await tools.start(runs, "b")
        await tools.until(lambda: second.recorded > 1)
        append, may = runs.store.append, asyncio.Event()

        def slow(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
            async def later() -> None:
                await may.wait()
                await append(key, events, now)

            return asyncio.ensure_future(later()) if now["state"] == "done" else append(key, events, now)

        monkeypatch.setattr(runs.store, "append", slow)
        for command in ({"step": 1}, {"step": 1}, {"state": "running"}):
            runs.registry.send_command(first, command)
        assert runs.registry.slots.waits(first)
        await tools.until(lambda: first.over)
        assert not runs.registry.slots.waits(first)
        third = await tools.start(runs, "c")
        assert (third.state, third.queue_position, runs.registry.num_waiting) == ("queued", 1, 1)
        assert first.id in runs.registry.live
        may.set()
        await tools.until(lambda: first.id not in runs.registry.live)
        assert runs.registry.active == {second}

    bench(act)
