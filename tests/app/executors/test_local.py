"""Workers on this machine: probes in turn, limits that are kept, a pipe that nobody reads."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from skipscope.app.executors import local
from skipscope.app.executors.base import Busy, Event, Executor, TooSlow, WorkerFailed
from skipscope.app.executors.child import OOM_SCORE
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.placement import Placement
from skipscope.app.guard.seat import Seat
from skipscope.model.describe.devices import Devices
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.device import find_devices
from skipscope.model.train.kinds import PROBE, TRAINING
from tests.app.executors.place import Place, of_kind, run_whole, told, until
from tests.app.executors.sight import SIGHT, SightRequest

Make = Callable[..., TrainingRequest]
MIB = 1024 * 1024


def oom_score(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the score")
def test_workers_step_back_behind_the_web_process(request_of: Make) -> None:
    async def act(executor: Executor) -> int:
        handle = await executor.start_job(TRAINING, request_of(steps=100_000))
        await until(handle, "step")
        pid = await handle.pid()
        nice = os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, 0)
        score = oom_score(pid)
        await handle.close()
        assert score == OOM_SCORE > 0
        return nice

    place = Place(lambda: LocalExecutor(slots=1, threads=1, nice=7))
    try:
        assert place.do(act) == 7
    finally:
        place.close()


def test_telling_a_process_that_does_not_listen_holds_up_nobody(request_of: Make) -> None:
    async def act(executor: Executor) -> int:
        frozen, other = (
            await executor.start_job(TRAINING, request_of(steps=100_000)),
            await executor.start_job(TRAINING, request_of(steps=100_000)),
        )
        await asyncio.gather(until(frozen, "step"), until(other, "step"))
        os.kill(await frozen.pid(), signal.SIGSTOP)
        for _ in range(2000):
            frozen.send({"variant": 1, "strength": [1.0, 0.5, 0.25]})
        await until(other, "step", 3)
        unsent = frozen.unsent
        await asyncio.gather(frozen.close(), other.close())
        return unsent

    place = Place(lambda: LocalExecutor(slots=2, threads=2))
    try:
        assert place.do(act) > 0
    finally:
        place.close()


def test_probes_wait_in_turn_and_not_too_many_of_them(request_of: Make) -> None:
    wishes = iter(ProbeRequest(variants=request_of().variants, seed=seed) for seed in range(9))

    async def act(executor: Executor) -> None:
        answered: list[str] = []

        async def ask(client: str) -> None:
            await executor.answer(PROBE, next(wishes), Seat(client))
            answered.append(client)

        asking = [asyncio.create_task(ask(client)) for client in ("a", "a", "a", "b")]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await executor.answer(PROBE, next(wishes), Seat("c"))
        await asyncio.gather(*asking)
        assert answered == ["a", "b", "a", "a"]

    place = Place(lambda: LocalExecutor(slots=1, threads=1, max_probes=3))
    try:
        place.do(act)
    finally:
        place.close()


def test_a_probe_that_takes_too_long_is_ended_and_the_next_is_answered(request_of: Make) -> None:
    large = TrainingRequest.model_validate({"variants": [{"preset": "resnet110"}], "batch_size": 512, "image_size": 32})

    async def act(executor: Executor) -> None:
        with pytest.raises(TooSlow):
            await executor.answer(PROBE, ProbeRequest(variants=large.variants, batch_size=512, image_size=32))
        await executor.answer(PROBE, ProbeRequest(variants=request_of().variants, batch_size=2))

    place = Place(lambda: LocalExecutor(slots=1, threads=1, probe_seconds=1.5))
    try:
        place.do(act)
    finally:
        place.close()


def test_a_worker_that_asks_for_more_memory_than_it_may_fails_in_words(request_of: Make) -> None:
    large = TrainingRequest.model_validate({"variants": [{"preset": "resnet56"}], "batch_size": 512, "image_size": 64})

    async def act(executor: Executor) -> list[Event]:
        with pytest.raises(WorkerFailed, match="out of memory"):
            await run_whole(executor, large)
        return await run_whole(executor, request_of())

    place = Place(lambda: LocalExecutor(slots=1, threads=1, worker_bytes=300 * MIB))
    try:
        assert of_kind(place.do(act), "status")[-1]["state"] == "done"
    finally:
        place.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all workers start afresh")
def test_a_gpus_job_starts_afresh_and_the_cpus_are_forked_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> Devices:
        return Devices({"cpu": 0, "cuda": 2**33})

    async def act(executor: Executor) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        for device in ("auto", "cuda"):
            said = await told(await executor.start_job(SIGHT, SightRequest(device=device)))
            seen += of_kind(said, "sight")
        seen.append(orjson.loads(await executor.answer(SIGHT, SightRequest(device="cuda"))))
        return seen

    monkeypatch.setattr(local, "scout", both)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    place = Place(lambda: LocalExecutor(slots=1, threads=1, placement=Placement("cpu")))
    try:
        forked, *fresh = place.do(act)
    finally:
        place.close()
    assert (forked["device"], forked["visible"], forked["deterministic"]) == ("cpu", "-1", False)
    assert forked["parent"] != os.getpid()
    expected = {"device": "cuda", "parent": os.getpid(), "visible": "0", "deterministic": True}
    assert fresh == [expected, expected]


def test_a_device_that_is_not_there_is_refused(request_of: Make) -> None:
    async def act(executor: Executor) -> None:
        for asked in (executor.start_job, executor.answer):
            with pytest.raises(WorkerFailed, match=r'device="mps": networks can work on'):
                await asked(TRAINING, request_of(device="mps"))

    if "mps" in find_devices().names:
        pytest.skip("it is there")
    place = Place(lambda: LocalExecutor(slots=1, threads=1))
    try:
        place.do(act)
    finally:
        place.close()
