"""A user's own data set, whose files are replaced while the server runs."""

from pathlib import Path
from typing import Any

from PIL import Image


def paint(folder: Path, level: int) -> None:
    """Write two classes, one of them of a grey that is asked for."""
    for name, grey in (("first", level), ("second", 220)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i in range(4):
            Image.new("RGB", (32, 32), (grey, grey + i, grey)).save(folder / name / f"{i}.png")


def test_probes_and_runs_see_the_files_that_are_there(serve: Any, tmp_path: Path) -> None:
    paint(tmp_path / "sets" / "mine", 30)
    with serve(datasets=str(tmp_path / "sets")) as (url, _):
        api = serve.api(url)
        wish = {"variants": api.small()["variants"], "dataset": "mine", "batch_size": 4}

        def loss() -> float:
            return api.http.post("/api/probe", json=wish).json()["variants"][0]["loss"]

        before = loss()
        assert loss() == before
        paint(tmp_path / "sets" / "mine", 200)
        assert loss() != before
        run = api.start(**wish, steps=1)
        *_, last = api.follow(run)
        assert last.data["state"] == "done"
        (step,) = api.http.get(run["history"]).json()["steps"]
        assert step["variants"][0]["loss"] == loss()
