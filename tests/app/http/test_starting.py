"""Experiments on the networks of a run: on those that it ended with, and on those that it has now."""

from typing import Any

import pytest

NET: dict[str, Any] = {"preset": "resnet20", "depths": [1, 2], "widths": [4, 8], "stem_width": 4}
FIELDS: dict[str, Any] = {
    "variants": [NET, {**NET, "skips": False}], "batch_size": 16, "lr": 0.05, "seed": 3, "dataset": "digits"
}  # fmt: skip


@pytest.fixture(scope="module")
def ended(api: Any) -> dict[str, Any]:
    """Return a run that is done."""
    run = api.start(**FIELDS, steps=12)
    api.until(lambda: api.get(run)["state"] == "done")
    return api.get(run)


def experiment(api: Any, **fields: Any) -> dict[str, Any]:
    """Return an experiment that has come to its end."""
    answer = api.http.post("/api/experiments", json=fields)
    assert answer.status_code == 201, answer.text
    *_, last = api.follow(answer.json())
    assert last.data["state"] == "done", last
    return api.http.get(f"/api/experiments/{answer.json()['id']}").json()


@pytest.mark.parametrize("kind", ["paths", "lesions", "reading", "similarity", "shattered", "maps"])
def test_it_measures_what_the_run_ended_with(api: Any, ended: dict[str, Any], kind: str) -> None:
    found = experiment(api, kind=kind, run=ended["id"])
    assert found["result"] == experiment(api, kind=kind, **FIELDS, steps=12)["result"]
    assert found["result"] == experiment(api, kind=kind, run=ended["id"])["result"]
    request = found["request"]
    assert (request["run"], request["steps"], request["seed"]) == (ended["id"], 0, 3)
    assert [variant["label"] for variant in found["result"]["variants"]] == request["labels"]
    assert request["variants"] == ended["request"]["variants"]


def test_fields_of_the_kind_are_the_experiments_own(api: Any, ended: dict[str, Any]) -> None:
    found = experiment(api, kind="lesions", run=ended["id"], images=32, seed=3, dataset="digits", steps=0)
    assert [variant["images"] for variant in found["result"]["variants"]] == [32, 32]


def test_a_run_under_way_is_measured_as_it_is_now(api: Any) -> None:
    live = api.start(**FIELDS, steps=5000, state="paused")
    api.until(lambda: api.get(live)["state"] == "paused")
    for step in (1, 2, 3):
        api.http.post(f"/api/runs/{live['id']}/step")
        api.until(lambda step=step: api.get(live)["recorded"] == step)
    found = experiment(api, kind="lesions", run=live["id"])
    assert api.get(live)["state"] == "paused"
    assert found["result"] == experiment(api, kind="lesions", **FIELDS, steps=3)["result"]
    assert api.patch(live, variant=1, skips=[True, False, False]).status_code == 200
    changed = experiment(api, kind="lesions", run=live["id"])
    assert changed["request"]["variants"][1]["skips"] == [True, False, False]
    assert changed["request"]["labels"] == found["request"]["labels"]
    before, after = (one["result"]["variants"] for one in (found, changed))
    assert (before[0], before[1]["error"]) != (after[0], after[1]["error"]) or before[1] != after[1]
    kinds = {event.kind for event in api.follow(live, after=0) if not api.stop(live)}
    assert kinds <= {"schema", "step", "change", "status"}


def test_it_is_estimated_as_it_would_be_started(api: Any, ended: dict[str, Any]) -> None:
    body = {"kind": "lesions", "run": ended["id"]}
    estimated = api.http.post("/api/experiments/estimate", json=body)
    assert estimated.status_code == 200, estimated.text
    assert estimated.json() == api.http.post("/api/experiments", json=body).json()["estimate"]
    refused = api.http.post("/api/experiments/estimate", json={**body, "steps": 5})
    assert (refused.status_code, refused.json()["field"]) == (422, "steps")


def test_an_experiment_that_trains_networks_of_its_own_takes_none_of_a_run(api: Any, ended: dict[str, Any]) -> None:
    answer = api.http.post("/api/experiments", json={"kind": "identities", "run": ended["id"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "run")
    assert "networks of its own" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("fields", "field", "word"),
    [
        ({"variants": [NET]}, "variants", "those of the run"),
        ({"labels": ["a", "b"]}, "labels", "those of the run"),
        ({"steps": 5}, "steps", "as they are"),
        ({"seed": 4}, "seed", "held out"),
        ({"dataset": "synthetic"}, "dataset", "the run has digits"),
        ({"image_size": 64}, "image_size", "the run has"),
        ({"run": "nothing"}, "run", "no run of that id"),
        ({"run": ""}, "run", "run"),
        ({"run": "x" * 65}, "run", "64"),
        ({"samples": 0}, "samples", "1"),
    ],
)
def test_what_does_not_go_with_a_run_is_refused_by_name(
    api: Any, ended: dict[str, Any], fields: dict[str, Any], field: str, word: str
) -> None:
    answer = api.http.post("/api/experiments", json={"kind": "paths", "run": ended["id"], **fields})
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert word in str(answer.json())
    assert answer.json()["remedy"]


def test_the_same_key_gives_the_same_experiment_and_leaves_no_file(api: Any, ended: dict[str, Any]) -> None:
    body, key = {"kind": "paths", "run": ended["id"], "samples": 1}, {"Idempotency-Key": "on a run"}
    first, again = (api.http.post("/api/experiments", json=body, headers=key) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"


def test_a_run_without_weights_says_why(serve: Any) -> None:
    with serve(keep_weights_megabytes="0", slots="1", client_slots="1") as (url, _):
        api = serve.api(url)
        run = api.start(steps=2)
        api.until(lambda: api.get(run)["state"] == "done")
        answer = api.http.post("/api/experiments", json={"kind": "paths", "run": run["id"]})
        assert (answer.status_code, answer.json()["title"]) == (409, "No weights")
        working, waiting = api.start(), api.start()
        api.until(lambda: api.get(working)["state"] == "running")
        answer = api.http.post("/api/experiments", json={"kind": "paths", "run": waiting["id"]})
        assert (answer.status_code, answer.json()["state"]) == (409, "queued")
        assert list((serve.folder / "states").iterdir()) == [] or api.get(working)["state"] == "running"
