"""Runs that an earlier server left under way are interrupted, and seen so in any case."""

from pathlib import Path

import orjson
import pytest

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
