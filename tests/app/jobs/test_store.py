"""What is written stays, whatever happens to the file and to the server."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from skipscope.app.jobs import writer
from skipscope.app.jobs.database import FILE, FolderTakenError, StoreError, hold
from skipscope.app.jobs.reading import PAGE_BYTES
from skipscope.app.jobs.state_files import StateFiles
from skipscope.app.jobs.store import Saved, Store, Stored

NOW: dict[str, Any] = {"state": "running", "reason": None, "ended": None, "digest": None}


def row(run_id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": run_id, "client": "me", "name": "", "state": "queued", "reason": None, "created": time.time(),
        "ended": None, "request": "{}", "idempotency_key": None, "last_event": 0, "recorded": 0, "num_bytes": 0,
        "digest": None, **more,
    }  # fmt: skip


def events(first: int, last: int, size: int = 10) -> list[Stored]:
    return [Stored(n, "step", n - 1, b'{"x":"%s"}' % (b"x" * size)) for n in range(first, last + 1)]


def using(folder: Path, act: Callable[[Store], Awaitable[Any]]) -> Any:
    """Open the store, act, and close it."""

    async def main() -> Any:
        store = Store(folder)
        try:
            return await act(store)
        finally:
            await store.close()

    return asyncio.run(main())


def test_events_that_do_not_follow_the_last_one_that_is_kept_are_not_kept(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        key = await store.create(row("a"))
        await store.append(key, events(1, 3), NOW)
        with pytest.raises(LookupError, match="event 5 does not follow"):
            await store.append(key, events(5, 5), NOW)
        with pytest.raises(LookupError, match="event 5 does not follow"):
            await store.conclude(key, events(5, 5)[0], NOW)
        with pytest.raises(LookupError, match="event 1 does not follow"):
            await store.append(key + 1, events(1, 1), NOW)
        await store.append(key, events(4, 4), NOW)
        assert [event.number for event in await store.events(key, 0)] == [1, 2, 3, 4]
        found = await store.find("a")
        assert found is not None
        assert (found.last_event, found.recorded) == (4, 4)

    using(tmp_path, act)


def test_all_files_of_the_folder_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in (FILE, f"{FILE}.damaged-1"):
        (folder / name).touch(mode=0o644)
    before = os.umask(0)
    try:
        store = Store(folder)
        _ = StateFiles(folder / "states")._make()
        assert (folder / f"{FILE}-shm").exists()
        assert [path.name for path in folder.rglob("*") if path.stat().st_mode & 0o077] == []
        asyncio.run(store.close())
        hold(tmp_path / "new").release()
        assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)


def test_events_come_back_in_pages_in_order_after_a_restart(tmp_path: Path) -> None:
    written = events(1, 40, PAGE_BYTES // 10)

    async def write(store: Store) -> int:
        key = await store.create(row("a"))
        for start in range(0, 40, 8):
            store.append(key, written[start : start + 8], NOW)  # not waited for: they come in order nevertheless
        return key

    async def read(store: Store) -> list[Stored]:
        found: list[Stored] = []
        pages = 0
        while page := await store.events(key, found[-1].number if found else 0):
            pages += 1
            found += page
        assert pages > 3
        assert await store.events(key + 1, 0) == []
        return found

    key = using(tmp_path, write)
    assert using(tmp_path, read) == written


def test_a_run_knows_its_state_and_size(tmp_path: Path) -> None:
    async def act(store: Store) -> Saved | None:
        key = await store.create(row("a"))
        status = Stored(4, "status", None, b"{}")
        await store.append(key, [*events(1, 3), status], {**NOW, "state": "done", "ended": 5.0, "digest": "{}"})
        return await store.find("a")

    saved = using(tmp_path, act)
    assert (saved.state, saved.ended, saved.last_event, saved.recorded, saved.digest) == ("done", 5.0, 4, 3, "{}")
    assert saved.num_bytes == sum(len(event.data) for event in events(1, 3)) + 2


def test_a_key_is_used_once_by_a_client(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        first = store.create(row("a", idempotency_key="k"))
        other = store.create(row("b", idempotency_key="k", client="another"))
        again = store.create(row("c", idempotency_key="k"))
        last = store.create(row("d"))
        await asyncio.gather(first, other, last)
        with pytest.raises(IntegrityError):
            await again
        found = await store.find_repeated("me", "k")
        assert found is not None
        assert found.id == "a"
        assert (await store.listing(offset=0, limit=9))[0] == 3

    using(tmp_path, act)


def test_runs_are_listed_newest_first_by_page_and_state(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        for number in range(5):
            # the clock jumps back: the order stays
            await store.create(row(f"r{number}", created=1000 - number, state="done" if number % 2 else "failed"))
        total, page = await store.listing(offset=1, limit=2)
        assert (total, [saved.id for saved in page]) == (5, ["r3", "r2"])
        total, page = await store.listing(offset=0, limit=9, states=["done"])
        assert (total, [saved.id for saved in page]) == (2, ["r3", "r1"])

    using(tmp_path, act)


def test_the_oldest_go_first_and_the_file_shrinks(tmp_path: Path) -> None:
    async def fill(store: Store) -> None:
        for number in range(6):
            key = await store.create(row(f"r{number}", created=number))
            state = "running" if number == 0 else "done"
            await store.append(key, events(1, 20, 20_000), {**NOW, "state": state})

    async def sweep(store: Store) -> None:
        assert (await store.sweep(before=2, max_bytes=0)).deleted == ["r1"]
        assert (await store.sweep(before=0, max_bytes=4 * 20 * 20_008 - 1)).deleted == ["r2", "r3"]
        assert [saved.id for saved in (await store.listing(offset=0, limit=9))[1]] == ["r5", "r4", "r0"]
        assert await store.events(2, 0) == []
        await store.delete(6)

    using(tmp_path, fill)
    before = (tmp_path / FILE).stat().st_size
    using(tmp_path, sweep)
    assert (tmp_path / FILE).stat().st_size < before / 2


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path) -> None:
    async def act(_: Store) -> None:
        with pytest.raises(FolderTakenError, match=r"Another Skipscope server.*--data-dir"):
            await asyncio.to_thread(hold_elsewhere, tmp_path)

    using(tmp_path, act)
    hold(tmp_path).release()


def hold_elsewhere(folder: Path) -> None:
    # another path to the same folder is another lock, as of another process
    link = folder.with_name("link")
    link.symlink_to(folder)
    hold(link)


@pytest.mark.parametrize("damage", ["not a database", "torn"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: str) -> None:
    async def fill(store: Store) -> None:
        key = await store.create(row("a"))
        await store.append(key, events(1, 200, 1000), NOW)

    using(tmp_path, fill)
    file = tmp_path / FILE
    whole = file.read_bytes()
    if damage == "torn":
        # the machine went down: a journal is left, and the file is torn
        file.write_bytes(whole[: len(whole) // 2] + b"\xff" * 4096 * 8)
        (tmp_path / f"{FILE}-wal").write_bytes(b"")
    else:
        file.write_bytes(b"no database at all " * 1000)

    async def look(store: Store) -> int:
        await store.create(row("b"))
        return (await store.listing(offset=0, limit=9))[0]

    assert using(tmp_path, look) == 1
    assert len(list(tmp_path.glob(f"{FILE}.damaged-*"))) == 1


def test_damage_that_shows_later_is_said(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        key = await store.create(row("a"))
        await store.append(key, events(1, 50, 10_000), NOW)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.engine.dispose()
        size = (tmp_path / FILE).stat().st_size
        with (tmp_path / FILE).open("r+b") as file:
            for at in range(4096, size, 4096):
                file.seek(at)
                file.write(b"\xff" * 512)
        with pytest.raises(StoreError, match="damaged") as caught:
            await store.events(key, 0)
        assert caught.value.kind == "corrupt"
        store._give_back()  # the disk may be anything: what was asked for is done

    async def look(store: Store) -> int:
        return (await store.listing(offset=0, limit=9))[0]

    using(tmp_path, act)
    # as the message says: a restart, also after a clean end, sets it aside, once
    assert [using(tmp_path, look), using(tmp_path, look)] == [0, 0]
    assert len(list(tmp_path.glob(f"{FILE}.damaged-*"))) == 1


def test_a_lock_that_goes_by_only_delays_and_one_that_stays_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skipscope.app.jobs.database.BUSY_SECONDS", 0.05)

    async def act(store: Store) -> None:
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = store.create(row("a"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        assert (await store.listing(offset=0, limit=9))[0] == 0  # reading goes on
        other.execute("ROLLBACK")
        assert await waiting == 1

        monkeypatch.setattr(writer, "PATIENCE", 0.1)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="Another program") as caught:
            await store.create(row("b"))
        assert caught.value.kind == "locked"
        other.execute("ROLLBACK")
        other.close()
        await store.create(row("c"))

    using(tmp_path, act)


def test_a_full_disk_is_said_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        key = await store.create(row("a"))
        full = store._writer.ask(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=40").scalar())
        await full
        with pytest.raises(StoreError, match="full") as caught:
            await store.append(key, events(1, 100, 10_000), NOW)
        assert caught.value.kind == "full"
        saved = await store.find("a")
        assert saved is not None
        assert saved.last_event == 0  # all or nothing
        await store.append(key, events(1, 2), NOW)

    using(tmp_path, act)


def test_the_latest_event_of_some_kinds_is_read(tmp_path: Path) -> None:
    async def act(store: Store) -> None:
        key = await store.create(row("a"))
        kinds = ("progress", "partial", "progress", "partial", "status")
        await store.append(key, [Stored(n, kind, None, b"%d" % n) for n, kind in enumerate(kinds, 1)], NOW)
        read = [await asyncio.to_thread(store.read_last, key, wanted) for wanted in (["partial", "result"], ["result"])]
        assert read == [b"4", None]

    using(tmp_path, act)
