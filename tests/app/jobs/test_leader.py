"""Jobs that are done in parts: the same numbers as in one job, in fair turns, and the words of parts that are lost."""

import asyncio
import os
import signal
from dataclasses import replace
from typing import Any

from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import Jobs
from skipscope.model.experiments.degradation.kind import DEGRADATION
from skipscope.model.experiments.landscape.kind import LANDSCAPE
from tests.app.parts import BANDS, asked, found, landscape, sweep, whole

LONG = {"steps": 20_000, "lr": 1e-4, "rates": None}


async def begin(jobs: Jobs, request: Any, client: str = "me") -> LiveJob:
    made, _ = await jobs.registry.create(asked(request, client))
    return jobs.registry.live[made.saved.id]


async def ended(jobs: Jobs, job: LiveJob, tools: Any) -> JobView:
    await tools.until(lambda: job.id not in jobs.registry.live, f"{job.kind.name} ends")
    return await jobs.experiments.find(job.id)


async def held(jobs: Jobs, job: LiveJob, number: int, tools: Any) -> LiveJob:
    """Return a part that is paused in the middle, as its user may do, however fast the machine is."""
    await tools.until(lambda: number in job.parts, f"part {number} begins")
    part = job.parts[number]
    jobs.registry.send_command(part, {"state": "paused"})
    await tools.until(lambda: part.state == "paused" and part.handle is not None, "it is paused")
    return part


async def runs_of(jobs: Jobs, job: LiveJob) -> list[Any]:
    _, page = await jobs.runs.listing(offset=0, limit=100)
    return [one.saved for one in reversed(page) if one.saved.part_of == job.id]


def test_a_sweep_is_runs_over_the_slots_and_ends_with_what_one_job_finds(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep())
        await tools.until(lambda: len(jobs.registry.slots._working) == 2, "two trainings at the same time")
        view = await ended(jobs, job, tools)
        assert (view.saved.state, view.saved.reason) == ("done", None)
        assert found(jobs, view) == whole(DEGRADATION, sweep())
        runs = await runs_of(jobs, job)
        assert [run.name for run in runs] == [
            f"Degradation: {depth} layers, rate {rate}, seed 0" for depth in (8, 14) for rate in (0.01, 0.05)
        ]
        assert {run.state for run in runs} == {"done"}
        assert all(run.recorded == 6 and run.weights_bytes for run in runs)
        assert '"done":100' in (view.saved.digest or "")
        total, _ = await jobs.experiments.listing(offset=0, limit=10)
        assert total == 1

    bench(act, slots=2, client_slots=2, client_runs=1)


