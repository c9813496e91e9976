"""The run API over HTTP: what is asked for happens, and what makes no sense is refused in one shape."""

import csv
import io
from typing import Any

import httpx2
import pyarrow.parquet as pq
import pytest

from skipscope.model.measure.record import BLOCK_MEASURES, WEIGHT_MEASURES


def problem(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """Return a refusal, checked for its shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_a_run_from_the_asking_to_its_end(api: Any) -> None:
    answer = api.http.post("/api/runs", json=api.small(steps=5, name="mine"))
    run = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/runs/{run['id']}"
    assert (run["state"], run["name"], run["ended"], run["digest"]) == ("queued", "mine", None, None)
    said = list(api.follow(run))
    assert [event.kind for event in said] == ["schema", "status", *["step"] * 5, "status"]
    run = api.get(run)
    assert (run["state"], run["recorded"], run["last_event"]) == ("done", 5, said[-1].id)
    assert run["ended"] >= run["created"]
    assert run["request"]["steps"] == 5
    assert run["digest"]["steps"] == [0, 1, 2, 3, 4]
    assert run["digest"]["variants"][0]["loss"] == [event.data["variants"][0]["loss"] for event in said[2:-1]]


def test_pause_step_resume_stop(api: Any) -> None:
    run = api.start()
    api.until(lambda: api.get(run)["recorded"] > 2)
    assert api.patch(run, state="paused").status_code == 200
    api.until(lambda: api.get(run)["state"] == "paused")
    at = api.get(run)["recorded"]
    answer = api.http.post(f"/api/runs/{run['id']}/step")
    assert answer.status_code == 202
    api.until(lambda: api.get(run)["recorded"] == at + 1)
    api.patch(run, state="running")
    api.until(lambda: api.get(run)["recorded"] > at + 2)
    api.stop(run)
    assert api.get(run)["state"] == "stopped"
    body = problem(api.patch(run, state="running"), 409)
    assert (body["state"], body["possible"]) == ("stopped", [])
    problem(api.http.post(f"/api/runs/{run['id']}/step"), 409)


def test_a_step_that_is_asked_of_a_paused_run_in_the_queue_is_made_when_its_turn_comes(api: Any) -> None:
    before = [api.start() for _ in range(2)]
    api.until(lambda: all(api.get(run)["state"] == "running" for run in before))
    run = api.start(state="paused")
    waiting = api.start()
    assert [api.get(one)["state"] for one in (run, waiting)] == ["queued", "queued"]
    assert api.http.post(f"/api/runs/{run['id']}/step").status_code == 202
    body = problem(api.http.post(f"/api/runs/{waiting['id']}/step"), 409)
    assert (body["state"], body["possible"][:3]) == ("queued", ["paused", "running", "stopped"])
    assert body["possible"][3:] == ["skips", "strength", "lr", "max_rate"]  # nothing is there to be forked yet
    for one in (*before, waiting):
        api.stop(one)
    api.until(lambda: api.get(run)["recorded"] == 1)
    assert api.get(run)["state"] == "paused"
    api.stop(run)


def test_a_skip_is_toggled_on_the_running_net(api: Any) -> None:
    run = api.start(state="paused")
    api.until(lambda: api.get(run)["state"] == "paused")
    for _ in range(2):
        api.http.post(f"/api/runs/{run['id']}/step")
    api.patch(run, variant=0, skips=[True, False, True])
    api.http.post(f"/api/runs/{run['id']}/step")
    api.until(lambda: api.get(run)["recorded"] == 3)
    api.stop(run)
    said = list(api.follow(run))
    (change,) = [event.data for event in said if event.kind == "change"]
    assert change == {"step": 2, "variant": 0, "changed": {"skips": [True, False, True]}}
    identity = [e.data["variants"][0]["values"]["identity_gradient_norm"] for e in said if e.kind == "step"]
    assert [column[1] is None for column in identity] == [False, False, True]
    assert all(column[0] is not None for column in identity)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None), ({"state": "done"}, "state"), ({"lr": -1}, "lr"), ({"lr": 1, "max_rate": 1}, None),
        ({"skips": [True]}, "skips"), ({"skips": [1, 0, 1]}, "skips.0"),
        ({"variant": 1, "skips": [True] * 3}, "variant"),
        ({"strength": [2, 1, 1]}, "strength.0"), ({"colour": "red"}, "colour"), ({"name": "x" * 81}, "name"),
    ],
    ids=str,
)  # fmt: skip
def test_changes_that_make_no_sense_are_refused(api: Any, change: dict[str, Any], field: str | None) -> None:
    run = api.start(state="paused")
    body = problem(api.patch(run, **change), 422)
    assert body.get("field") == field
    api.stop(run)


def test_runs_are_listed_by_page_and_state_renamed_and_deleted(api: Any) -> None:
    made = [api.start(steps=1) for _ in range(3)]
    for run in made:
        api.until(lambda run=run: api.get(run)["state"] == "done")
    page = api.http.get("/api/runs", params={"limit": 2}).json()
    assert [run["id"] for run in page["runs"]] == [made[2]["id"], made[1]["id"]]
    assert page["total"] >= 3
    rest = api.http.get(page["next"]).json()
    assert rest["runs"][0]["id"] == made[0]["id"]
    assert api.patch(made[0], name="<b>first</b>").json()["name"] == "<b>first</b>"
    assert api.get(made[0])["name"] == "<b>first</b>"
    assert api.http.delete(f"/api/runs/{made[0]['id']}").status_code == 204
    problem(api.http.get(f"/api/runs/{made[0]['id']}"), 404)
    problem(api.http.get(made[0]["events"]), 404)
    running = api.http.get("/api/runs", params={"state": ["running", "queued"]}).json()
    assert running["runs"] == []
    assert api.http.get("/api/runs", params={"state": "done", "limit": 1}).json()["next"].endswith("&state=done")


def test_deleting_a_running_run_ends_it(api: Any) -> None:
    run = api.start()
    said = api.follow(run)
    assert next(said).kind == "schema"
    assert api.http.delete(f"/api/runs/{run['id']}").status_code == 204
    *_, last = said
    assert last.data == {
        "state": "stopped", "reason": "the run was deleted", "queue_position": None, "final": True
    }  # fmt: skip
    problem(api.http.get(run["events"]), 404)


def test_the_same_key_makes_one_run(api: Any) -> None:
    first = api.start(headers={"Idempotency-Key": "k1"}, steps=1)
    answer = api.http.post("/api/runs", json=api.small(steps=1), headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["id"]) == (201, first["id"])
    assert answer.headers["idempotency-replayed"] == "true"
    problem(api.http.post("/api/runs", json=api.small(steps=2), headers={"Idempotency-Key": "k1"}), 422)


def test_what_is_too_large_is_refused_with_estimate_limit_and_remedy(api: Any) -> None:
    wish = {"variants": [{"preset": "resnet1202"}], "batch_size": 4096, "image_size": 32}
    body = problem(api.http.post("/api/runs", json=wish), 422)
    assert body["field"] == "batch_size"
    assert body["estimate_bytes"] > body["limit_bytes"]
    assert body["remedy"].startswith("use batch_size ")
    fitting = int(body["remedy"].split()[2])
    assert 0 < fitting < 4096
    body = problem(api.http.post("/api/runs", json={**wish, "steps": 999_999}), 422)
    assert body["field"] == "steps"
    deep = {**api.small()["variants"][0], "depths": [1000, 1000]}
    body = problem(api.http.post("/api/runs", json=api.small(variants=[deep])), 422)
    assert (body["title"], body["field"]) == ("Too deep", "variants.0.depths")
    problem(api.http.post("/api/probe", json=wish), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"lr": NaN}', b'{"lr": Infinity}', b'{"lr": 1e999}',
        b'{"steps": 1' + b"0" * 5000 + b"}", b'{"steps": 1.5}', b'{"steps": "5"}', b'{"steps": true}',
        b'{"unknown": 1}',
        b'{"variants": []}', b'{"variants": [{"preset": "resnet56"}' + b',{"preset": "resnet56"}' * 4 + b"]}",
        b'{"variants": [{"preset": "resnet5x"}]}', b'{"variants": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b'{"dataset": "../../etc/passwd"}', b'{"seed": -1}',
        b'{"seed": 99999999999999999999999}', b'{"name": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:30]),
)  # fmt: skip
def test_bodies_that_make_no_sense_are_refused(api: Any, body: bytes) -> None:
    answer = api.http.post("/api/runs", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    problem(answer, answer.status_code)


def test_other_content_types_are_refused(api: Any) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"):
        answer = api.http.post("/api/runs", content=b'{"steps": 1}', headers={"Content-Type": kind})
        problem(answer, answer.status_code)
        assert answer.status_code in {415, 422}


def test_history_as_json_is_what_the_stream_said(api: Any) -> None:
    run = api.start(steps=12)
    said = list(api.follow(run))
    found = api.http.get(run["history"]).json()
    assert found["schema"] == said[0].data
    assert found["steps"] == [event.data for event in said if event.kind == "step"]
    assert found["changes"] == []
    some = api.http.get(run["history"], params={"from": 3, "to": 9, "every": 2}).json()
    assert [step["step"] for step in some["steps"]] == [4, 6, 8]


def test_history_as_a_table_has_the_same_numbers_in_every_format(api: Any) -> None:
    run = api.start(steps=7)
    steps = [event.data for event in api.follow(run) if event.kind == "step"]
    table = list(csv.reader(io.StringIO(api.http.get(run["history"], params={"format": "csv"}).text)))
    names = table[0]
    assert names[:7] == ["step", "epoch", "elapsed", "lr", "precision", "ResNet-8/loss", "ResNet-8/accuracy"]
    parquet = pq.read_table(io.BytesIO(api.http.get(run["history"], params={"format": "parquet"}).content))
    assert parquet.column_names == names
    schema = api.http.get(run["history"]).json()["schema"]["variants"][0]
    for name in names[5:]:
        label, field, *tap = name.split("/")
        assert label == schema["label"]
        expected: list[Any] = []
        for step in steps:
            variant = step["variants"][0]
            kind = "weights" if field in WEIGHT_MEASURES else "blocks" if field in BLOCK_MEASURES else "taps"
            if field == "dropped":
                expected.append(" ".join(variant[field]))
                continue
            expected.append(variant["values"][field][schema[kind].index(tap[0])] if tap else variant[field])
        assert parquet[name].to_pylist() == expected
        column = [row[names.index(name)] for row in table[1:]]
        assert (column if field == "dropped" else [float(text) if text else None for text in column]) == expected


def test_columns_are_chosen_by_name(api: Any) -> None:
    run = api.start(steps=3)
    list(api.follow(run))
    chosen = {"columns": ["*/loss", "ResNet-8/gradient_rms/layer2.?"]}
    found = api.http.get(run["history"], params=chosen).json()
    assert found["columns"] == [
        "step", "ResNet-8/loss", "ResNet-8/gradient_rms/layer2.0", "ResNet-8/gradient_rms/layer2.1"
    ]  # fmt: skip
    assert [row[0] for row in found["rows"]] == [0, 1, 2]
    answer = api.http.get(run["history"], params={**chosen, "format": "csv"})
    assert answer.text.splitlines()[0].count(",") == 3
    assert f'filename="{run["id"]}.csv"' in answer.headers["content-disposition"]
    body = problem(api.http.get(run["history"], params={"columns": "nothing"}), 422)
    assert body["field"] == "columns"


def test_the_test_accuracy_is_in_the_stream_and_in_every_table(api: Any) -> None:
    run = api.start(steps=5, eval_every=2)
    told = [event.data["variants"][0]["test_accuracy"] for event in api.follow(run) if event.kind == "step"]
    assert [share is not None for share in told] == [False, True, False, True, True]
    assert all(0 <= share <= 1 for share in told if share is not None)
    name = "ResNet-8/test_accuracy"
    text = api.http.get(run["history"], params={"format": "csv", "columns": name}).text
    assert [float(row[name]) if row[name] else None for row in csv.DictReader(io.StringIO(text))] == told
    parquet = pq.read_table(io.BytesIO(api.http.get(run["history"], params={"format": "parquet"}).content))
    assert parquet[name].to_pylist() == told
    body = problem(api.http.post("/api/runs", json=api.small(eval_every=-1)), 422)
    assert body["field"] == "eval_every"


def test_the_precision_stands_with_the_numbers_wherever_they_go(api: Any) -> None:
    run = api.start(steps=2, precision="bfloat16")
    said = list(api.follow(run))
    assert [event.data["variants"][0]["precision"] for event in said if event.kind == "schema"] == ["bfloat16"]
    assert [event.data["precision"] for event in said if event.kind == "step"] == ["bfloat16"] * 2
    assert api.get(run)["request"]["precision"] == "bfloat16"
    read = api.http.get(run["history"], params={"format": "csv"}).text
    assert [row["precision"] for row in csv.DictReader(io.StringIO(read))] == ["bfloat16"] * 2
    parquet = pq.read_table(io.BytesIO(api.http.get(run["history"], params={"format": "parquet"}).content))
    assert parquet["precision"].to_pylist() == ["bfloat16"] * 2
    assert [step["precision"] for step in api.http.get(run["history"]).json()["steps"]] == ["bfloat16"] * 2


def test_history_of_a_run_without_steps_is_empty(api: Any) -> None:
    run = api.start(state="paused")
    api.until(lambda: api.get(run)["state"] == "paused")
    assert api.http.get(run["history"]).json()["steps"] == []
    assert api.http.get(run["history"], params={"format": "csv"}).text == "step,epoch,elapsed,lr,precision\n"
    api.http.get(run["history"], params={"format": "parquet"}).raise_for_status()
    api.stop(run)


def test_runs_beside_each_other_are_called_by_the_settings_in_which_they_differ(api: Any) -> None:
    made = [api.start(steps=1), api.start(steps=1, lr=0.02), api.start(steps=1, seed=3, name="mine")]

    def names(*runs: dict[str, Any]) -> list[str]:
        return api.http.get("/api/runs/beside", params={"run": [run["id"] for run in runs]}).json()["names"]

    assert names(*made) == ["lr 0.0001", "lr 0.02", "mine"]
    assert names(made[1], made[0]) == ["lr 0.02", "lr 0.0001"]
    assert names(made[0]) == [""]
    assert problem(api.http.get("/api/runs/beside", params={"run": "nobody"}), 404)["detail"]
    assert problem(api.http.get("/api/runs/beside"), 422)["field"] == "run"
