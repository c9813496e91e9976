"""What every executor does: the numbers of a plain loop, commands between steps, ends that are said."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from app.executors.base import Event, Executor, WorkerDied, WorkerFailed
from app.executors.line import AHEAD
from app.executors.local import LocalExecutor
from app.executors.ray import RayExecutor
from model.request import ProbeRequest, TrainingRequest
from model.training import probe, train
from tests.app.executors.cluster import cluster
from tests.app.executors.place import Place, of_kind, run_whole, told, until

pytestmark = pytest.mark.xdist_group("executors")
Make = Callable[..., TrainingRequest]


@pytest.fixture(scope="module", params=["local", pytest.param("ray", marks=pytest.mark.ray)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Start each executor once; Ray's on a cluster of two nodes."""
    if request.param == "local":
        found = Place(lambda: LocalExecutor(slots=2, threads=2))
        yield found
        found.close()
        return
    pytest.importorskip("ray", reason="the ray extra is not installed")
    with cluster() as (address, _):
        found = Place(lambda: RayExecutor(LocalExecutor(slots=0, threads=1), address=address), seconds=150)
        yield found
        found.close()


def numbers(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what must be the same in each repetition: all but the clock."""
    return [{name: value for name, value in step.items() if name != "elapsed"} for step in steps]


def expected(request: TrainingRequest, change: Callable[[Any], None] = lambda _: None, at: int = -1) -> Any:
    training = train(request)
    steps: list[dict[str, Any]] = []
    if at == 0:
        change(training)
    for record in training:
        steps.append(orjson.loads(orjson.dumps(record.to_dict())))
        if len(steps) == at:
            change(training)
    training.close()
    return numbers(steps)


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


def test_a_change_is_heard_between_two_steps_that_are_not_recorded(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request_of(steps=100_000, record_every=100_000))
        said = await until(handle, "step")
        await asyncio.sleep(0.5)  # by now it is on its way to the next recorded step
        handle.send({"lr": 0.25})
        said += await until(handle, "change")
        handle.send({"state": "stopped"})
        return said + await told(handle)

    events = place.do(act)
    assert [event.kind for event in events] == ["schema", "status", "step", "change", "status"]
    assert 0 < of_kind(events, "change")[0]["step"] < 100_000


def test_a_step_that_is_asked_of_a_paused_run_is_one_step_and_is_recorded(place: Place, request_of: Make) -> None:
    request = request_of(record_every=4)

    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request, paused=True)
        said = await until(handle, "status")
        for count in (1, 2):
            handle.send({"step": count})
            said += await until(handle, "step", count)
        handle.send({"state": "running"})
        return said + await told(handle)

    events = place.do(act)
    assert [event.step for event in events if event.kind == "step"] == [0, 1, 2, 4, 5]
    # what is recorded changes no number
    every = expected(request_of())
    for step in numbers(of_kind(events, "step")):
        assert [one["loss"] for one in step["variants"]] == [one["loss"] for one in every[step["step"]]["variants"]]


def test_a_run_gives_signs_of_life_where_it_has_nothing_to_tell(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> None:
        handle = await executor.run(request_of(steps=100_000, record_every=100_000))
        await until(handle, "step")
        async for batch in handle.batches():
            assert batch == []
            break
        await handle.close()

    place.do(act)


def test_it_starts_paused_steps_goes_on_and_stops(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request_of(steps=100_000), paused=True)
        said = await until(handle, "status")
        handle.send({"step": 2})
        said += await until(handle, "step", 2)
        handle.send({"state": "running"})
        said += await until(handle, "step", 3)
        handle.send({"state": "paused"})
        said += await until(handle, "status")
        handle.send({"state": "stopped", "reason": "enough"})
        return said + await told(handle)

    events = place.do(act)
    states = [status["state"] for status in of_kind(events, "status")]
    assert states[:2] == ["paused", "running"]
    assert states[-2:] == ["paused", "stopped"]
    assert of_kind(events, "status")[-1]["reason"] == "enough"
    steps = [event.step for event in events if event.kind == "step"]
    assert steps == list(range(len(steps)))
    kinds = "".join(event.kind[0:2] for event in events)
    assert kinds.startswith("scst" + "stst" + "st")


@pytest.mark.parametrize(
    ("command", "change"),
    [
        ({"variant": 1, "skips": [True, False, True]}, lambda t: t.set_skips(1, [True, False, True])),
        ({"lr": 0.2}, lambda t: t.set_lr(0.2)),
        (
            {"variant": 1, "strength": [1.0, 0.5, 0.25]},
            lambda t: t.set_strength(1, {"layer1.0": 1.0, "layer2.0": 0.5, "layer2.1": 0.25}),
        ),
    ],
    ids=["skips", "lr", "strength"],
)
def test_a_change_takes_effect_between_two_steps(
    place: Place, request_of: Make, command: dict[str, Any], change: Callable[[Any], None]
) -> None:
    request = request_of()

    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request, paused=True)
        handle.send({"step": 2})
        said = await until(handle, "step", 2)
        handle.send(command)
        handle.send({"state": "running"})
        return said + await told(handle)

    events = place.do(act)
    changed = {name: value for name, value in command.items() if name != "variant"}
    assert of_kind(events, "change") == [{"step": 2, "variant": command.get("variant"), "changed": changed}]
    assert numbers(of_kind(events, "step")) == expected(request, change, at=2)
    assert numbers(of_kind(events, "step"))[3:] != expected(request)[3:]


def test_commands_take_effect_in_the_order_in_which_they_were_given(place: Place, request_of: Make) -> None:
    rates = [0.001 * number for number in range(1, 61)]

    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request_of(), paused=True)
        for lr in rates[:30]:
            handle.send({"lr": lr})
        said = await until(handle, "change", 30)
        for lr in rates[30:]:
            handle.send({"lr": lr})
        handle.send({"state": "running"})
        return said + await told(handle)

    assert [change["changed"]["lr"] for change in of_kind(place.do(act), "change")] == rates


def test_a_change_that_cannot_be_is_said_and_the_run_goes_on(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.run(request_of(), paused=True)
        handle.send({"variant": 1, "skips": [True]})
        handle.send({"state": "running"})
        return await told(handle)

    events = place.do(act)
    assert of_kind(events, "status")[1]["reason"].startswith("not changed: ")
    assert of_kind(events, "status")[-1]["state"] == "done"


def test_the_pace_is_kept(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        return await told(await executor.run(request_of(), max_rate=20))

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
        doomed = await executor.run(request_of(steps=100_000))
        other = await executor.run(request_of(steps=100_000))
        await asyncio.gather(until(doomed, "step", 2), until(other, "step", 2))
        os.kill(await doomed.pid(), signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await told(doomed)
        await until(other, "step", 3)
        other.send({"state": "stopped"})
        await told(other)
        return await told(await executor.run(request_of()))

    assert of_kind(place.do(act), "status")[-1]["state"] == "done"


def test_a_run_that_nobody_reads_holds_up_no_other(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        unread = await executor.run(request_of(steps=100_000))
        await until(unread, "step", 2)
        await asyncio.sleep(3)  # more than there is room for
        others = [await told(await executor.run(request_of())) for _ in range(2)]
        held = await anext(unread.batches())
        assert len(held) <= AHEAD
        assert await until(unread, "step", 2 * AHEAD)  # it goes on where it was held
        await unread.close()
        return others[-1]

    assert of_kind(place.do(act), "status")[-1]["state"] == "done"


def test_a_run_that_is_closed_is_gone(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> int:
        handle = await executor.run(request_of(steps=100_000))
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
    answer = orjson.loads(place.do(lambda executor: executor.probe(wish)))
    assert answer == orjson.loads(orjson.dumps(probe(wish)))
    (first, *_) = of_kind(place.do(lambda executor: run_whole(executor, request)), "step")
    for probed, trained in zip(answer["variants"], first["variants"], strict=True):
        assert probed["loss"] == trained["loss"]
        assert probed["values"]["gradient_rms"] == trained["values"]["gradient_rms"]
