"""What every executor does with commands: between two steps, in their order, a state written and gone on from."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import torch

from skipscope.app.executors.base import Event, Executor
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING
from skipscope.model.train.training import train
from skipscope.model.train.weights import load
from tests.app.executors.place import Place, expected, numbers, of_kind, told, until

Make = Callable[..., TrainingRequest]


def test_a_change_is_heard_between_two_steps_that_are_not_recorded(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(TRAINING, request_of(steps=100_000, record_every=100_000))
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
        handle = await executor.start_job(TRAINING, request, paused=True)
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


def test_it_starts_paused_steps_goes_on_and_stops(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(TRAINING, request_of(steps=100_000), paused=True)
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
        handle = await executor.start_job(TRAINING, request, paused=True)
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
        handle = await executor.start_job(TRAINING, request_of(), paused=True)
        for lr in rates[:30]:
            handle.send({"lr": lr})
        said = await until(handle, "change", 30)
        for lr in rates[30:]:
            handle.send({"lr": lr})
        handle.send({"state": "running"})
        return said + await told(handle)

    assert [change["changed"]["lr"] for change in of_kind(place.do(act), "change")] == rates


def test_a_state_passes_in_a_file_and_both_copies_go_on_from_it(place: Place, request_of: Make, tmp_path: Path) -> None:
    request = request_of()
    doubled = request.model_copy(update={"variants": (request.variants[1],) * 2})
    file = tmp_path / "state"
    file.touch()

    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(TRAINING, request, paused=True)
        handle.send({"step": 2})
        handle.send({"checkpoint": 1, "file": str(file)})
        (*_, told_of_it) = await until(handle, "reply")
        await handle.close()
        assert orjson.loads(told_of_it.data) == {"step": 2, "skips": [True] * 3, "file": str(file), "problem": None}
        assert file.stat().st_size > 1000
        return await told(await executor.start_job(TRAINING, doubled, resume=file))

    steps = numbers(of_kind(place.do(act), "step"))
    assert not file.exists()
    assert [step["step"] for step in steps] == [2, 3, 4, 5]
    for step, original in zip(steps, expected(request)[2:], strict=True):
        assert [variant["loss"] for variant in step["variants"]] == [original["variants"][1]["loss"]] * 2


def test_a_state_that_is_not_wanted_or_has_no_room_is_not_kept_and_the_run_goes_on(
    place: Place, request_of: Make, tmp_path: Path
) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(TRAINING, request_of(), paused=True)
        for file in (tmp_path / "unwanted", Path("/dev/full"), tmp_path):
            handle.send({"checkpoint": 0, "file": str(file)})
        handle.send({"state": "running"})
        return await told(handle)

    events = place.do(act)
    problems = [checkpoint["problem"] for checkpoint in of_kind(events, "reply")]
    assert problems == [None, "No space left on device.", "Is a directory."]
    assert list(tmp_path.iterdir()) == []
    assert of_kind(events, "status")[-1]["state"] == "done"


def test_the_weights_of_all_networks_are_in_their_file_before_the_last_status(
    place: Place, request_of: Make, tmp_path: Path
) -> None:
    file = tmp_path / "weights"
    file.touch()

    async def act(executor: Executor) -> list[Event]:
        return await told(await executor.start_job(TRAINING, request_of(), keep=file))

    events = place.do(act)
    assert [event.kind for event in events[-2:]] == ["reply", "status"]
    assert of_kind(events, "reply") == [{"unsaved": None, "file": str(file), "problem": None}]
    training = train(request_of())
    for _ in training:
        pass
    for found, variant in zip(load(file.read_bytes()), training.variants, strict=True):
        assert found.label == variant.label
        state = variant.net.state_dict()
        assert all(torch.equal(value, state[name]) for name, value in found.tensors.items())


def test_a_change_that_cannot_be_is_said_and_the_run_goes_on(place: Place, request_of: Make) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(TRAINING, request_of(), paused=True)
        handle.send({"variant": 1, "skips": [True]})
        handle.send({"state": "running"})
        return await told(handle)

    events = place.do(act)
    assert of_kind(events, "status")[1]["reason"].startswith("not changed: ")
    assert of_kind(events, "status")[-1]["state"] == "done"
