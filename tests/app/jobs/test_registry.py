"""Slots, turns, pauses and ends, with real workers."""

import asyncio
import sqlite3
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from skipscope.app.errors import Problem
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.service import Jobs


def test_runs_wait_in_turn_and_are_told_their_place(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first = await tools.start(runs, "a")
        waiting = [await tools.start(runs, client) for client in ("a", "a", "b", "c")]
        assert [run.queue_position for run in waiting] == [3, 4, 1, 2]
        began: list[Any] = []
        current = first
        for _ in waiting:
            await tools.until(lambda run=current: run.state == "running")
            runs.registry.send_command(current, {"state": "stopped"})
            await tools.until(lambda run=current: run not in runs.registry.active and runs.registry.active)
            (current,) = runs.registry.active
            began.append(current)
        assert began == [waiting[2], waiting[3], waiting[0], waiting[1]]
        said = await tools.statuses(runs, waiting[1].key)
        places = [status["queue_position"] for status in said if status["state"] == "queued"]
        assert places == [2], "nobody watches, so that only the first place is written"

    bench(act, client_slots=1)


def test_one_client_cannot_take_all_slots(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        mine = [await tools.start(runs, "a") for _ in range(3)]
        await tools.until(lambda: mine[0].state == "running")
        assert [run in runs.registry.active for run in mine] == [True, False, False]
        other = await tools.start(runs, "b")
        await tools.until(lambda: other.state == "running")

    bench(act, slots=2)


def test_a_paused_run_gives_up_its_slot_and_waits_for_another(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first, second = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: first.recorded > 2)
        assert second.queue_position == 1
        runs.registry.send_command(first, {"state": "paused"})
        await tools.until(lambda: second.state == "running")
        assert first.state == "paused"
        at = first.recorded
        runs.registry.send_command(first, {"step": 1})
        await tools.until(lambda: first.recorded == at + 1)
        runs.registry.send_command(first, {"state": "running"})
        assert (first.state, first.queue_position) == ("queued", 1)
        runs.registry.send_command(second, {"state": "stopped"})
        await tools.until(lambda: first.state == "running")
        await tools.until(lambda: first.recorded > at + 2)
        states = [status["state"] for status in await tools.statuses(runs, first.key)]
        assert states == ["running", "paused", "queued", "running"]

    bench(act)


def test_a_run_may_begin_paused_and_be_changed_while_it_waits(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        first = await tools.start(runs, "a")
        second = await tools.start(runs, "b")
        with pytest.raises(Problem) as refused:
            runs.registry.send_command(second, {"step": 1})
        assert refused.value.status == 409
        runs.registry.send_command(second, {"state": "paused"})
        runs.registry.send_command(second, {"lr": 0.25})
        runs.registry.send_command(second, {"step": 1})
        runs.registry.send_command(first, {"state": "stopped"})
        await tools.until(lambda: second.recorded == 1)
        await tools.until(lambda: second.state == "paused")
        runs.registry.send_command(second, {"step": 1})
        await tools.until(lambda: second.recorded == 2)
        page = await runs.store.events(second.key, 0)
        assert any(event.kind == "change" and b"0.25" in event.data for event in page)

    bench(act)


def test_pausing_and_resuming_at_once_leaves_it_running(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        for _ in range(5):
            runs.registry.send_command(run, {"state": "paused"})
            runs.registry.send_command(run, {"state": "running"})
        await tools.until(lambda: run.state == "running" and run in runs.registry.active)
        at = run.recorded
        await tools.until(lambda: run.recorded > at + 5)
        assert run in runs.registry.active

    bench(act)


def test_a_run_that_is_over_takes_nothing_more(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs, steps=2)
        await tools.until(lambda: run.over)
        for command in ({"state": "running"}, {"step": 1}, {"lr": 0.1}):
            with pytest.raises(Problem) as refused:
                runs.registry.send_command(run, command)
            assert refused.value.status == 409
            assert refused.value.more["state"] == "done"
            assert refused.value.more["possible"] == []
        await tools.until(lambda: run.id not in runs.registry.live)

    bench(act)


def test_a_waiting_run_can_be_stopped(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        await tools.start(runs, "a")
        second, third = await tools.start(runs, "b"), await tools.start(runs, "c")
        runs.registry.send_command(second, {"state": "stopped"})
        await tools.until(lambda: second.id not in runs.registry.live)
        assert third.queue_position == 1
        assert [s["state"] for s in await tools.statuses(runs, second.key)] == ["queued", "stopped"]

    bench(act)


def test_the_same_key_gives_the_same_run(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        create = runs.registry.create
        wish = tools.small(steps=2)
        together = await asyncio.gather(*(create(tools.wish(wish, "a", idempotency_key="k")) for _ in range(5)))
        assert len({run.saved.id for run, _ in together}) == 1
        assert sum(new for _, new in together) == 1
        await tools.until(lambda: not runs.registry.live)
        again, new = await create(tools.wish(wish, "a", idempotency_key="k"))
        assert (again.saved.id, again.saved.state, new) == (together[0][0].saved.id, "done", False)
        other, new = await create(tools.wish(wish, "b", idempotency_key="k"))
        assert new
        assert other.saved.id != again.saved.id
        with pytest.raises(Problem) as refused:
            await create(tools.wish(tools.small(steps=3), "a", idempotency_key="k"))
        assert refused.value.status == 422

    bench(act)


def test_there_is_an_end_to_the_queue_and_to_one_clients_runs(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        for client in ("a", "a", "b"):
            await tools.start(runs, client)
        with pytest.raises(Problem) as refused:
            await tools.start(runs, "c")
        assert (refused.value.status, refused.value.title) == (503, "The queue is full")
        assert "Retry-After" in (refused.value.headers or {})
        runs.registry.settings = runs.settings.model_copy(update={"max_queue": 9})
        with pytest.raises(Problem) as refused:
            await tools.start(runs, "a")
        assert refused.value.status == 429
        await tools.start(runs, "c")

    bench(act, max_queue=2, client_runs=2)


def test_ending_the_server_tells_everybody(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> list[Any]:
        going, waiting = await tools.start(runs, "a"), await tools.start(runs, "b")
        await tools.until(lambda: going.recorded > 3)
        readers = [asyncio.ensure_future(_last(run)) for run in (going, waiting)]
        await asyncio.sleep(0)
        await runs.drain()
        for reader in readers:
            assert b'"interrupted"' in await reader
        with pytest.raises(Problem) as refused:
            await tools.start(runs, "c")
        assert refused.value.status == 503
        return [going.key, going.recorded, waiting.key]

    going, recorded, waiting = bench(act)

    async def look(runs: Jobs) -> None:
        assert [s["state"] for s in await tools.statuses(runs, going)] == ["running", "interrupted"]
        assert [s["state"] for s in await tools.statuses(runs, waiting)] == ["queued", "interrupted"]
        events = await runs.store.events(going, 0)
        assert sum(event.kind == "step" for event in events) == recorded

    bench(look)


def test_a_client_that_leaves_while_its_run_is_made_leaves_no_half(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        asking = asyncio.create_task(runs.registry.create(tools.wish(tools.small(), "a")))
        await tools.until(lambda: runs.registry.live)
        asking.cancel()
        await asyncio.wait([asking])
        (run,) = runs.registry.live.values()
        await tools.until(lambda: run.recorded > 1)
        await runs.drain()
        assert [saved.state for saved in (await runs.store.listing(offset=0, limit=9))[1]] == ["interrupted"]

    bench(act)


def test_a_server_that_ends_waits_for_what_it_was_asked_for(bench: Any, tools: Any) -> None:
    async def act(runs: Jobs) -> None:
        asking = asyncio.create_task(runs.registry.create(tools.wish(tools.small(), "a")))
        await tools.until(lambda: runs.registry.live)
        (run,) = runs.registry.live.values()
        await runs.drain()
        assert (asking.done(), run.state, run.channel.closed) == (True, "interrupted", True)
        assert not runs.registry.live

    bench(act)


def test_a_server_that_ends_waits_for_the_end_of_a_run_that_is_made_meanwhile(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        may = tools.hold_creation(runs, monkeypatch)
        asking = asyncio.create_task(runs.registry.create(tools.wish(tools.small(), "a")))
        await tools.until(lambda: runs.registry.live)
        (run,) = runs.registry.live.values()
        ending = asyncio.create_task(runs.drain())
        await asyncio.sleep(0)
        may.set()
        await ending
        assert (asking.done(), run.state, run.channel.closed) == (True, "interrupted", True)
        assert not runs.registry.live

    bench(act)


def test_a_last_status_that_failed_is_tried_again_while_the_server_ends(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers have it already; the next server must not tell them of another end."""

    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        append, failed = runs.store.append, list[str]()

        def fail_once(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
            if now["state"] != "interrupted" or failed:
                return append(key, events, now)
            failed.append(now["state"])
            return runs.store._writer.ask(refuse)  # in its turn, as all that the store says

        monkeypatch.setattr(runs.store, "append", fail_once)
        reading = asyncio.create_task(_last(run))
        await runs.drain()
        assert failed == ["interrupted"]
        assert b'"interrupted"' in await reading
        saved = await runs.store.find(run.id)
        assert saved is not None
        assert (saved.state, saved.reason) == ("interrupted", "the server was stopped")
        assert (await tools.statuses(runs, run.key))[-1]["final"]

    bench(act)


def test_a_run_that_the_store_cannot_delete_has_ended_like_any_other(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs, steps=20_000)
        await tools.until(lambda: run.recorded > 1)
        delete = runs.store.delete
        monkeypatch.setattr(runs.store, "delete", lambda key: runs.store._writer.ask(refuse))
        with pytest.raises(StoreError):
            await runs.runs.delete(run.view())
        reading = asyncio.create_task(_last(run))
        monkeypatch.setattr(runs.store, "delete", delete)
        await tools.until(lambda: run.id not in runs.registry.live)
        assert b'"stopped"' in await reading
        assert (await tools.statuses(runs, run.key))[-1]["state"] == "stopped"
        saved = await runs.store.find(run.id)
        assert saved is not None
        assert saved.state == "stopped"

    bench(act)


def refuse(connection: Connection) -> None:
    """Have no room for a write."""
    raise OperationalError("a write", None, sqlite3.OperationalError("database or disk is full"))


async def _last(run: Any) -> bytes:
    frame = b""
    async for newest in run.channel.read(0):
        frame = newest
    return frame
