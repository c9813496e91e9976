"""Slots and turns when somebody is quick, or dies while he waits: never more runs than slots, and no slot is lost."""

import asyncio
import dataclasses
import os
import signal
from typing import Any

import pytest

from skipscope.app.errors import Problem
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.admission import PROCESS_BYTES
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.train.kinds import TRAINING

DRAIN = 10


async def paused_and_another(runs: Jobs, tools: Any, **more: Any) -> tuple[Any, Any]:
    """Return a paused run and one of another client that has the only slot."""
    first = await tools.start(runs, "a", paused=True, **more)
    await tools.until(lambda: first.state == "paused")
    second = await tools.start(runs, "b")
    await tools.until(lambda: second.recorded > 1)
    return first, second


async def ends_in_the_queue(runs: Jobs, tools: Any, first: Any, second: Any, states: list[str]) -> None:
    """Hold that a run which ended while it waited has left the queue, and that the next one has the slot."""
    await tools.until(lambda: first.id not in runs.registry.live)
    third = await tools.start(runs, "c")
    runs.registry.send_command(second, {"state": "stopped"})
    await tools.until(lambda: third.recorded > 1)
    assert runs.registry.active == {third}
    assert [status["state"] for status in await tools.statuses(runs, first.key)] == states
    saved = await runs.store.find(first.id)
    assert saved is not None
    assert saved.state == states[-1]
    async with asyncio.timeout(DRAIN):
        await runs.drain()


