"""A running network copied: both copies go on from where it was."""

from typing import Any


def test_both_copies_go_on_and_one_gets_the_change(api: Any) -> None:
    source = api.start(steps=5000, max_rate=50)
    api.until(lambda: api.get(source)["recorded"] > 3)
    answer = api.http.post(f"/api/runs/{source['id']}/fork", json={"variant": 0})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"/api/runs/{made['id']}"
    assert made["name"].startswith(f"Fork of {source['id']} at step ")
    assert len(made["request"]["variants"]) == 2
    api.until(lambda: api.get(source)["state"] == "paused" and api.get(made)["state"] == "paused")
    assert api.get(source)["reason"] == "forked"

    def step(run: dict[str, Any]) -> None:
        recorded = api.get(run)["recorded"]
        api.http.post(f"/api/runs/{run['id']}/step")
        api.until(lambda: api.get(run)["recorded"] > recorded)

    step(made)
    assert api.patch(made, variant=1, skips=[False, False, False]).status_code == 200
    step(made)
    step(source)
    history = api.http.get(made["history"]).json()["steps"]
    original = api.http.get(source["history"]).json()["steps"]
    first, second = history
    assert first["step"] == original[-1]["step"] == int(made["name"].rpartition(" ")[2])
    assert first["variants"][0]["values"] == first["variants"][1]["values"]
    assert first["variants"][0]["loss"] == original[-1]["variants"][0]["loss"]
    assert second["step"] == first["step"] + 1
    assert second["variants"][0]["loss"] != second["variants"][1]["loss"]
    for run in (source, made):
        api.stop(run)
        kinds = {event.kind for event in api.follow(run)}
        assert kinds <= {"schema", "step", "change", "status"}, "states of networks are not for readers"


def test_what_cannot_be_forked_says_why(api: Any) -> None:
    run = api.start(steps=2)
    *_, last = api.follow(run)
    assert last.data["state"] == "done"
    answer = api.http.post(f"/api/runs/{run['id']}/fork", json={})
    assert answer.status_code == 409
    assert "a fork is not possible: the run is done" in answer.json()["detail"]
    live = api.start(state="paused")
    api.until(lambda: api.get(live)["state"] == "paused")
    answer = api.http.post(f"/api/runs/{live['id']}/fork", json={"variant": 2})
    assert (answer.status_code, answer.json()["field"]) == (422, "variant")
    api.stop(live)
    assert api.http.post("/api/runs/nothing/fork", json={}).status_code == 404
