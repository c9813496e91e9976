"""Runs that an earlier server left under way are interrupted, and seen so in any case."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.store import Store
from tests.app.jobs.test_store import NOW, events, row, using


def test_runs_under_way_are_interrupted_with_a_last_event(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        going, over = await store.create(row("going")), await store.create(row("over"))
        await store.append(going, events(1, 3), NOW)
        await store.append(over, events(1, 1), {**NOW, "state": "done"})
        assert await store.interrupt("power cut", 7.0) == 1
        last = (await store.events(going, 3))[0]
        assert (last.number, last.kind) == (4, "status")
        assert orjson.loads(last.data) == {
            "state": "interrupted", "reason": "power cut", "queue_position": None, "final": True
        }  # fmt: skip
        saved = await store.find("going")
        assert saved is not None
        assert (saved.state, saved.reason, saved.last_event) == ("interrupted", "power cut", 4)
        assert await store.interrupt("again", 8.0) == 0

    using(tmp_path, act)


def test_runs_that_cannot_be_interrupted_for_want_of_room_are_shown_so_and_are_later(tmp_path: Path) -> None:
    async def fill(store: Store) -> None:
        going = await store.create(row("going"))
        await store.append(going, events(1, 3), NOW)

    async def full(store: Store) -> None:
        await store._writer.ask(lambda connection: connection.exec_driver_sql("PRAGMA query_only=1").close())
        with pytest.raises(StoreError):
            await store.interrupt("power cut", 7.0)
        told = [await store.find("going"), *(await store.listing(offset=0, limit=9))[1]]
        assert [(s.state, s.reason, s.ended, s.last_event) for s in told if s] == [
            ("interrupted", "power cut", 7.0, 4)
        ] * 2
        before = await store.events(1, 0)
        assert [event.number for event in before] == [1, 2, 3, 4]
        assert [await store.events(1, after) for after in (3, 4)] == [before[3:], []]
        await store._writer.ask(lambda connection: connection.exec_driver_sql("PRAGMA query_only=0").close())
        assert (await store.sweep(before=0, max_bytes=0)).deleted == []
        assert await store.events(1, 0) == before

    async def look(store: Store) -> None:
        saved = await store.find("going")
        assert saved is not None
        assert (saved.state, saved.last_event) == ("interrupted", 4)
        assert await store.interrupt("again", 8.0) == 0

    using(tmp_path, fill)
    using(tmp_path, full)
    using(tmp_path, look)


def test_runs_that_cannot_be_read_at_the_start_are_interrupted_later_and_own_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill(store: Store) -> None:
        going = await store.create(row("going"))
        await store.append(going, events(1, 3), NOW)

    async def begin(store: Store) -> None:
        def broken(_: object) -> None:
            raise StoreError("broken", "disk I/O error")

        with monkeypatch.context() as trouble:
            trouble.setattr(store, "read", broken)
            with pytest.raises(StoreError):
                await store.interrupt("power cut", 7.0)
        own = await store.create(row("own"))
        await store.append(own, events(1, 2), NOW)
        told = [await store.find("going"), await store.find("own")]
        assert [(saved.state, saved.last_event) for saved in told if saved] == [("interrupted", 4), ("running", 2)]
        await store.sweep(before=0, max_bytes=0)
        await store.append(own, events(3, 3), NOW)

    async def look(store: Store) -> None:
        saved = await store.find("going")
        assert saved is not None
        assert (saved.state, saved.last_event) == ("interrupted", 4)
        assert await store.interrupt("again", 8.0) == 1

    using(tmp_path, fill)
    using(tmp_path, begin)
    using(tmp_path, look)


def test_a_run_that_is_made_while_the_server_looks_back_is_not_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(store: Store) -> None:
        read = store._read
        made: list[int] = []

        async def read_late(wanted: Callable[[Connection], Any]) -> Any:
            if not made:
                made.append(await store.create(row("own")))
            return await read(wanted)

        monkeypatch.setattr(store, "_read", read_late)
        assert await store.interrupt("power cut", 7.0) == 0
        saved = await store.find("own")
        assert saved is not None
        assert saved.state == "queued"
        await store.append(made[0], events(1, 1), NOW)

    using(tmp_path, act)
