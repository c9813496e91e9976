"""Names, tags and notes of runs: kept, limited, found by, exported; and the figures of a run's last step."""

import io
from typing import Any

import httpx2
import pyarrow.parquet as pq
import pytest


def listed(api: Any, **query: Any) -> list[str]:
    answer = api.http.get("/api/runs", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return [run["id"] for run in answer.json()["runs"]]


def test_tags_and_notes_are_kept_found_and_exported(api: Any) -> None:
    run = api.start(steps=3, name="first lesson")
    other = api.start(steps=3)
    api.until(lambda: all(api.get(one)["ended"] for one in (run, other)))
    assert (run["tags"], run["notes"]) == ([], "")
    answer = api.patch(run, tags=["  lesson  2 ", "no norm", "lesson 2"])
    assert answer.json()["tags"] == ["lesson 2", "no norm"]
    assert api.patch(run, notes="It vanishes at 12 %_\\.\nSee α.").status_code == 200
    found = api.get(run)
    assert (found["tags"], found["notes"]) == (["lesson 2", "no norm"], "It vanishes at 12 %_\\.\nSee α.")
    label = found["digest"]["variants"][0]["label"]
    for text in ("LESSON", "vanishes 12", "%_\\", "α", run["id"][:9], "no norm digits"):
        assert run["id"] in listed(api, q=text), text
        assert other["id"] not in listed(api, q=text), text
    for text in (label, "digits", ""):
        assert {run["id"], other["id"]} <= set(listed(api, q=text)), text
    for text in ("%", "v_nishes", "lesson nothing", '"'):
        assert other["id"] not in listed(api, q=text), text
    assert listed(api, q="v_nishes") == listed(api, tag="lesson") == []
    assert listed(api, tag="lesson 2") == [run["id"]]
    assert listed(api, tag="lesson 2", state="paused") == []
    page = api.http.get("/api/runs", params={"limit": 1, "q": label, "state": ["done", "stopped"]}).json()
    following = api.http.get(page["next"]).json()
    assert page["total"] == following["total"] >= 2
    assert page["runs"][0]["id"] != following["runs"][0]["id"]
    about = {"id": run["id"], "name": "first lesson", "tags": found["tags"], "notes": found["notes"]}
    assert api.http.get(run["history"]).json()["run"] == about
    assert api.http.get(run["history"], params={"columns": "*/loss"}).json()["run"] == about
    table = pq.read_table(io.BytesIO(api.http.get(run["history"], params={"format": "parquet"}).content))
    assert "lesson 2" in table.schema.metadata[b"skipscope"].decode()
    assert api.patch(run, tags=[]).json()["tags"] == []


def test_a_run_that_trains_is_tagged_too(api: Any) -> None:
    run = api.start()
    assert api.patch(run, tags=["now"]).json()["tags"] == ["now"]
    assert api.patch(run, notes="while it trains").json()["notes"] == "while it trains"
    assert api.get(run)["tags"] == ["now"]
    api.stop(run)
    assert (api.get(run)["tags"], api.get(run)["notes"]) == (["now"], "while it trains")


@pytest.mark.parametrize(
    "change",
    [
        {"tags": ["a,b"]}, {"tags": [" "]}, {"tags": ["x" * 31]}, {"tags": [f"t{i}" for i in range(11)]}, {"tags": "a"},
        {"notes": "x" * 4001}, {"notes": 1}, {"tags": ["a"], "notes": "b"},
    ],
)  # fmt: skip
def test_what_is_too_much_is_refused_by_name(api: Any, change: dict[str, Any]) -> None:
    run = api.start(state="paused")
    answer = api.patch(run, **change)
    assert answer.status_code == 422
    assert next(iter(change)) in answer.json()["detail"]
    assert (api.get(run)["tags"], api.get(run)["notes"]) == ([], "")
    api.stop(run)


def test_ones_own_runs_are_told_from_others(api: Any) -> None:
    with httpx2.Client(base_url=api.url, timeout=60) as anna:
        anna.get("/runs")
        hers = anna.post("/api/runs", json=api.small(state="paused")).json()
        mine = {run["id"] for run in anna.get("/api/runs", params={"mine": True}).json()["runs"]}
        assert mine == {hers["id"]}
        assert hers["id"] not in listed(api, mine=True)
        assert hers["id"] in listed(api)
        assert api.patch(hers, tags=["not mine"]).status_code == 403
        anna.delete(f"/api/runs/{hers['id']}")


def test_the_digest_ends_with_the_last_step_and_its_test(api: Any) -> None:
    run = api.start(steps=101, eval_every=0)
    tested = api.start(steps=60, eval_every=7)
    api.until(lambda: all(api.get(one)["ended"] for one in (run, tested)))
    for one in (run, tested):
        steps = api.http.get(one["history"]).json()["steps"]
        digest = api.get(one)["digest"]
        assert digest["steps"][-1] == steps[-1]["step"]
        for found, last in zip(digest["variants"], steps[-1]["variants"], strict=True):
            assert (found["loss"][-1], found["accuracy"][-1]) == (last["loss"], last["accuracy"])
        tests = [step for step in steps if step["variants"][0]["test_accuracy"] is not None]
        assert digest["test_step"] == (tests[-1]["step"] if tests else None)
        wanted = tests[-1]["variants"][0]["test_accuracy"] if tests else None
        assert digest["variants"][0]["test_accuracy"] == wanted
    assert api.get(tested)["digest"]["test_step"] is not None
