"""What a worker does with a job, in this process: pieces, pauses, single steps, refusals, and events of its own."""

import math
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from pydantic import BaseModel

from skipscope.app.executors.job import OWN_KINDS, failed, serve
from skipscope.app.executors.order import Order
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.job import Event, Job, JobFailed, Reply, Stopped
from skipscope.model.jobs.kind import Kind

WAITING: list[Job] = []


class Nothing(BaseModel):
    """A request that asks for nothing."""


def begin(_: Nothing, state: bytes | None) -> Job:
    """Return the job that a test has made."""
    return WAITING.pop()


KIND = Kind(name="tried", title="", request=Nothing, start=f"{__name__}:begin", estimate=lambda _: Estimate(0, 0))


class Wire:
    """A pipe that has its commands already: each is received when so many messages were sent."""

    def __init__(self, *commands: tuple[int, dict[str, Any]]) -> None:
        self.sent: list[tuple[str, Any]] = []
        self._commands = list(commands)

    def send(self, kind: str, data: bytes, step: int | None = None) -> None:
        if kind != "alive":
            self.sent.append((kind, orjson.loads(data)))

    def reply(self, reply: Reply) -> None:
        self.sent.append(("reply", (dict(reply.data), reply.file, reply.content)))

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        if self._commands and self._commands[0][0] <= len(self.sent):
            return self._commands.pop(0)[1]
        assert seconds is not None, "it waits for ever"
        return None

    @property
    def kinds(self) -> list[str]:
        return [data["state"] if kind == "status" else kind for kind, data in self.sent]


def work(wire: Wire, job: Job, *, paused: bool = False, keep: Path | None = None) -> Wire:
    WAITING.append(job)
    serve(wire, Order.of(KIND, Nothing(), paused=paused, keep=keep).encode(), None)
    return wire


def count(num: int, *, kept: list[int] | None = None) -> Generator[Event | None]:
    found = [] if kept is None else kept
    try:
        for number in range(num):
            found.append(number)
            yield Event("step", {"step": number}, number)
            yield None
    except Stopped:
        yield Event("result", {"result": found, "figure": None})


def test_a_schema_comes_first_then_states_and_events() -> None:
    assert work(Wire(), Job(count(2), schema={"names": []})).kinds == ["schema", "running", "step", "step", "done"]


def test_a_job_that_is_stopped_before_it_began_ends_without_an_event() -> None:
    wire = work(Wire((1, {"state": "stopped", "reason": "enough"})), Job(count(9)), paused=True)
    assert wire.kinds == ["paused", "stopped"]
    assert wire.sent[-1][1]["reason"] == "enough"


def test_one_that_is_stopped_later_may_yield_what_there_is() -> None:
    wire = work(Wire((3, {"state": "stopped"})), Job(count(9)))
    assert wire.kinds == ["running", "step", "step", "result", "stopped"]
    assert wire.sent[-2][1]["result"] == [0, 1]


def test_what_is_kept_is_sent_before_the_last_status() -> None:
    def final() -> bytes:
        return b"weights"

    done = work(Wire(), Job(count(1), final=final), keep=Path("name"))
    assert done.kinds == ["running", "step", "reply", "done"]
    assert done.sent[2][1] == ({"unsaved": None}, "name", b"weights")
    stopped = work(Wire((2, {"state": "stopped"})), Job(count(9), final=final), keep=Path("name"))
    assert stopped.kinds == ["running", "step", "result", "reply", "stopped"]
    assert work(Wire(), Job(count(1), final=final)).kinds == ["running", "step", "done"]  # nobody asked
    assert work(Wire(), Job(count(1)), keep=Path("name")).kinds == ["running", "step", "done"]


def test_a_job_that_failed_keeps_nothing() -> None:
    def broken() -> Generator[Event]:
        yield Event("step", {"step": 0}, 0)
        raise JobFailed("the loss is not finite")

    assert work(Wire(), Job(broken(), final=lambda: b""), keep=Path("name")).kinds == ["running", "step", "failed"]


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("[enforce fail] can't allocate memory: 9 bytes")])
def test_a_job_whose_weights_have_no_room_in_memory_is_done_all_the_same(error: Exception) -> None:
    def final() -> bytes:
        raise error

    wire = work(Wire(), Job(count(1), final=final), keep=Path("name"))
    assert wire.kinds == ["running", "step", "reply", "done"]
    said, _, content = wire.sent[2][1]
    assert ("out of memory" in said["unsaved"], content) == (True, b"")


def test_single_steps_tell_the_job_and_need_its_command() -> None:
    told: list[Mapping[str, Any]] = []
    stepped = work(
        Wire((1, {"step": 3}), (3, {"state": "stopped"})),
        Job(count(9), {"step": told.append}),
        paused=True,
    )
    assert stepped.kinds == ["paused", "step", "step", "result", "stopped"]
    assert len(told) == 3
    with pytest.raises(AssertionError, match="the web sent"):
        work(Wire((1, {"step": 1})), Job(count(9)), paused=True)


def test_a_command_is_answered_by_an_event_a_reply_or_a_refusal() -> None:
    def refuse(_: Mapping[str, Any]) -> None:
        raise ValueError("not today")

    commands = {
        "event": lambda told: Event("change", {"to": told["event"]}),
        "reply": lambda told: Reply({"at": 2}, told["file"], b"state"),
        "refuse": refuse,
    }
    given = [{"event": 5}, {"reply": 1, "file": "name"}, {"refuse": 1}, {"state": "stopped"}]
    wire = work(Wire(*enumerate(given, 1)), Job(count(9), commands), paused=True)
    assert wire.sent[1:3] == [("change", {"to": 5}), ("reply", ({"at": 2}, "name", b"state"))]
    _, refused = wire.sent[3]
    assert (refused["state"], refused["reason"]) == ("paused", "not changed: not today")
    assert refused["refused"] == {"variant": None, "changed": {"refuse": 1}, "detail": "not today"}


@pytest.mark.parametrize("kind", [*sorted(OWN_KINDS), "two words", "", "line\nbreak"])
def test_a_job_has_no_event_of_the_workers_own_kinds(kind: str) -> None:
    def events() -> Generator[Event]:
        yield Event(kind, {})

    with pytest.raises(AssertionError, match="no kind of event"):
        work(Wire(), Job(events()))


def test_arrays_are_written_as_lists() -> None:
    def events() -> Generator[Event]:
        yield Event("partial", {"found": np.arange(3), "lost": math.nan})

    assert work(Wire(), Job(events())).sent[1] == ("partial", {"found": [0, 1, 2], "lost": None})


def test_words_for_people_are_those_of_a_refusal_and_else_name_the_error() -> None:
    for error, words in (
        (ValueError("batch_size=0: give 1 or more"), "batch_size=0: give 1 or more"),
        (KeyError("taps"), "KeyError: 'taps'"),
        (MemoryError(), "out of memory: use a smaller batch, image size or network"),
    ):
        assert orjson.loads(failed(error))["words"] == words
