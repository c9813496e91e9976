"""Jobs as clients have them: of the kinds that a directory has, whose they are, under way and kept."""

import asyncio
import sqlite3
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from skipscope.app.errors import Problem
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import Stored
from skipscope.app.jobs.service import Jobs
from tests.app.tiny import SQUARES, SquaresRequest


def test_a_directory_has_the_jobs_of_its_kinds_and_no_others(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs, "a", steps=2)
        new = NewJob(kind=SQUARES, request=SquaresRequest(num_squares=2), seat=Seat("a"))
        made, _ = await jobs.registry.create(new)
        for found, other in ((run.id, made.saved.id), (made.saved.id, run.id)):
            directory = jobs.runs if found == run.id else jobs.experiments
            assert (await directory.find(found)).saved.id == found
            assert [job.saved.id for job in (await directory.listing(offset=0, limit=9))[1]] == [found]
            with pytest.raises(Problem) as refused:
                await directory.find(other)
            assert refused.value.status == 404
        nothing = Directory(jobs.registry, jobs.store, {}, "nothing")
        assert await nothing.listing(offset=0, limit=9) == (0, [])
        await tools.until(lambda: not jobs.registry.live)
        assert (await jobs.experiments.find(made.saved.id)).saved.state == "done"

    bench(act, kinds="tests.app.tiny:SQUARES", slots=2)


def test_a_job_is_changed_by_who_may_change_its_clients(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs, "a")
        with pytest.raises(Problem) as refused:
            await jobs.runs.find_own(run.id, lambda client: client == "b")
        assert refused.value.status == 403
        assert "a run of your own by Make a copy" in (refused.value.remedy or "")
        for may_change in (lambda client: client == "a", lambda _: True):
            assert (await jobs.runs.find_own(run.id, may_change)).saved.client == "a"

    bench(act)


def test_one_that_is_over_is_told_nothing_and_can_be_renamed_and_deleted(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs, steps=1)
        await tools.until(lambda: not jobs.registry.live)
        kept = await jobs.runs.find(run.id)
        assert (kept.live, kept.possible, kept.queue_position) == (False, (), None)
        with pytest.raises(Problem, match="lr is not possible: the run is done") as refused:
            jobs.runs.send_command(kept, {"lr": 0.1})
        assert refused.value.more["possible"] == []
        assert (await jobs.runs.annotate(kept, name="short")).saved.name == "short"
        assert jobs.runs.follow(kept, kept.saved.last_event) is None
        frames = jobs.runs.follow(kept, 0)
        assert frames is not None
        whole = b"".join([piece async for piece in frames])
        assert whole.count(b"\nevent: ") == kept.saved.last_event
        await jobs.runs.delete(kept)
        with pytest.raises(Problem):
            await jobs.runs.find(run.id)

    bench(act)


def test_a_client_that_leaves_while_its_run_is_deleted_leaves_no_half(bench: Any, tools: Any) -> None:
    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs)
        await tools.until(lambda: run.recorded > 1)
        asking = asyncio.create_task(jobs.runs.delete(run.view()))
        await tools.until(lambda: run.over)
        asking.cancel()
        await asyncio.wait([asking])
        await tools.until(lambda: run.id not in jobs.registry.live)
        with pytest.raises(Problem):
            await jobs.runs.find(run.id)

    bench(act)


