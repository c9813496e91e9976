"""How a run ends that loses its worker, and what the others notice of it."""

import os
import signal
from typing import Any

from skipscope.app.jobs.service import Jobs


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
