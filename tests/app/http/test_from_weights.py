"""Trainings and experiments that start from weights: those that a run ended with are the same to the bit; a field that
does not go with them is refused by name."""

from typing import Any

import pytest

from tests.app.http.test_uploads import FIELDS, NET, first_losses, started


@pytest.fixture(scope="module")
def ended(api: Any) -> dict[str, Any]:
    """Return a run of two networks that is done."""
    run = api.start(**FIELDS, steps=6)
    api.until(lambda: api.get(run)["state"] == "done")
    return api.get(run)


def test_a_training_goes_on_from_where_a_run_ended(api: Any, ended: dict[str, Any]) -> None:
    run = started(api, weights=ended["id"], steps=3)
    request = run["request"]
    assert (request["weights"], request["seed"], request["batch_size"]) == (ended["id"], 3, 16)
    assert [one["skips"] for one in request["variants"]] == [True, False]
    fresh = first_losses(api, started(api, **FIELDS, steps=2))
    assert first_losses(api, run) != fresh
    checked = api.http.post("/api/runs/check", json={"weights": ended["id"], "steps": 3})
    assert checked.status_code == 200, checked.text
    key = {"Idempotency-Key": "from weights"}
    first, second = (api.http.post("/api/runs", json={"weights": ended["id"], "steps": 3}, headers=key) for _ in "ab")
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize(("kind", "fields"), [("lesions", {}), ("landscape", {"points": 5, "images": 32})])
def test_an_experiment_measures_weights_as_they_are_or_trains_them_first(
    api: Any, ended: dict[str, Any], kind: str, fields: dict[str, Any]
) -> None:
    def found(**more: Any) -> Any:
        answer = api.http.post("/api/experiments", json={"kind": kind, **fields, **more})
        assert answer.status_code == 201, answer.text
        *_, last = api.follow(answer.json())
        assert last.data["state"] == "done", last
        return api.http.get(f"/api/experiments/{answer.json()['id']}").json()

    asis = found(weights=ended["id"])
    assert asis["request"]["steps"] == 0
    assert asis["result"]["variants"] == found(run=ended["id"])["result"]["variants"]
    assert found(weights=ended["id"], steps=5)["result"]["variants"] != asis["result"]["variants"]
    estimated = api.http.post("/api/experiments/estimate", json={"kind": kind, "weights": ended["id"]})
    assert estimated.status_code == 200, estimated.text


@pytest.mark.parametrize(
    ("fields", "field", "word"),
    [
        ({"variants": [NET]}, "variants", "those of the weights"),
        ({"labels": ["a", "b"]}, "labels", "those of the weights"),
        ({"seed": 4}, "seed", "held out"),
        ({"dataset": "photos"}, "dataset", "channels"),
        ({"dataset": "nature"}, "dataset", "nature"),
        ({"weights": "nothing"}, "weights", "no weights of that id"),
        ({"weights": ""}, "weights", "1 character"),
    ],
)
def test_what_does_not_go_with_weights_is_refused_by_name(
    api: Any, ended: dict[str, Any], fields: dict[str, Any], field: str, word: str
) -> None:
    for address, kind in (("/api/runs", {}), ("/api/experiments", {"kind": "paths"})):
        answer = api.http.post(address, json={**kind, "weights": ended["id"], **fields})
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
        assert word in str(answer.json())
        assert answer.json()["remedy"]


@pytest.mark.parametrize("kind", ["identities", "blocks", "degradation"])
def test_an_experiment_that_trains_networks_of_its_own_takes_none(api: Any, ended: dict[str, Any], kind: str) -> None:
    answer = api.http.post("/api/experiments", json={"kind": kind, "weights": ended["id"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "weights")
    both = api.http.post("/api/experiments", json={"kind": "paths", "weights": ended["id"], "run": ended["id"]})
    assert (both.status_code, both.json()["field"]) == (422, "weights")


def test_a_run_under_way_has_none_to_start_from(api: Any) -> None:
    live = api.start()
    answer = api.http.post("/api/runs", json={"weights": live["id"]})
    assert (answer.status_code, answer.json()["title"]) == (409, "No weights yet")
    api.stop(live)