def test_a_landscape_in_bands_is_that_of_one_job_and_leaves_nothing_beside_it(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        assert BANDS.num_parts(landscape()) == 5
        job = await begin(jobs, landscape())
        view = await ended(jobs, job, tools)
        assert (view.saved.state, view.saved.reason) == ("done", None)
        assert found(jobs, view) == whole(LANDSCAPE, landscape())
        await tools.until(lambda: not jobs.registry.live, "the bands are gone")
        total, _ = await jobs.store.listing(offset=0, limit=10)
        assert total == 1
        assert list((bench.folder / "states").iterdir()) == []

    bench(act, slots=2, client_slots=2)


def test_a_landscape_on_a_run_in_bands_is_that_of_one_job(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs, steps=5)
        await tools.until(lambda: run.id not in jobs.registry.live, "the run ends")
        results: list[Any] = []
        for kind in (BANDS, LANDSCAPE):
            fields = {"run": run.id, "points": 5, "images": 20}
            made, _ = await jobs.starting.create(replace(asked(landscape()), kind=kind), fields)
            view = await ended(jobs, jobs.registry.live[made.saved.id], tools)
            assert (view.saved.state, view.saved.reason) == ("done", None)
            results.append(found(jobs, view))
        assert results[0] == results[1]
        assert results[0]["result"]["variants"][0]["measured"] == 25

    bench(act)


def test_another_finds_a_slot_beside_a_sweep_and_one_part_waits_at_a_time(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(**LONG, seeds=5))
        await tools.until(lambda: jobs.registry.num_waiting == 1 and job.state == "running", "one part waits")
        assert len(job.parts) == 2
        other = await tools.start(jobs, "another")
        await tools.until(lambda: other.state == "running", "another has the second slot")
        assert len(job.parts) == 2
        assert jobs.registry.num_waiting == 1
        own = await tools.start(jobs)
        # the sweep's own client comes before the parts that do not wait yet
        first = job.parts[0]
        jobs.registry.stop(first)
        await tools.until(lambda: 1 in job.parts and job.parts[1].state == "running", "the part that waited")
        jobs.registry.stop(job.parts[1])
        await tools.until(lambda: own.state == "running", "the client's run")
        jobs.registry.stop(job)
        await ended(jobs, job, tools)

    bench(act, slots=2)


def test_with_one_slot_a_sweep_works_on_one_and_yields_to_another(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(steps=30))
        await tools.until(lambda: job.state == "running", "it works")
        other = await tools.start(jobs, "another", steps=3)
        await tools.until(lambda: other.id not in jobs.registry.live, "another's run ends")
        assert not job.over, "it came between two parts"
        assert len(jobs.registry.slots._working) <= 1
        jobs.registry.stop(job)
        await ended(jobs, job, tools)

    bench(act, slots=1)


def test_a_part_whose_worker_dies_is_said_and_the_rest_stays(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(steps=30))
        part = await held(jobs, job, 1, tools)
        assert part.handle is not None
        os.kill(await part.handle.pid(), signal.SIGKILL)
        view = await ended(jobs, job, tools)
        name = "Degradation: 8 layers, rate 0.05, seed 0"
        assert view.saved.state == "done"
        assert (view.saved.reason or "").startswith(
            f"1 of 4 parts have no result. {name}: The worker process was killed"
        )
        result, alone = found(jobs, view)["result"], whole(DEGRADATION, sweep(steps=30))["result"]
        assert result["sentences"][-1] == result["lost"][0]
        assert name in result["lost"][0]
        for number in range(2):
            rows = alone["variants"][number]["rows"]
            assert result["variants"][number]["rows"] == [
                row for row in rows if (row["depth"], row["rate"]) != (8, 0.05)
            ]
        assert [run.state for run in await runs_of(jobs, job)] == ["done", "failed", "done", "done"]

    bench(act, slots=1)


def test_bands_do_not_begin_without_the_networks_of_the_first(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, landscape(steps=20_000, lr=1e-4))
        await tools.until(lambda: 0 in job.parts and job.parts[0].state == "running", "it trains")
        handle = job.parts[0].handle
        assert handle is not None
        os.kill(await handle.pid(), signal.SIGKILL)
        view = await ended(jobs, job, tools)
        assert view.saved.state == "failed"
        assert "5 of 5 parts have no result. Points 1 to 9: The worker process was killed" in (view.saved.reason or "")
        await tools.until(lambda: not jobs.registry.live, "nothing is left")
        assert list((bench.folder / "states").iterdir()) == []

    bench(act)


def test_stopping_stops_the_parts_and_keeps_what_there_is(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(steps=30, rates=None, depths=[8, 14]))
        await held(jobs, job, 1, tools)
        jobs.registry.send_command(job, {"state": "stopped"})
        view = await ended(jobs, job, tools)
        assert (view.saved.state, view.saved.reason) == ("stopped", None)
        result = found(jobs, view)["result"]
        assert next(row["depth"] for row in result["variants"][0]["rows"]) == 8
        assert "lost" not in result
        runs = await runs_of(jobs, job)
        assert [run.state for run in runs[:2]] == ["done", "stopped"]
        assert runs[1].reason == "the experiment that it is a part of was stopped"
        assert not jobs.registry.active
        assert jobs.registry.num_waiting == 0

    bench(act, slots=1)


def test_a_sweep_that_is_deleted_ends_its_parts_and_its_runs_are_parts_no_more(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(**LONG))
        await tools.until(lambda: 0 in job.parts and job.parts[0].state == "running", "it trains")
        runs = [part.id for part in job.parts.values()]
        await jobs.experiments.delete(await jobs.experiments.find(job.id))
        await tools.until(lambda: not jobs.registry.live, "all have ended")
        kept = [(await jobs.runs.find(run)).saved for run in runs]
        assert {one.state for one in kept} == {"stopped"}
        assert {one.part_of for one in kept} == {None}

    bench(act, slots=1)


def test_a_sweep_pauses_with_its_parts_and_goes_on(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(**LONG))
        await tools.until(lambda: 0 in job.parts and job.parts[0].state == "running", "it trains")
        part = job.parts[0]
        jobs.registry.send_command(job, {"state": "paused"})
        await tools.until(lambda: job.state == part.state == "paused", "both are paused")
        other = await tools.start(jobs, "another")
        await tools.until(lambda: other.state == "running", "another has the slot")
        jobs.registry.send_command(job, {"state": "running"})
        await tools.until(lambda: jobs.registry.slots.waits(part) and job.state == "running", "the part waits")
        jobs.registry.stop(other)
        await tools.until(lambda: part.state == "running", "it goes on")
        jobs.registry.stop(job)
        await ended(jobs, job, tools)

    bench(act, slots=1)


def test_nobody_who_watches_pauses_the_whole_and_not_a_part_alone(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(**LONG))
        await tools.until(lambda: 0 in job.parts and job.parts[0].state == "running", "it trains")
        part = job.parts[0]
        reading = asyncio.create_task(_read(job))
        await asyncio.sleep(1.5)
        assert (job.state, part.state) == ("running", "running")
        reading.cancel()
        await tools.until(lambda: job.state == part.state == "paused", "both are paused")
        assert "nobody has watched" in (job.reason or "")
        assert part.reason == "the experiment that it is a part of is paused"

    bench(act, slots=1, idle_seconds=0.5)


async def _read(job: LiveJob) -> None:
    async for _ in job.channel.read(0):
        pass


def test_a_server_that_stops_interrupts_the_whole_and_keeps_what_its_parts_have(bench: Any, tools: Any) -> None:
    ids: list[Any] = []

    async def act(jobs: Jobs) -> None:
        job = await begin(jobs, sweep(steps=30, rates=None, depths=[8, 14]))
        await held(jobs, job, 1, tools)
        await tools.until(lambda: '"rows":[{' in _latest(jobs, job), "and is in the result so far")
        ids.append(job)

    async def look(jobs: Jobs) -> None:
        view = await jobs.experiments.find(ids[0].id)
        assert view.saved.state == "interrupted"
        assert found(jobs, view)["result"]["variants"][0]["rows"][0]["depth"] == 8
        runs = await runs_of(jobs, ids[0])
        assert [run.state for run in runs[:2]] == ["done", "interrupted"]
        assert not jobs.registry.live

    bench(act, slots=1)
    bench(look, slots=1)


def _latest(jobs: Jobs, job: LiveJob) -> str:
    data = jobs.store.read_last(job.key, ("partial",))
    return "" if data is None else data.decode()
