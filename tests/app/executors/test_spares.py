"""Processes that are ready are replaced when they die, and with them the process that they are forked from."""

import asyncio
import os
import signal
import sys
from multiprocessing import forkserver
from typing import Any

import pytest

from skipscope.app.executors.local import LocalExecutor
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.kinds import PROBE, TRAINING

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


async def until(condition: Any) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to pass")


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are forked from one that is warm")
def test_the_process_that_others_are_forked_from_comes_back_without_being_asked() -> None:
    wish = TrainingRequest.model_validate({"variants": [SMALL], "batch_size": 4, "steps": 2})

    async def act() -> None:
        executor = LocalExecutor(slots=2, threads=1)
        await executor.start()
        ready = executor._spares["cpu"]
        first = forkserver._forkserver._forkserver_pid  # pyright: ignore[reportAttributeAccessIssue]
        before = list(ready._ready)
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(ready._ready) == 2 and not set(before) & set(ready._ready))
        assert forkserver._forkserver._forkserver_pid != first  # pyright: ignore[reportAttributeAccessIssue]
        handle = await executor.start_job(TRAINING, wish)
        kinds = [event.kind async for batch in handle.batches() for event in batch]
        assert kinds.count("step") == 2
        await handle.close()
        assert await executor.answer(PROBE, ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 4}))
        await executor.stop()

    asyncio.run(act())
