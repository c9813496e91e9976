"""Chapters over HTTP, those of the package and of a mounted folder; a folder that holds none that can be read."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from skipscope.app.learn.measured import read_measured
from skipscope.app.learn.shelf import OWN, read_folder
from skipscope.app.routes.learn import number_text
from tests.app.learn.test_reading import BODY, FRONT, written


def test_chapters_are_listed_and_answered(api: Any) -> None:
    rows = api.http.get("/api/lessons").json()
    assert [row["slug"] for row in rows][:1] == ["problem"]
    chapter = api.http.get("/api/lessons/problem").json()
    assert chapter["title"] == rows[0]["title"]
    step = chapter["steps"][0]
    assert step["figure"]["address"].startswith("net=plain56")
    assert "<em>loss</em>" in step["text"]["before"]
    assert chapter["claims"][0]["seeds"] == 5
    answer = api.http.get("/api/lessons/nothing")
    assert (answer.status_code, answer.json()["field"]) == (404, "name")
    page = api.http.get("/learn/problem?step=3").text
    assert '<section class="step" id="step-3" data-step="3" aria-labelledby="step-3-title" data-current' in page
    (first, *_) = read_measured(OWN / "01-problem").claims
    assert ", ".join(number_text(value) for value in first.values) in page, "a claim's numbers by seed"
    assert api.http.get("/learn/nothing").status_code == 404
    assert api.http.get("/learn/problem?step=0").status_code == 422


def test_a_chapters_number_is_its_folders(api: Any) -> None:
    chapters = read_folder(OWN)
    shown = re.findall(r'<span class="chapter-number"[^>]*>(\d+)</span>', api.http.get("/learn").text)
    assert [int(number) for number in shown] == [int(chapter.folder.name[:2]) for chapter in chapters]
    assert f"Chapter {chapters[-1].folder.name[1]}</span>" in api.http.get(f"/learn/{chapters[-1].name}").text


def test_the_notebook_is_a_page_without_answers(api: Any) -> None:
    answer = api.http.get("/learn/notebook")
    assert answer.status_code == 200
    assert "kept in this browser" in answer.text
    assert '"notes":[{"name":"problem"' in answer.text


def test_a_folder_of_own_chapters_is_mounted(serve: Any, tmp_path: Path) -> None:
    written(tmp_path / "own")
    with serve(lessons=str(tmp_path / "own")) as (url, _):
        api = serve.api(url)
        assert api.http.get("/api/lessons").json()[-1]["slug"] == "ninth"
        page = api.http.get("/learn/ninth").text
        assert "Chapter 10</span> A ninth" in page
        assert "Nothing was recorded" in page
        assert "&lt;b&gt;marks" in page


def test_a_chapter_that_cannot_be_read_ends_the_start(tmp_path: Path) -> None:
    path = written(tmp_path / "own", (FRONT + BODY).replace("minutes: 3", "minutes: soon"))
    done = subprocess.run(
        [Path(sys.executable).with_name("skipscope"), "serve", "--port", "0", "--data-dir", tmp_path / "data"],
        env=os.environ | {"SKIPSCOPE_LESSONS": str(tmp_path / "own")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert f'{path}:3: minutes="soon": give a whole number' in done.stderr
