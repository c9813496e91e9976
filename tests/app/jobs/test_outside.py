"""Runs that train elsewhere, within the server: silence, room for a new one, and the end of the server."""

import asyncio
from typing import Any

import orjson
import pytest

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs import outside as module
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.outside_findings import OutsideFindings
from skipscope.app.jobs.outside_reading import ASIDE
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.words import FieldError
from skipscope.model.measure.record import MEASURES, TAP_MEASURES
from skipscope.model.watch.batch import Row, encode
from skipscope.model.watch.kind import OUTSIDE
from skipscope.model.watch.request import OutsideRequest, OutsideSchema

SCHEMA = OutsideSchema(taps=("a",), weights=())
WIDE = OutsideSchema(taps=tuple(f"block{i}" for i in range(300)), weights=())


def wide_batch(*steps: int) -> bytes:
    """Return records of a network so large that its diagnosis would hold up the event loop."""
    columns = {m: [1] * 300 if m in TAP_MEASURES else [] for m in MEASURES}
    body = encode([Row(step, float(step), columns) for step in steps])
    assert len(body) > ASIDE
    return body


def batch(*steps: int) -> bytes:
    """Return records of steps."""
    columns = {measure: [0] if measure in TAP_MEASURES else [] for measure in MEASURES}
    return encode([Row(step, float(step), columns) for step in steps])


async def begin(jobs: Jobs, key: str, schema: OutsideSchema = SCHEMA) -> str:
    """Begin a run, and return its id."""
    new = NewJob(kind=OUTSIDE, request=OutsideRequest(label="Net"), seat=Seat("a"), idempotency_key=key)
    made, is_new = await jobs.outside.create(new, schema)
    assert is_new
    return made.saved.id


def test_a_silent_run_is_paused_goes_on_with_its_sender_and_ends_at_last(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(module, "TICK", 0.01)

    async def act(jobs: Jobs) -> None:
        run = await begin(jobs, "k" * 16)
        live = jobs.registry.live[run]
        await tools.until(lambda: live.state == "paused")
        assert await jobs.outside.receive(run, "k" * 16, batch(0, 1)) == ("running", 1)
        await tools.until(lambda: live.state == "paused")
        monkeypatch.setattr(type(jobs.outside._senders[run]), "silent", 1e6)  # pyright: ignore[reportPrivateUsage]
        await tools.until(lambda: run not in jobs.registry.live)
        states = [status["state"] for status in await tools.statuses(jobs, live.key)]
        assert states == ["running", "paused", "running", "paused", "interrupted"]
        with pytest.raises(Problem) as refused:
            await jobs.outside.receive(run, "k" * 16, batch(2))
        assert refused.value.status == 409

    bench(act)


def test_a_new_run_takes_the_place_of_one_that_is_silent_and_of_no_other(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(jobs: Jobs) -> None:
        first = await begin(jobs, "a" * 16)
        with pytest.raises(Problem) as refused:
            await begin(jobs, "b" * 16)
        assert refused.value.status == 503
        monkeypatch.setattr(module, "SILENT_SECONDS", 0.0)
        await begin(jobs, "c" * 16)
        assert first not in jobs.registry.live or jobs.registry.live[first].over

    bench(act, outside_runs=1)


def test_the_end_of_the_server_ends_its_readers_and_not_the_run(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> str:
        run = await begin(jobs, "a" * 16)
        await jobs.outside.receive(run, "a" * 16, batch(0))
        frames = jobs.runs.follow(await jobs.runs.find(run), 0)
        assert frames is not None
        reading = asyncio.create_task(collect(frames))
        await tools.until(lambda: jobs.registry.live[run].channel.watched)
        assert jobs.outside.is_looked_at(run)
        await jobs.drain()
        assert b'"final"' not in await reading
        with pytest.raises(Problem) as refused:
            await jobs.outside.receive(run, "a" * 16, batch(1))
        assert refused.value.status == 503
        return run

    async def collect(frames: Any) -> bytes:
        return b"".join([frame async for frame in frames])

    run = bench(act)

    async def again(jobs: Jobs) -> None:
        assert (await jobs.runs.find(run)).saved.state == "running"
        assert await jobs.outside.receive(run, "a" * 16, batch(0, 1), end="done") == ("done", 1)
        await tools.until(lambda: run not in jobs.registry.live)
        events = await jobs.store.events((await jobs.runs.find(run)).saved.key, 0)
        assert [event.number for event in events] == list(range(1, 6))
        assert [event.step for event in events if event.kind == "step"] == [0, 1]

    bench(again)


def test_batches_of_one_sender_that_come_at_once_keep_their_order(bench: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await begin(jobs, "a" * 16)
        sent = (jobs.outside.receive(run, "a" * 16, batch(*range(step, step + 3))) for step in range(20))
        await asyncio.gather(*sent)
        events = await jobs.store.events(jobs.registry.live[run].key, 0)
        assert [event.step for event in events if event.kind == "step"] == list(range(22))

    bench(act)


async def findings_of(jobs: Jobs, run: str) -> list[list[Any] | None]:
    """Return the findings of each step that is stored; None of a step without."""
    events = await jobs.store.events(jobs.registry.live[run].key, 0)
    return [orjson.loads(event.data)["variants"][0].get("findings") for event in events if event.kind == "step"]


def test_the_diagnosis_of_a_large_network_is_made_in_another_process(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held_up(*_: object) -> Any:
        raise AssertionError("the process that serves diagnoses")

    async def act(jobs: Jobs) -> None:
        small, run = await begin(jobs, "s" * 16), await begin(jobs, "a" * 16, WIDE)
        await jobs.outside.receive(small, "s" * 16, batch(0))
        assert await findings_of(jobs, small) != [None]
        monkeypatch.setattr(OutsideFindings, "of", held_up)
        for steps in [(0, 1), (1, 2)]:
            await jobs.outside.receive(run, "a" * 16, wide_batch(*steps))
        found = await findings_of(jobs, run)
        assert [{one["step"] for one in own or []} for own in found] == [{0}, {1}, {2}]
        with pytest.raises(FieldError, match=r"taps|numbers|column"):
            await jobs.outside.receive(run, "a" * 16, wide_batch(3)[:-8])

    bench(act, outside_runs=2)


def test_records_are_kept_without_a_diagnosis_while_its_process_is_busy(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> Any:
        raise Busy("requests")

    async def act(jobs: Jobs) -> None:
        run = await begin(jobs, "a" * 16, WIDE)
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "compute", busy)
            assert await jobs.outside.receive(run, "a" * 16, wide_batch(0)) == ("running", 0)
        assert await jobs.outside.receive(run, "a" * 16, wide_batch(1)) == ("running", 1)
        first, second = await findings_of(jobs, run)
        assert first is None
        assert second is not None

    bench(act)
