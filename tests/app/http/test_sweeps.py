"""A sweep over HTTP: its trainings are runs, listed with a link to it, and stay when the server is killed."""

from typing import Any

import pytest


@pytest.fixture
def lab(api: Any) -> Any:
    """Name the server by what is tried here."""
    return api


def read(lab: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    return lab.http.get(f"/api/experiments/{experiment['id']}").json()


def sweep(lab: Any, **fields: Any) -> dict[str, Any]:
    """Start trainings of two small networks at two depths."""
    tiny = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
    asked = {"kind": "degradation", "variants": [{**tiny, "skips": False}, tiny], "batch_size": 16, "depths": [8, 14]}
    answer = lab.http.post("/api/experiments", json={**asked, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def runs_of(lab: Any, experiment: dict[str, Any]) -> list[dict[str, Any]]:
    page = lab.http.get("/api/runs", params={"experiment": experiment["id"]}).json()
    assert page["total"] == len(page["runs"])
    return page["runs"][::-1]


def test_a_sweep_is_runs_with_names_that_lead_to_it(lab: Any) -> None:
    started = sweep(lab, steps=3)
    kinds = [event.kind for event in lab.follow(started)]
    assert kinds[-2:] == ["result", "status"]
    found = read(lab, started)
    assert (found["state"], found["reason"]) == ("done", None)
    assert found["runs"] == f"/api/runs?experiment={started['id']}"
    assert [row["depth"] for row in found["result"]["variants"][1]["rows"]] == [8, 14]
    runs = runs_of(lab, started)
    assert [run["name"] for run in runs] == [f"Degradation: {depth} layers, rate 0.02, seed 0" for depth in (8, 14)]
    assert {run["experiment"] for run in runs} == {started["id"]}
    assert lab.http.get("/api/runs", params={"experiment": "another"}).json()["total"] == 0
    # a run like any other: its events, its weights, an experiment on its networks
    assert [event.kind for event in lab.follow(runs[0])] == ["schema", "status", *["step"] * 3, "status"]
    assert lab.http.get(runs[0]["weights"]["address"]).status_code == 200
    assert lab.http.post("/api/experiments", json={"kind": "lesions", "run": runs[0]["id"]}).status_code == 201
    squares = lab.http.post("/api/experiments", json={"kind": "squares"}).json()
    assert read(lab, squares)["runs"] is None


def test_a_run_of_a_sweep_trains_as_it_was_asked_for(lab: Any) -> None:
    started = sweep(lab, steps=20_000, lr=1e-4)
    lab.until(lambda: [run["state"] for run in runs_of(lab, started)][:1] == ["running"])
    run = runs_of(lab, started)[0]
    refused = lab.patch(run, lr=0.5)
    assert (refused.status_code, refused.json()["field"]) == (422, "lr")
    assert refused.json()["limit"] == "step, checkpoint, weights"
    lab.http.delete(f"/api/experiments/{started['id']}")
    lab.until(lambda: read(lab, started)["state"] == "stopped")
    assert {run["state"] for run in runs_of(lab, started)} == {"stopped"}


def test_a_sweep_under_way_when_the_server_is_killed_keeps_the_runs_that_are_over(serve: Any) -> None:
    with serve(slots="1") as (url, process):
        lab = serve.api(url)
        started = sweep(lab, steps=30)
        lab.until(lambda: len(runs_of(lab, started)) == 2)
        second = runs_of(lab, started)[1]
        lab.patch(second, state="paused")  # it is in the middle, however fast the machine is
        lab.until(lambda: lab.get(second)["state"] == "paused")
        lab.until(lambda: ((read(lab, started)["result"] or {"variants": [{"rows": []}]})["variants"][0]["rows"]) != [])
        process.kill()
        process.wait()
    with serve(slots="1") as (url, _):
        lab = serve.api(url)
        found = read(lab, started)
        assert found["state"] == "interrupted"
        assert found["result"]["variants"][0]["rows"][0]["depth"] == 8
        assert [run["state"] for run in runs_of(lab, started)][:2] == ["done", "interrupted"]
