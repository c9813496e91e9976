"""A data folder that is deleted or replaced under the server is noticed at once: nobody is told that a run is kept."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.place import Place
from skipscope.app.jobs.service import Jobs


def test_a_path_that_goes_or_is_another_is_lost_until_it_is_back(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "runs.db").touch()
    place = Place(tmp_path / "data", tmp_path / "data" / "runs.db")
    assert place.lost() is None
    (tmp_path / "data").rename(tmp_path / "away")
    assert "data was deleted" in str(place.lost())
    (tmp_path / "data").mkdir()
    assert "data was replaced" in str(place.lost())
    (tmp_path / "data").rmdir()
    (tmp_path / "away").rename(tmp_path / "data")
    assert place.lost() is None
    (tmp_path / "data" / "runs.db").unlink()
    assert "runs.db was deleted" in str(place.lost())


@pytest.mark.parametrize("how", ["emptied", "deleted", "replaced"])
def test_nothing_begins_and_what_goes_on_ends_in_words(bench: Any, tools: Any, how: str) -> None:
    async def act(runs: Jobs) -> None:
        job = await tools.start(runs)
        await tools.until(lambda: job.recorded > 1)
        if how == "emptied":
            for path in bench.folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            shutil.rmtree(bench.folder)
        if how == "replaced":
            bench.folder.mkdir()
        with pytest.raises(StoreError, match=r"while the server runs.*Restart") as refused:
            await tools.start(runs, "b")
        assert refused.value.kind == "lost"
        await tools.until(lambda: job.over)
        assert (job.state, "while the server runs" in job.reason) == ("failed", True)
        assert runs.store.lost() is not None
        await asyncio.sleep(0)

    bench(act)