def test_a_run_whose_worker_dies_while_it_waits_leaves_the_queue(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await paused_and_another(runs, tools)
        runs.registry.send_command(first, {"state": "running"})
        assert first.queue_position == 1
        os.kill(await first.handle.pid(), signal.SIGKILL)
        await ends_in_the_queue(runs, tools, first, second, ["paused", "queued", "failed"])

    bench(act)


def test_a_run_that_is_done_while_it_waits_leaves_the_queue(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await paused_and_another(runs, tools, steps=1)
        for command in ({"step": 1}, {"step": 1}, {"state": "running"}):
            runs.registry.send_command(first, command)
        await ends_in_the_queue(runs, tools, first, second, ["paused", "queued", "done"])
        assert first.recorded == 1

    bench(act)


def test_a_run_that_is_about_to_stop_takes_nothing_more(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await paused_and_another(runs, tools)
        runs.registry.send_command(first, {"state": "stopped"})
        for command in ({"state": "running"}, {"state": "paused"}, {"step": 1}, {"lr": 0.1}):
            with pytest.raises(Problem, match="about to stop") as refused:
                runs.registry.send_command(first, command)
            assert (refused.value.status, refused.value.more["possible"]) == (409, [])
        runs.registry.send_command(first, {"state": "stopped"})  # said twice is said once
        await ends_in_the_queue(runs, tools, first, second, ["paused", "stopped"])

    bench(act)


def test_a_run_that_is_ended_in_the_turn_in_which_it_gets_its_slot_ends(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: first.recorded > 1)
        runs.registry.slots.release(first)
        runs.registry.fill()
        runs.registry.send_command(second, {"state": "stopped"})
        await tools.until(lambda: second.id not in runs.registry.live)
        assert second.channel.closed
        assert second not in runs.registry.active

    bench(act)


def test_pause_and_resume_at_once_give_the_slot_away_where_somebody_waits(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: first.recorded > 1)
        for _ in range(3):
            runs.registry.send_command(first, {"state": "paused"})
            runs.registry.send_command(first, {"state": "running"})
        await tools.until(lambda: second.recorded > 1)
        at = first.recorded
        await tools.until(lambda: second.recorded > 10)
        assert runs.registry.active == {second}
        assert (first.state, first.queue_position, first.recorded) == ("queued", 1, at)
        runs.registry.send_command(second, {"state": "paused"})
        await tools.until(lambda: first.recorded > at)
        assert runs.registry.active == {first}

    bench(act)


def test_pause_and_resume_at_once_do_not_give_a_client_more_than_its_share(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await tools.start(runs, "a"), await tools.start(runs, "a")
        await tools.until(lambda: first.recorded > 1)
        runs.registry.send_command(first, {"state": "paused"})
        runs.registry.send_command(first, {"state": "running"})
        await tools.until(lambda: first.state == "queued" and second.recorded > 1)
        assert runs.registry.active == {second}

    bench(act, slots=2)


def test_a_run_that_begins_paused_and_is_resumed_at_once_trains(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs, paused=True)
        runs.registry.send_command(run, {"state": "running"})
        await tools.until(lambda: run.recorded > 2)
        assert runs.registry.active == {run}

    bench(act)


def test_a_step_is_for_paused_runs(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs, "a")
        await tools.until(lambda: run.recorded > 1)
        with pytest.raises(Problem) as refused:
            runs.registry.send_command(run, {"step": 1})
        assert (refused.value.status, refused.value.more["possible"]) == (
            409, ["paused", "stopped", "skips", "strength", "lr", "max_rate", "fork"]
        )  # fmt: skip
        # in a row, before the run has said that it is paused
        runs.registry.send_command(run, {"state": "paused"})
        runs.registry.send_command(run, {"step": 1})
        await tools.until(lambda: run.state == "paused")
        at = run.recorded
        runs.registry.send_command(run, {"step": 1})
        await tools.until(lambda: run.recorded >= at + 1)

    bench(act)


def test_a_resumed_run_goes_before_one_that_would_need_its_memory(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        resumed = await tools.start(runs, "a", paused=True, batch_size=512)
        await tools.until(lambda: resumed.state == "paused")
        going = await tools.start(runs, "b")
        runs.admission.memory = resumed.needs + going.needs + 2 * PROCESS_BYTES
        fresh = await tools.start(runs, "c", batch_size=512)
        runs.registry.send_command(resumed, {"state": "running"})
        await tools.until(lambda: going.recorded > 1)
        assert (fresh.queue_position, resumed.queue_position) == (1, 2)
        runs.registry.send_command(going, {"state": "stopped"})
        await tools.until(lambda: resumed.recorded > 1)
        assert (fresh.state, fresh.handle) == ("queued", None)
        runs.registry.send_command(resumed, {"state": "paused"})  # its memory is free to take from now on
        await tools.until(lambda: fresh.recorded > 1)
        assert (resumed.state, "memory" in resumed.reason) == ("stopped", True)

    bench(act)


def test_a_resumed_run_that_may_have_no_slot_gives_its_memory_to_one_that_may(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        resumed = await tools.start(runs, "a", paused=True, batch_size=512)
        await tools.until(lambda: resumed.state == "paused")
        going = await tools.start(runs, "a")
        await tools.until(lambda: going.recorded > 1)
        runs.registry.send_command(resumed, {"state": "running"})
        assert resumed.queue_position == 1
        runs.admission.memory = resumed.needs + going.needs + 2 * PROCESS_BYTES
        fresh = await tools.start(runs, "c", batch_size=512)
        await tools.until(lambda: fresh.recorded > 1)
        assert (resumed.state, "memory" in resumed.reason) == ("stopped", True)
        assert going.state == "running"

    bench(act, slots=2)


def test_memory_that_paused_runs_hold_with_their_processes_goes_to_those_that_train(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        needs = runs.admission.check(TRAINING, tools.small()).bytes
        runs.admission.memory = 4 * needs + 3 * PROCESS_BYTES
        parked = [await tools.start(runs, client, paused=True) for client in ("a", "b", "c")]
        await tools.until(lambda: all(run.state == "paused" for run in parked))
        assert not any(run.over for run in parked)
        another = await tools.start(runs, "b")
        await tools.until(lambda: another.state == "running")
        # one must go: the client's own, though another has been paused for longer
        await tools.until(lambda: parked[1].over)
        assert (parked[1].state, "memory" in parked[1].reason) == ("stopped", True)
        assert [run.state for run in parked] == ["paused", "stopped", "paused"]

    bench(act)


async def parked(runs: Jobs, tools: Any, seat: Seat, num: int) -> list[Any]:
    """Return paused jobs of one address, each of another client."""
    found: list[Any] = []
    for n in range(num):
        wish = tools.wish(tools.small(), f"{seat.client} {n}", seat.address, paused=True)
        made, _ = await runs.registry.create(wish)
        found.append(runs.registry.live[made.saved.id])
    await tools.until(lambda: all(job.state in ("paused", "stopped") for job in found))
    return found


def test_made_up_clients_of_one_address_take_no_memory_from_another(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        each = runs.admission.check(TRAINING, tools.small()).bytes + PROCESS_BYTES
        runs.admission.memory = 5 * each
        victim = (await parked(runs, tools, Seat("v", "victim"), 1))[0]
        await parked(runs, tools, Seat("made up", "crowd"), 8)
        assert victim.state == "paused"
        living = [job for job in runs.registry.jobs if job.seat.address == "crowd" and not job.over]
        assert len(living) == 4, "the address that holds the most gives"

    bench(act, client_runs=100)


def test_a_large_job_waits_for_memory_that_smaller_holders_have(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        each = runs.admission.check(TRAINING, tools.small()).bytes + PROCESS_BYTES
        others = [(await parked(runs, tools, Seat("v", f"victim {n}"), 1))[0] for n in range(3)]
        large = tools.small(batch_size=512)
        needs = runs.admission.check(TRAINING, large).bytes + PROCESS_BYTES
        runs.admission.memory = 2 * each + needs
        made, _ = await runs.registry.create(tools.wish(large, "x", "crowd"))
        job = runs.registry.live[made.saved.id]
        assert (job.state, job.handle) == ("queued", None)
        assert [other.state for other in others] == ["paused"] * 3
        runs.registry.send_command(others[0], {"state": "stopped"})
        await tools.until(lambda: job.recorded > 1)
        assert [other.state for other in others[1:]] == ["paused"] * 2

    bench(act)


def test_places_of_jobs_that_nobody_watches_are_not_written_again_and_again(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        waiting = [await tools.start(runs, f"c{n}") for n in range(20)]
        watched = waiting[-1]
        reading = asyncio.create_task(_read(watched))
        await tools.until(lambda: watched.channel.watched)
        for _ in range(10):
            await runs.registry.delete(waiting.pop(5))
            waiting.append(await tools.start(runs, "more"))
        await tools.until(lambda: watched.place == watched.queue_position)
        written = [len(await tools.statuses(runs, job.key)) for job in waiting[1:]]
        assert sum(written) <= len(written) + 6
        assert sorted(job.queue_position for job in waiting[1:]) == list(range(1, len(waiting)))
        reading.cancel()

    bench(act, client_runs=100)


async def _read(job: Any) -> None:
    async for _ in job.channel.read(0):
        pass


def test_memory_of_a_gpu_is_made_by_ending_those_that_hold_it(bench: Any, tools: Any) -> None:
    def on_gpu(_: TrainingRequest) -> Estimate:
        return Estimate(1.0, 10**9, device="cuda")

    kind = dataclasses.replace(TRAINING, estimate=on_gpu)

    async def act(runs: Jobs) -> None:
        parked = await tools.start(runs, "a", paused=True)
        made, _ = await runs.registry.create(
            dataclasses.replace(tools.wish(tools.small(), "b", paused=True), kind=kind)
        )
        holding = runs.registry.live[made.saved.id]
        await tools.until(lambda: parked.state == holding.state == "paused")
        made, _ = await runs.registry.create(dataclasses.replace(tools.wish(tools.small(), "c"), kind=kind))
        fresh = runs.registry.live[made.saved.id]
        await tools.until(lambda: fresh.recorded > 1)
        # the other has been paused for longer, and nothing of the GPU's
        assert (parked.state, holding.state) == ("paused", "stopped")
        assert "memory" in str(holding.reason)

    bench(act, device_memory=1500)
