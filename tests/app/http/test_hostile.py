"""Hostile names over the API: they come back as they were, as data, or are refused as text; none breaks an answer."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from PIL import Image

from scripts.serving import serving

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
WISH = {"variants": [SMALL], "batch_size": 4, "steps": 20_000, "state": "paused"}
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</script><script>alert(1)</script><!--",
    "${7*7} {{7*7}} {% raw %}",
    "\u202egnp.exe\u2066 \u200f",
    "a\x00b",
    "\x1b[31m\r\nSet-Cookie: a=b",
    "../../../../etc/passwd",
    "'; DROP TABLE runs; --",
    "=HYPERLINK(0)",
    "\u2028\u2029\ufeff\U0001f600",
    "%s%n%(name)s",
    "__proto__",
    "/static/~0123456789ab/js/pages/explore.js",
]
CLASSES = ["<img src=x onerror=alert(1)>", "\u202egnp", '"><b>', "a\nb"]
FOREIGN = "\ud800"
"""Half of a pair: no text, which JSON can name nevertheless."""


class Scripts(HTMLParser):
    """What a browser finds in a page: elements with handlers, and scripts with text that is run."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.run: list[str] = []
        self._runs = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.handlers += [name for name in found if name.startswith("on")]
        self._runs = tag == "script" and found.get("type") not in ("application/json", "importmap")

    def handle_endtag(self, tag: str) -> None:
        self._runs = False

    def handle_data(self, data: str) -> None:
        if self._runs and data.strip():
            self.run.append(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    for i, name in enumerate(CLASSES):
        (made / "sets" / "mine" / name).mkdir(parents=True)
        for j in range(4):
            Image.new("RGB", (40, 40), (60 * i, 50 * j, 0)).save(made / "sets" / "mine" / name / f"{j}.png")
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx2.Client]:
    chosen = {"SKIPSCOPE_DATASETS": str(folder / "sets"), "SKIPSCOPE_CLIENT_RUNS": "100"}
    with (
        serving(folder / "data", environment=chosen) as (url, _),
        httpx2.Client(base_url=url, timeout=60) as client,
    ):
        yield client


def is_problem(answer: httpx2.Response) -> dict[str, Any]:
    """Return a refusal, which is JSON of the one kind and says that it is nothing else."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 400 <= answer.status_code < 500, answer.text
    assert len(answer.content) < 4000, "what was sent is quoted in part"
    return answer.json()


@pytest.fixture(scope="module")
def ended(client: httpx2.Client) -> str:
    """Return the path of a run that has recorded something and is over."""
    run = client.post("/api/runs", json={**WISH, "steps": 2, "state": "running"}).json()
    client.get(run["events"])
    return f"/api/runs/{run['id']}"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_runs_name_is_kept_as_it_is_and_shown_as_text(client: httpx2.Client, ended: str, name: str) -> None:
    run = client.post("/api/runs", json={**WISH, "name": name})
    assert run.status_code == 201, run.text
    assert run.json()["name"] == name
    assert client.delete(f"/api/runs/{run.json()['id']}").status_code == 204
    assert client.patch(ended, json={"name": name}).json()["name"] == name
    assert client.get(ended).json()["name"] == name
    for page in (client.get("/runs"), client.get(f"{ended.removeprefix('/api')}/offline.html")):
        assert page.status_code == 200
        found = Scripts()
        found.feed(page.text)
        assert found.handlers == []
        assert not any("alert(1)" in text for text in found.run)
    listed = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', client.get("/runs").text, re.DOTALL)
    assert listed
    assert name in [one["name"] for one in json.loads(listed[1])["runs"]]


@pytest.mark.parametrize("name", [*HOSTILE, "n" * 5000])
def test_what_is_no_preset_is_refused_in_words(client: httpx2.Client, name: str) -> None:
    is_problem(client.get(f"/api/architectures/{quote(name, safe='')}"))
    for path in ("/api/architectures/summary", "/api/probe", "/api/probe/maps", "/api/runs", "/api/runs/check"):
        described = {"preset": name}
        problem = is_problem(client.post(path, json=described if "summary" in path else {"variants": [described]}))
        assert len(json.dumps(problem)) < 4000


@pytest.mark.parametrize("name", [*HOSTILE, "n" * 5000])
def test_other_names_are_refused_in_words(client: httpx2.Client, name: str) -> None:
    quoted = quote(name, safe="")
    is_problem(client.get(f"/api/runs/{quoted}"))
    is_problem(client.post("/api/probe", json={"variants": [SMALL], "dataset": name}))
    is_problem(client.post("/api/runs", json={**WISH, name: 1}))
    is_problem(client.post("/api/probe", json={"variants": [{**SMALL, "norm": name}]}))
    is_problem(client.get(f"/api/datasets/{quoted}/samples.png"))
    is_problem(client.get(f"/api/architectures/resnet20?format={quoted}"))
    is_problem(client.get(f"/api/runs?state={quoted}"))
    is_problem(client.get(f"/{quoted}"))
    is_problem(client.get(f"/static/{quoted}"))


def test_too_long_a_name_is_refused_and_no_text_is(client: httpx2.Client) -> None:
    assert is_problem(client.post("/api/runs", json={**WISH, "name": "n" * 81}))["field"] == "name"
    for field in ("name", "dataset"):
        body = json.dumps({**WISH, field: FOREIGN})
        is_problem(client.post("/api/runs", content=body, headers={"Content-Type": "application/json"}))


@pytest.mark.parametrize("key", ["<b>", "'; --", "k" * 255])
def test_any_idempotency_key_does(client: httpx2.Client, key: str) -> None:
    made = [client.post("/api/runs", json=WISH, headers={"Idempotency-Key": key}).json()["id"] for _ in range(2)]
    assert made[0] == made[1]
    client.delete(f"/api/runs/{made[0]}")


def test_names_of_class_folders_are_data(client: httpx2.Client) -> None:
    mine = next(one for one in client.get("/api/datasets").json() if one["name"] == "mine")
    assert sorted(mine["classes"]) == sorted(CLASSES)
    assert client.get(mine["samples"]).headers["content-type"] == "image/png"
    probed = client.post("/api/probe", json={"variants": [SMALL], "dataset": "mine", "batch_size": 4})
    assert probed.status_code == 200, probed.text
    found = Scripts()
    found.feed(client.get("/").text)
    assert (found.handlers, found.run) == ([], [])


def test_the_store_is_whole(client: httpx2.Client, folder: Path) -> None:
    assert client.get("/api/runs").status_code == 200
    with closing(sqlite3.connect(f"file:{folder / 'data' / 'runs.db'}?mode=ro", uri=True)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
