"""Exports take turns, and nobody keeps a place by not reading."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.exports import fill
from skipscope.app.errors import Problem
from skipscope.app.guard.broken import BrokenOff
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs import exports
from skipscope.app.jobs.exporting import Wish
from skipscope.app.jobs.exports import AT_ONCE, Exports
from skipscope.app.jobs.history import Span
from skipscope.app.jobs.parquet import CHUNKS, GROUP_CELLS, TooWideError, rows_of_group


def wish(folder: Path, **more: Any) -> Wish:
    """Return a wish for all of the run."""
    return Wish(str(folder / "runs.db"), 1, "csv", Span(), [])._replace(**more)


def test_who_does_not_read_loses_the_place_to_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 901, 300)
    monkeypatch.setattr(exports, "STALLED", 0.2)

    async def main() -> None:
        made = Exports()
        slow = [await made.begin(wish(tmp_path), Seat("slow", str(n))) for n in range(AT_ONCE)]
        parts = [one.parts() for one in slow]
        for one in parts:
            await anext(one)
        waiting = asyncio.create_task(made.begin(wish(tmp_path), Seat("light", "b")))
        await asyncio.sleep(0.4)
        assert not waiting.done()
        with pytest.raises(BrokenOff, match="others waited"):
            await anext(parts[0])
        await slow[0].close()
        found = await waiting
        lines = b"".join([part async for part in found.parts()]).splitlines()
        assert len(lines) == 301
        await found.close()
        # nobody waits any more: the other may read as slowly as it likes
        await asyncio.sleep(0.3)
        assert len(b"".join([part async for part in parts[1]])) > 1000
        await slow[1].close()

    asyncio.run(main())


@pytest.mark.parametrize(("more", "status"), [({"file": "/nowhere/runs.db"}, 503), ({"columns": ["nothing"]}, 422)])
def test_an_export_that_cannot_begin_gives_its_place_back(tmp_path: Path, more: dict[str, Any], status: int) -> None:
    fill(tmp_path, 20, 3)

    async def main() -> None:
        made = Exports()
        for _ in range(2 * AT_ONCE):
            with pytest.raises(Problem) as refused:
                await made.begin(wish(tmp_path, **more), Seat("me"))
            assert refused.value.status == status

    asyncio.run(main())


@pytest.mark.parametrize(
    ("columns", "rows", "group"),
    [(901, 4000, 1000), (901, 0, 1000), (43_749, 100, 182), (43_749, 910, 182), (5, 10**6, 1000), (5, 10**8, 2000)],
)
def test_groups_go_by_cells(columns: int, rows: int, group: int) -> None:
    assert rows_of_group(columns, rows) == group
    assert group * columns <= GROUP_CELLS
    assert -(-rows // group) * columns <= CHUNKS


def test_a_table_that_is_too_wide_says_what_would_do() -> None:
    with pytest.raises(TooWideError) as refused:
        rows_of_group(43_749, 20_000)
    assert rows_of_group(43_749, -(-20_000 // refused.value.every))
    with pytest.raises(TooWideError):
        rows_of_group(300_000, 10_000)


def test_the_process_that_serves_loads_nothing_that_writes_parquet() -> None:
    code = "import sys, skipscope.app.main; assert not {'pyarrow', 'torch'} & set(sys.modules), 'loaded'"
    subprocess.run([sys.executable, "-P", "-c", code], check=True, timeout=120)
