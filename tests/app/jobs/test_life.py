"""How a run ends that loses its worker, and what the others notice of it."""

import os
import signal
from typing import Any

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
