"""What every executor does: the numbers of a plain loop, ends that are said, runs that do not disturb each other."""

import asyncio
import os
import signal
from collections.abc import Callable

import orjson
import pytest

from skipscope.app.executors.base import Event, Executor, WorkerDied, WorkerFailed
from skipscope.app.executors.pipe import AHEAD
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.kinds import PROBE, TRAINING
from skipscope.model.train.probe import probe
from tests.app.executors.place import Place, expected, numbers, of_kind, run_whole, told, until

Make = Callable[..., TrainingRequest]


def test_a_run_says_schema_states_and_the_numbers_of_a_plain_loop(place: Place, request_of: Make) -> None:
    request = request_of()
    events = place.do(lambda executor: run_whole(executor, request))
    assert [event.kind for event in events] == ["schema", "status", *["step"] * 6, "status"]
    assert [event.step for event in events if event.kind == "step"] == [0, 1, 2, 3, 4, 5]
    assert numbers(of_kind(events, "step")) == expected(request)
    schema = of_kind(events, "schema")[0]["variants"]
    assert [variant["blocks"] for variant in schema] == [["layer1.0", "layer2.0", "layer2.1"]] * 2
    first, last = of_kind(events, "status")
    assert first == {"state": "running", "reason": None, "queue_position": None}
    assert last == {"state": "done", "reason": None, "queue_position": None, "final": True}


def test_only_recorded_steps_are_said(place: Place, request_of: Make) -> None:
    request = request_of(record_every=4)
    events = place.do(lambda executor: run_whole(executor, request))
    assert [event.step for event in events if event.kind == "step"] == [0, 4, 5]


def test_a_run_gives_signs_of_life_where_it_has_nothing_to_tell(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> None:
        handle = await executor.start_job(TRAINING, request_of(steps=100_000, record_every=100_000))
        await until(handle, "step")
        async for batch in handle.batches():
            assert batch == []
            break
        await handle.close()

    place.do(act)


def test_the_pace_is_kept(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        return await told(await executor.start_job(TRAINING, request_of(), max_rate=20))

    made = [event.made for event in place.do(act) if event.kind == "step"]
    assert made[-1] - made[0] > 4 / 20


def test_a_net_that_diverges_fails_with_the_reason(place: Place, request_of: Make) -> None:
    request = request_of(lr=100, momentum=0.99, steps=1000)
    events = place.do(lambda executor: run_whole(executor, request))
    last = of_kind(events, "status")[-1]
    assert last["state"] == "failed"
    assert "not finite" in last["reason"]
    assert all(b"NaN" not in event.data and b"Infinity" not in event.data for event in events)


def test_what_cannot_be_trained_is_refused_in_words(place: Place, request_of: Make) -> None:
    with pytest.raises(WorkerFailed, match="no such data set"):
        place.do(lambda executor: run_whole(executor, request_of(dataset="unheard_of")))


def test_a_killed_worker_ends_its_run_alone(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        doomed = await executor.start_job(TRAINING, request_of(steps=100_000))
        other = await executor.start_job(TRAINING, request_of(steps=100_000))
        await asyncio.gather(until(doomed, "step", 2), until(other, "step", 2))
        os.kill(await doomed.pid(), signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await told(doomed)
        await until(other, "step", 3)
        other.send({"state": "stopped"})
        await told(other)
        return await told(await executor.start_job(TRAINING, request_of()))

    assert of_kind(place.do(act), "status")[-1]["state"] == "done"


def test_a_run_that_nobody_reads_holds_up_no_other(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        unread = await executor.start_job(TRAINING, request_of(steps=100_000))
        await until(unread, "step", 2)
        await asyncio.sleep(3)  # more than there is room for
        others = [await told(await executor.start_job(TRAINING, request_of())) for _ in range(2)]
        held = await anext(unread.batches())
        assert len(held) <= AHEAD
        assert await until(unread, "step", 2 * AHEAD)  # it goes on where it was held
        await unread.close()
        return others[-1]

    assert of_kind(place.do(act), "status")[-1]["state"] == "done"


def test_a_run_that_is_closed_is_gone(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> int:
        handle = await executor.start_job(TRAINING, request_of(steps=100_000))
        await until(handle, "step")
        pid = await handle.pid()
        await handle.close()
        return pid

    pid = place.do(act)
    for _ in range(100):
        if not _trains(pid):
            return
        place.do(lambda _: asyncio.sleep(0.05))
    raise AssertionError("the process trains on")


def _trains(pid: int) -> bool:
    """Say whether a process is there and computes."""

    def spent() -> int:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))

    try:
        before = spent()
        asyncio.run(asyncio.sleep(0.3))
        return spent() - before > 3
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_probe_is_step_0_of_the_run(place: Place, request_of: Make) -> None:
    request = request_of()
    wish = ProbeRequest(variants=request.variants, batch_size=request.batch_size)
    answer = orjson.loads(place.do(lambda executor: executor.answer(PROBE, wish)))
    assert answer == orjson.loads(orjson.dumps(probe(wish)))
    (first, *_) = of_kind(place.do(lambda executor: run_whole(executor, request)), "step")
    for probed, trained in zip(answer["variants"], first["variants"], strict=True):
        assert probed["loss"] == trained["loss"]
        assert probed["values"]["gradient_rms"] == trained["values"]["gradient_rms"]
