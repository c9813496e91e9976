"""A kind of job that no line of the server knows, on every executor."""

from skipscope.app.executors.base import Event, Executor
from tests.app.executors.place import Place, of_kind, told, until
from tests.app.tiny import SQUARES, SquaresRequest


def test_a_kind_of_ones_own_runs_from_its_address_alone(place: Place) -> None:
    async def act(executor: Executor) -> list[Event]:
        return await told(await executor.start_job(SQUARES, SquaresRequest()))

    events = place.do(act)
    assert [event.kind for event in events] == [
        "status", "progress", "progress", "partial", "progress", "progress", "partial", "result", "status",
    ]  # fmt: skip
    assert of_kind(events, "result")[0]["result"] == {"squares": [0, 1, 4, 9]}
    assert of_kind(events, "progress")[1] == {"done": 2, "total": 4, "seconds_left": 0.0}
    assert of_kind(events, "status")[-1] == {"state": "done", "reason": None, "queue_position": None, "final": True}


def test_a_job_that_is_stopped_keeps_what_there_is(place: Place) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(SQUARES, SquaresRequest(num_squares=100_000, seconds=0.01))
        events = await until(handle, "progress", 3)
        handle.send({"state": "stopped", "reason": "enough"})
        return events + await told(handle)

    events = place.do(act)
    found = of_kind(events, "result")[0]["result"]["squares"]
    assert found == [number * number for number in range(len(found))]
    assert 3 <= len(found) < 100_000
    assert [event.kind for event in events[-2:]] == ["result", "status"]
    assert of_kind(events, "status")[-1]["state"] == "stopped"


def test_a_job_takes_the_commands_that_its_kind_declares_and_names_those_that_it_refuses(place: Place) -> None:
    async def act(executor: Executor) -> list[Event]:
        handle = await executor.start_job(SQUARES, SquaresRequest(), paused=True)
        handle.send({"factor": 0})
        handle.send({"factor": 3})
        handle.send({"state": "running"})
        return await told(handle)

    events = place.do(act)
    assert of_kind(events, "change") == [{"factor": 3}]
    refused = of_kind(events, "status")[1]
    assert refused["refused"] == {"variant": None, "changed": {"factor": 0}, "detail": "nothing would be left"}
    assert refused["state"] == "paused"
    assert of_kind(events, "result")[0]["result"] == {"squares": [0, 3, 12, 27]}


def test_a_job_that_cannot_end_as_asked_fails_with_its_reason(place: Place) -> None:
    async def act(executor: Executor) -> list[Event]:
        return await told(await executor.start_job(SQUARES, SquaresRequest(impossible=2)))

    last = of_kind(place.do(act), "status")[-1]
    assert (last["state"], last["reason"]) == ("failed", "2 has no square today")
