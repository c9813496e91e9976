"""Processes that are ready are replaced when they die, and with them the process that they are forked from."""

import asyncio
import os
import signal
import sys
from multiprocessing import forkserver
from typing import Any

import pytest

from skipscope.app.executors import spares
from skipscope.app.executors.base import WorkerDied
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.spares import Spares
from skipscope.app.executors.workers import Worker, warm_context
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


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are forked from one that is warm")
def test_two_refills_at_the_same_time_make_no_process_too_many_and_one_that_fails_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spares, "REFILL_AFTER", 0.0)
    monkeypatch.setattr(spares, "LOOK_EVERY", 0.001)
    full: list[bool] = []

    async def make() -> Worker:
        if full:
            raise WorkerDied("Cannot allocate memory")
        await asyncio.sleep(0.05)
        return await Worker.make(warm_context(), {"threads": 1, "nice": 0, "memory_bytes": 0})

    async def act() -> None:
        ready = Spares(make, 2)
        await ready.start()
        taken, other = await ready.acquire(), ready._ready[0]
        other.process.kill()
        await until(lambda: other not in ready._ready and len(ready._ready) >= 2)
        await asyncio.sleep(0.2)
        assert len(ready._ready) == 2
        full.append(True)
        more = await ready.acquire()
        assert ready._refilling is not None
        await ready._refilling
        await asyncio.gather(taken.end(), more.end())
        await ready.stop()

    asyncio.run(act())


@pytest.mark.skipif(sys.platform != "linux", reason="only there processes are forked from one that is warm")
def test_a_process_that_is_made_while_another_dies_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spares, "REFILL_AFTER", 0.0)
    monkeypatch.setattr(spares, "LOOK_EVERY", 0.001)
    made: list[Worker] = []

    async def act() -> None:
        may = asyncio.Event()
        may.set()

        async def make() -> Worker:
            await may.wait()
            made.append(await Worker.make(warm_context(), {"threads": 1, "nice": 0, "memory_bytes": 0}))
            return made[-1]

        ready = Spares(make, 2)
        await ready.start()
        may.clear()
        taken, other = await ready.acquire(), ready._ready[0]
        await asyncio.sleep(0.01)  # its successor is being made
        other.process.kill()
        await until(lambda: other not in ready._ready)
        may.set()
        await until(lambda: len(ready._ready) == 2)
        await asyncio.sleep(0.2)
        assert {taken, other, *ready._ready} == {*made}
        await taken.end()
        await ready.stop()

    asyncio.run(act())