def test_one_that_is_being_made_is_commanded_once_the_store_has_answered(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that asks twice knows it before."""

    async def act(jobs: Jobs) -> None:
        await tools.start(jobs, "b")  # it has the slot
        may, wish = tools.hold_creation(jobs, monkeypatch), tools.wish(tools.small(), "a", idempotency_key="k")

        async def stop() -> str:
            again, _ = await jobs.registry.create(wish)
            jobs.runs.send_command(await jobs.runs.find(again.saved.id), {"state": "stopped"})
            return again.saved.id

        making = asyncio.create_task(jobs.registry.create(wish))
        await tools.until(lambda: len(jobs.registry.live) == 2)
        stopping = asyncio.create_task(stop())
        await asyncio.wait([stopping], timeout=0.2)
        may.set()
        made, _ = await making
        assert await stopping == made.saved.id
        await tools.until(lambda: made.saved.id not in jobs.registry.live)
        assert (await jobs.runs.find(made.saved.id)).saved.state == "stopped"
        assert [said["state"] for said in await tools.statuses(jobs, made.saved.key)] == ["queued", "stopped"]
        assert not jobs.registry.num_waiting

    bench(act)


def test_a_key_is_free_again_when_its_job_is_deleted_while_it_is_asked_for_twice(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(jobs: Jobs) -> None:
        find, asked = jobs.store.find_repeated, list[str]()

        neither = asyncio.Barrier(2)

        async def find_late(client: str, key: str) -> Any:
            asked.append(key)
            if len(asked) == 3:  # the second, whose row was refused, looks for the first
                (first,) = jobs.registry.live.values()
                await jobs.registry.delete(first)
                return await find(client, key)
            found = await find(client, key)
            await neither.wait()
            return found

        monkeypatch.setattr(jobs.store, "find_repeated", find_late)
        wish = tools.wish(tools.small(), "a", idempotency_key="k")
        made = await asyncio.gather(*(jobs.registry.create(wish) for _ in range(2)))
        assert [new for _, new in made] == [True, True]
        assert made[0][0].saved.id != made[1][0].saved.id
        assert len({*jobs.registry.live} & {view.saved.id for view, _ in made}) == 1

    bench(act)


def test_one_that_is_over_is_found_once_its_last_event_is_kept(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(jobs: Jobs) -> None:
        append, kept = jobs.store.append, asyncio.Event()

        def late(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
            if now["state"] != "done":
                return append(key, events, now)

            async def later() -> None:
                await kept.wait()
                await append(key, events, now)

            return asyncio.ensure_future(later())

        monkeypatch.setattr(jobs.store, "append", late)
        new = NewJob(kind=SQUARES, request=SquaresRequest(num_squares=2), seat=Seat("a"))
        made, _ = await jobs.registry.create(new)
        job = jobs.registry.live[made.saved.id]
        await tools.until(lambda: job.over)
        finding = asyncio.ensure_future(jobs.experiments.find(made.saved.id))
        done, _ = await asyncio.wait([finding], timeout=0.1)
        assert not done, "its result is not in the store yet"
        kept.set()
        assert (await finding).saved.state == "done"

    bench(act, kinds="tests.app.tiny:SQUARES", slots=2)


def test_one_whose_end_the_store_refuses_is_told_as_over_until_its_server_has_ended(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row says that it is running."""

    async def act(jobs: Jobs) -> None:
        run = await tools.start(jobs)
        await tools.until(lambda: run.recorded > 1)
        ask = jobs.store._writer.ask
        monkeypatch.setattr(jobs.store._writer, "ask", lambda _: ask(refuse))
        await jobs.drain()
        await tools.until(run.task.done)
        (listed,) = (await jobs.runs.listing(offset=0, limit=9))[1]
        row = await jobs.store.find(run.id)
        assert row is not None
        assert row.state == "running"
        for found in (await jobs.runs.find(run.id), listed):
            assert (found.saved.state, found.possible) == (run.state, ())
        assert run.over
        monkeypatch.undo()
        await jobs.runs.delete(listed)
        with pytest.raises(Problem) as refused:
            await jobs.runs.find(run.id)
        assert refused.value.status == 404

    bench(act)


def test_one_whose_last_steps_were_kept_and_not_told_is_read_as_its_readers_were_told(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was read before its end had taken their place, and comes after, is not for later readers."""

    async def act(jobs: Jobs) -> None:
        store, pages = jobs.store, jobs.store.pages
        append, conclude, read = store.append, store.conclude, pages._read
        was_read, may_end, may_come = asyncio.Event(), asyncio.Event(), asyncio.Event()

        def lose(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
            kept = append(key, events, now)

            async def lost() -> None:
                await kept
                raise StoreError("broken", "The answer is lost.")

            return kept if now["state"] == "failed" else asyncio.ensure_future(lost())

        async def end_late(*given: Any) -> None:
            await may_end.wait()
            await conclude(*given)

        async def read_early(key: int, after: int) -> list[Stored]:
            page = await read(key, after)
            was_read.set()
            await may_come.wait()
            return page

        async def collect() -> bytes:
            frames = jobs.runs.follow(await jobs.runs.find(run.id), 0)
            assert frames is not None
            return b"".join([piece async for piece in frames])

        monkeypatch.setattr(store, "conclude", end_late)
        run = await tools.start(jobs)
        await tools.until(lambda: run.channel.last > 20)  # more than are in memory
        monkeypatch.setattr(store, "append", lose)
        await tools.until(lambda: run.channel.closed)
        monkeypatch.setattr(pages, "_read", read_early)
        reading = asyncio.create_task(collect())
        await was_read.wait()
        may_end.set()
        await tools.until(lambda: run.id not in jobs.registry.live)
        may_come.set()
        told = await reading
        assert told.count(b"\nevent: ") == run.channel.last
        assert b"The answer is lost." in told
        assert await collect() == told

    bench(act, keep_events=16)


def refuse(connection: Connection) -> None:
    """Have no room for a write."""
    raise OperationalError("a write", None, sqlite3.OperationalError("disk I/O error"))
