"""The data that is embedded in pages and in files that replay a run is what the description of the wire says it is."""

import json
import re
from typing import Any

from skipscope.app.wire.events import EVENTS
from skipscope.app.wire.first import FirstView, LabFirst
from skipscope.app.wire.runs import RunPage


def embedded(page: str) -> dict[str, Any]:
    """Return the first data of a page."""
    found = re.search(r'<script[^>]* id="first"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def check(model: type[FirstView | LabFirst | RunPage], data: dict[str, Any]) -> None:
    """Hold data against a model that must name all that there is."""
    described = model.model_validate(data).model_dump(mode="json", exclude_unset=True)
    assert json.loads(json.dumps(described)) == data


def test_explore_is_served_with_what_is_described(api: Any) -> None:
    first = embedded(api.http.get("/").text)
    check(FirstView, first)
    assert set(FirstView.model_fields) - set(first) == {"recording"}


def test_the_list_of_runs_is_served_as_a_page_of_it(api: Any) -> None:
    run = api.start(steps=2)
    list(api.follow(run))
    check(RunPage, embedded(api.http.get("/runs").text))


def test_the_lab_is_served_with_its_kinds_and_their_fields(api: Any) -> None:
    first = embedded(api.http.get("/lab").text)
    check(LabFirst, first)
    kinds = {kind["kind"]: kind for kind in first["kinds"]}
    assert (kinds["squares"]["networks"], kinds["squares"]["in_python"], kinds["squares"]["method"]) == (0, False, None)
    assert [field["name"] for field in kinds["squares"]["fields"]] == [
        "num_squares", "seconds", "impossible", "megabytes",
    ]  # fmt: skip
    for name in ("paths", "lesions"):
        kind = kinds[name]
        assert kind["networks"] == 4
        anchor = kind["method"].partition("#")[2]
        assert f'id="{anchor}"' in api.http.get("/docs/experiments").text
        started = api.http.post("/api/experiments/estimate", json={"kind": name, **kind["example"]})
        assert started.json()["seconds"] == kind["seconds"]


def test_a_file_that_replays_a_run_holds_what_is_described(api: Any) -> None:
    run = api.start(steps=3)
    said = list(api.follow(run))
    first = embedded(api.http.get(f"/runs/{run['id']}/offline.html").text)
    check(FirstView, first)
    events = first["recording"]["events"]
    assert [(one["id"], one["type"], one["data"]) for one in events] == [(one.id, one.kind, one.data) for one in said]
    assert {one["type"] for one in events} <= set(EVENTS)


def test_answers_are_compressed_whatever_the_method_and_events_are_not(api: Any) -> None:
    takes = {"accept-encoding": "br"}
    probe = {"variants": api.small()["variants"], "batch_size": 4}
    for answer in (
        api.http.post("/api/probe", json=probe, headers=takes),
        api.http.get("/api/architectures", headers=takes),
        api.http.get("/openapi.json", headers=takes),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "br"
    run = api.start(steps=30)
    with api.http.stream("GET", run["events"], headers=takes) as stream:
        assert "content-encoding" not in stream.headers
        assert sum(line.startswith("event: step") for line in stream.iter_lines()) == 30
    history = api.http.get(run["history"], headers=takes)
    assert history.headers["content-encoding"] == "br"
    assert len(history.json()["steps"]) == 30
