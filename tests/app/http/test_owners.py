"""Whose a run is on a server without a token: its browser's; others watch it, and a class that shares changes all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.serving import serving

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
WISH = {"variants": [SMALL], "batch_size": 4, "steps": 20_000, "state": "paused"}
CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"name": "mine now"}),
    ("PATCH", "", {"skips": [False, False]}),
    ("PATCH", "", {"lr": 0.5}),
    ("PATCH", "", {"state": "running"}),
    ("PATCH", "", {"state": "stopped"}),
    ("POST", "/step", None),
    ("POST", "/fork", {"variant": 0}),
    ("DELETE", "", None),
]


@pytest.fixture
def pair(api: Any) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """Return two browsers at one address."""
    with httpx2.Client(base_url=api.url, timeout=60) as anna, httpx2.Client(base_url=api.url, timeout=60) as bert:
        for browser in (anna, bert):
            browser.get("/runs")
        yield anna, bert


def test_without_a_token_a_run_is_its_browsers(pair: tuple[httpx2.Client, httpx2.Client], api: Any) -> None:
    anna, bert = pair
    started = anna.post("/api/runs", json=WISH).json()
    run = f"/api/runs/{started['id']}"
    assert started["own"] is True
    for stranger in (bert, api.http):  # another browser, and a program
        for method, path, body in CHANGES:
            answer = stranger.request(method, run + path, json=body)
            assert answer.status_code == 403, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert (problem["field"], problem["value"]) == ("run_id", started["id"])
            assert "Make a copy" in problem["remedy"]
            assert problem["limit"]
        found = stranger.get(run).json()
        assert (found["own"], found["name"], found["recorded"]) == (False, "", 0)
        assert found["state"] in {"queued", "paused"}
        assert started["id"] in {one["id"] for one in stranger.get("/api/runs").json()["runs"]}
        assert stranger.get("/metrics").status_code == 200
    listed = {one["id"]: one["own"] for one in anna.get("/api/runs").json()["runs"]}
    assert listed[started["id"]] is True
    assert anna.patch(run, json={"name": "hers"}).json()["own"] is True
    assert anna.delete(run).status_code == 204


def test_a_programs_run_is_its_addresss(pair: tuple[httpx2.Client, httpx2.Client], api: Any) -> None:
    with httpx2.Client(base_url=api.url, timeout=60) as program:
        started = program.post("/api/runs", json=WISH).json()
    run = f"/api/runs/{started['id']}"
    for browser in pair:
        assert browser.get(run).json()["own"] is True
        assert browser.patch(run, json={"lr": 0.5}).status_code == 200
    assert pair[0].delete(run).status_code == 204


def test_a_copy_is_ones_own(pair: tuple[httpx2.Client, httpx2.Client]) -> None:
    anna, bert = pair
    first = anna.post("/api/runs", json=WISH).json()
    copy = bert.post("/api/runs", json={**bert.get(f"/api/runs/{first['id']}").json()["request"], "state": "paused"})
    assert copy.status_code == 201
    assert copy.json()["own"] is True
    assert copy.json()["request"] == first["request"]
    assert anna.delete(f"/api/runs/{copy.json()['id']}").status_code == 403
    assert bert.delete(f"/api/runs/{copy.json()['id']}").status_code == 204
    assert anna.delete(f"/api/runs/{first['id']}").status_code == 204


def test_there_is_no_admin_without_a_token(pair: tuple[httpx2.Client, httpx2.Client]) -> None:
    answer = pair[0].get("/admin")
    assert answer.status_code == 404
    assert "SKIPSCOPE_ADMIN_TOKEN" in answer.json()["remedy"]


def test_a_class_that_shares_changes_all_runs(tmp_path: Path) -> None:
    with (
        serving(tmp_path, environment={"SKIPSCOPE_SHARED_RUNS": "true"}) as (url, _),
        httpx2.Client(base_url=url, timeout=60) as anna,
        httpx2.Client(base_url=url, timeout=60) as bert,
    ):
        for browser in (anna, bert):
            browser.get("/runs")
        run = anna.post("/api/runs", json=WISH).json()
        assert bert.get(f"/api/runs/{run['id']}").json()["own"] is True
        assert bert.patch(f"/api/runs/{run['id']}", json={"name": "ours"}).status_code == 200
        assert bert.delete(f"/api/runs/{run['id']}").status_code == 204
