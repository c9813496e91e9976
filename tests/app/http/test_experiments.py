"""Experiments over HTTP, by a kind that no line of the server knows: started, followed, stopped, read, deleted."""

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from skipscope.model.experiments.paths.figure import figure_of
from tests.app.http.conftest import OWN_KIND


@pytest.fixture
def lab(api: Any) -> Any:
    """Name the server by what is tried here."""
    return api


def start(lab: Any, **fields: Any) -> dict[str, Any]:
    answer = lab.http.post("/api/experiments", json={"kind": "squares", **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/experiments/{answer.json()['id']}"
    return answer.json()


def read(lab: Any, experiment: dict[str, Any]) -> dict[str, Any]:
    return lab.http.get(f"/api/experiments/{experiment['id']}").json()


def test_kinds_are_listed_with_the_schema_of_their_request(lab: Any) -> None:
    found = {kind["kind"]: kind for kind in lab.http.get("/api/experiments").json()}
    assert "training" not in found
    squares = found["squares"]
    assert (squares["title"], squares["paper"]) == ("Squares", "Euclid, Elements II")
    assert squares["schema"]["properties"]["num_squares"]["maximum"] == 1_000_000


def test_an_experiment_is_estimated_followed_and_read(lab: Any) -> None:
    started = start(lab, num_squares=5, seconds=0.02)
    assert started["kind"] == "squares"
    assert started["estimate"] == {"seconds": 0.1, "bytes": 1_000_000}
    events = list(lab.follow(started))
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert [event.kind for event in events if event.kind != "partial"] == [
        "status", *["progress"] * 5, "result", "status",
    ]  # fmt: skip
    found = read(lab, started)
    assert (found["state"], found["kind"]) == ("done", "squares")
    assert found["result"] == {"squares": [0, 1, 4, 9, 16]}
    assert found["progress"] == {"done": 5, "total": 5, "seconds_left": 0.0}
    assert found["request"]["num_squares"] == 5
    figure = lab.http.get(f"/api/experiments/{started['id']}?format=plotly")
    assert figure.headers["content-type"] == "application/vnd.plotly.v1+json"
    assert figure.json() == found["figure"]
    assert figure.json()["data"][0]["y"] == [0, 1, 4, 9, 16]


def test_an_experiment_is_estimated_before_it_is_started(lab: Any) -> None:
    listed = lab.http.get("/api/experiments/list").json()["total"]
    body = {"kind": "squares", "num_squares": 50, "seconds": 0.1}
    answer = lab.http.post("/api/experiments/estimate", json=body)
    assert (answer.status_code, answer.json()) == (200, {"seconds": 5.0, "bytes": 1_000_000})
    assert lab.http.get("/api/experiments/list").json()["total"] == listed, "nothing was started"
    for refused in ({"num_squares": 0}, {"megabytes": 10_000_000}, {"colour": "red"}):
        asked, started = (
            lab.http.post(address, json={"kind": "squares", **refused})
            for address in ("/api/experiments/estimate", "/api/experiments")
        )
        assert (asked.status_code, asked.json()["detail"]) == (422, started.json()["detail"])


def test_experiments_are_listed_the_newest_first(lab: Any) -> None:
    tiny = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
    nets = lab.http.post(
        "/api/experiments",
        json={"kind": "paths", "variants": [tiny, {**tiny, "skips": False}], "steps": 0, "batch_size": 4},
    ).json()
    squares = start(lab, num_squares=2)
    for one in (nets, squares):
        list(lab.follow(one))
    page = lab.http.get("/api/experiments/list", params={"limit": 2}).json()
    assert [one["id"] for one in page["experiments"]] == [squares["id"], nets["id"]]
    assert [one["networks"] for one in page["experiments"]] == [[], ["ResNet-8", "plain-8"]]
    assert all(one["own"] and one["state"] == "done" and one["ended"] for one in page["experiments"])
    assert read(lab, nets)["own"]
    after = lab.http.get(page["next"]).json() if page["next"] else {"experiments": []}
    assert not {one["id"] for one in after["experiments"]} & {squares["id"], nets["id"]}
    run = lab.start(steps=1)
    assert run["id"] not in [one["id"] for one in lab.http.get("/api/experiments/list").json()["experiments"]]
    lab.http.cookies.set("skipscope_client", "a" * 22)
    try:
        theirs = start(lab)
        mine = lab.http.get("/api/experiments/list", params={"mine": True}).json()
        assert [one["id"] for one in mine["experiments"]] == [theirs["id"]]
    finally:
        lab.http.cookies.clear()
    assert not read(lab, theirs)["own"]


def test_a_result_is_one_table_in_every_form(lab: Any) -> None:
    started = start(lab, num_squares=3)
    list(lab.follow(started))
    address = f"/api/experiments/{started['id']}"
    table = lab.http.get(address, params={"format": "table"}).json()
    assert table["columns"] == ["network", "measure", "place", "item", "value", "text"]
    assert table["rows"] == [[None, "squares", str(n), None, n * n, None] for n in range(3)]
    csv = lab.http.get(address, params={"format": "csv"})
    assert csv.headers["content-disposition"] == f'attachment; filename="{started["id"]}.csv"'
    assert csv.text.splitlines() == [
        "network,measure,place,item,value,text",
        *[f",squares,{n},,{n * n}," for n in range(3)],
    ]
    parquet = pq.read_table(io.BytesIO(lab.http.get(address, params={"format": "parquet"}).content))
    assert parquet.column("value").to_pylist() == [0, 1, 4]
    assert parquet.column_names == table["columns"]


@pytest.mark.parametrize("form", ["table", "csv", "parquet", "plotly"])
def test_an_experiment_that_found_nothing_yet_has_no_table_and_no_figure(lab: Any, form: str) -> None:
    started = start(lab, num_squares=2, seconds=10)
    answer = lab.http.get(f"/api/experiments/{started['id']}", params={"format": form})
    assert (answer.status_code, answer.json()["field"], answer.json()["value"]) == (409, "format", form)
    lab.http.delete(f"/api/experiments/{started['id']}")


def test_an_experiment_is_no_run(lab: Any) -> None:
    started = start(lab)
    list(lab.follow(started))
    assert started["id"] not in [run["id"] for run in lab.http.get("/api/runs").json()["runs"]]
    for address in (f"/api/runs/{started['id']}", f"/api/runs/{started['id']}/events"):
        assert lab.http.get(address).status_code == 404
    run = lab.start(steps=1)
    answer = lab.http.get(f"/api/experiments/{run['id']}")
    assert (answer.status_code, answer.json()["title"]) == (404, "No such experiment")


@pytest.mark.parametrize(
    ("body", "field", "word"),
    [
        ({"kind": "cubes"}, "kind", "squares"),
        ({"kind": "training"}, "kind", "squares"),
        ({"kind": "squares", "num_squares": 0}, "num_squares", "give 1 or more"),
        ({"kind": "squares", "colour": "red"}, "colour", "not permitted"),
        ({}, "kind", "kind is missing"),
    ],
)
def test_what_is_not_valid_is_refused_by_name(lab: Any, body: dict[str, Any], field: str, word: str) -> None:
    answer = lab.http.post("/api/experiments", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert word in str(problem)


def test_one_that_needs_more_memory_than_there_is_is_refused_with_its_estimate(lab: Any) -> None:
    answer = lab.http.post("/api/experiments", json={"kind": "squares", "megabytes": 10_000_000})
    assert answer.status_code == 422
    assert answer.json()["estimate_bytes"] == 10_000_000_000_000


def test_deleting_stops_and_keeps_what_there_is_and_then_removes(lab: Any) -> None:
    started = start(lab, num_squares=100_000, seconds=0.01)
    lab.until(lambda: (read(lab, started)["progress"] or {"done": 0})["done"] > 3)
    assert read(lab, started)["result"]["squares"][:2] == [0, 1]  # of the latest partial result
    assert lab.http.delete(f"/api/experiments/{started['id']}").status_code == 204
    lab.until(lambda: read(lab, started)["ended"] is not None)
    found = read(lab, started)
    assert found["state"] == "stopped"
    assert len(found["result"]["squares"]) == found["progress"]["done"]
    assert found["figure"]["data"][0]["y"] == found["result"]["squares"]
    lab.until(lambda: lab.http.delete(f"/api/experiments/{started['id']}").status_code == 204)
    lab.until(lambda: lab.http.get(f"/api/experiments/{started['id']}").status_code == 404)


def test_one_can_be_paused_and_resumed(lab: Any) -> None:
    started = start(lab, num_squares=100_000, seconds=0.01)
    address = f"/api/experiments/{started['id']}"
    lab.until(lambda: read(lab, started)["state"] == "running")
    assert lab.http.patch(address, json={"state": "paused"}).status_code == 200
    lab.until(lambda: read(lab, started)["state"] == "paused")
    at = read(lab, started)["progress"]
    assert lab.http.patch(address, json={"state": "running"}).status_code == 200
    lab.until(lambda: read(lab, started)["progress"] != at)
    lab.http.patch(address, json={"state": "stopped"})
    lab.until(lambda: read(lab, started)["state"] == "stopped")
    refused = lab.http.patch(address, json={"state": "running"})
    assert (refused.status_code, refused.json()["possible"]) == (409, [])
    assert "this experiment has ended" in refused.json()["detail"].lower()


def test_the_same_key_gives_the_same_experiment(lab: Any) -> None:
    body = {"kind": "squares", "num_squares": 3}
    first, again = (lab.http.post("/api/experiments", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"
    other = lab.http.post("/api/experiments", json={**body, "num_squares": 4}, headers={"Idempotency-Key": "once"})
    assert other.status_code == 422
    # nor does it give a run
    assert lab.http.post("/api/runs", json={}, headers={"Idempotency-Key": "once"}).status_code == 422


def test_one_under_way_when_the_server_is_killed_is_interrupted_and_keeps_what_it_found(serve: Any) -> None:
    own = {"kinds": OWN_KIND["SKIPSCOPE_KINDS"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", OWN_KIND["PYTHONPATH"])
        with serve(**own) as (url, process):
            lab = serve.api(url)
            started = start(lab, num_squares=100_000, seconds=0.01)
            lab.until(lambda: (read(lab, started)["progress"] or {"done": 0})["done"] > 5)
            process.kill()
            process.wait()
        with serve(**own) as (url, _):
            found = read(serve.api(url), started)
    assert found["state"] == "interrupted"
    assert found["result"]["squares"][:3] == [0, 1, 4]
    assert found["progress"]["done"] >= len(found["result"]["squares"])


@pytest.mark.parametrize(
    "kind",
    ["paths", "lesions", "blocks", "reading", "similarity", "shattered", "landscape", "maps", "identities"],
)
def test_an_experiment_that_comes_with_the_server_runs_where_runs_run(lab: Any, kind: str) -> None:
    tiny = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
    fields = {"variants": [tiny, {**tiny, "skips": False}], "steps": 3, "batch_size": 8}
    answer = lab.http.post("/api/experiments", json={"kind": kind, **fields})
    assert answer.status_code == 201, answer.text
    kinds = [event.kind for event in lab.follow(answer.json())]
    assert kinds[-2:] == ["result", "status"]
    found = read(lab, answer.json())
    assert (found["state"], [one["label"] for one in found["result"]["variants"]]) == ("done", ["ResNet-8", "plain-8"])
    assert found["figure"]["data"]


def test_the_fields_of_an_experiment_are_refused_by_name(lab: Any) -> None:
    answer = lab.http.post(
        "/api/experiments", json={"kind": "paths", "samples": 0, "variants": [{"preset": "resnet20"}]}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "samples")


def test_a_kind_whose_estimate_is_a_lambda_is_estimated_and_started_like_any(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", OWN_KIND["PYTHONPATH"])
    with serve(kinds="tests.app.tiny:LAMBDAS") as (url, _):
        api = serve.api(url)
        body = {"kind": "lambdas", "num_squares": 3}
        estimated = api.http.post("/api/experiments/estimate", json=body)
        assert (estimated.status_code, estimated.json()) == (200, {"seconds": 0.0, "bytes": 1_000_000})
        key = {"Idempotency-Key": "a lambda"}
        begun = api.http.post("/api/experiments", json=body, headers=key).json()
        assert begun["estimate"] == estimated.json()
        *_, last = api.follow(begun)
        assert last.data["state"] == "done"
        assert api.http.post("/api/experiments", json=body, headers=key).json() == begun


def test_a_figure_is_drawn_in_the_theme_that_is_asked_for(lab: Any) -> None:
    tiny = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
    made = lab.http.post("/api/experiments", json={"kind": "paths", "variants": [tiny], "steps": 1}).json()
    *_, last = lab.follow(made)
    assert last.data["state"] == "done"
    address = f"/api/experiments/{made['id']}"
    result = lab.http.get(address).json()["result"]
    for theme in ("light", "dark"):
        figure = lab.http.get(address, params={"format": "plotly", "theme": theme}).json()
        assert figure == json.loads(json.dumps(figure_of(result, theme)))
    assert lab.http.get(address, params={"format": "plotly", "theme": "blue"}).json()["field"] == "theme"
