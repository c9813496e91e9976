"""The answers in the API's description are what a server answers; SKIPSCOPE_UPDATE_GOLDEN=1 writes them anew."""

import json
import os
import secrets
from typing import Any

from skipscope.app.guard.clients import COOKIE
from skipscope.app.wire.examples import ANSWERS
from skipscope.app.wire.outside import NEW_OUTSIDE
from skipscope.app.wire.rooms import TASKS
from skipscope.model.measure.record import BLOCK_MEASURES, MEASURES
from skipscope.model.watch.batch import Row, encode
from tests.app.http.conftest import WRITE_TOKEN

NET = {"depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4, "norm": "none"}
WISH = {"variants": [NET], "batch_size": 16, "steps": 3}
RUN, EXPERIMENT = "/api/runs/{run_id}", "/api/experiments/{experiment_id}"
WEIGHTS = "/api/weights/{weights_id}"
ROOM, MEMBER = "/api/rooms/{code}", "0123456789abcdef" * 2
KEPT_LINES = 12
HEAD_LINES = 7


NAMES = {"/architectures/": "resnet20", "/lessons/": "problem"}


class Recorder:
    """Asks a server and keeps what it answers, by operation, status and media type."""

    def __init__(self, api: Any) -> None:
        self.http = api.http
        self.found: dict[str, dict[str, dict[str, Any]]] = {}
        self.seat = self.run = ""

    def ask(self, operation: str, job: str = "", **more: Any) -> Any:
        """Ask, and return the answer."""
        method, path = operation.split()
        name = next((name for part, name in NAMES.items() if part in path), "digits")
        known = {"{run_id}": job, "{weights_id}": job, "{experiment_id}": job, "{name}": name, "{code}": job}
        known |= {"{key}": MEMBER, "{question}": "1", "{seat}": self.seat}
        known |= {"{run_id}": self.run} if self.run else {}
        address = path
        for name, value in known.items():
            address = address.replace(name, value)
        answer = self.http.request(method, address, **more)
        assert answer.status_code < 300 or answer.status_code == 409, answer.text
        if answer.status_code == 204:
            return None
        media_type = answer.headers["content-type"].partition(";")[0]
        said = answer.json() if media_type.endswith("json") else answer.text
        self.found.setdefault(operation, {}).setdefault(str(answer.status_code), {})[media_type] = short(said)
        return said


def short(said: Any) -> Any:
    """Leave out most of what is long: presets but two, traces but one, lines but some, pixels but some."""
    if isinstance(said, list):
        return said[:2]
    if isinstance(said, str) and not said.startswith("id: "):
        kept = HEAD_LINES if said.startswith("<!doctype") else KEPT_LINES
        return "".join(said.splitlines(keepends=True)[:kept])
    if isinstance(said, dict) and set(said) == {"data", "layout"}:
        return {"data": [{"type": trace["type"]} for trace in said["data"][:1]], "layout": {}}
    return _few_pixels(said)


def _few_pixels(said: Any) -> Any:
    if isinstance(said, dict):
        return {
            name: [row[:2] for row in value[:2]] if name == "pixels" else _few_pixels(value)
            for name, value in said.items()
        }
    return [_few_pixels(one) for one in said] if isinstance(said, list) else said


def recorded(api: Any) -> dict[str, Any]:
    """Ask for everything that the API answers."""
    recorder = Recorder(api)
    ask = recorder.ask
    for path in ("/api/architectures", "/api/datasets", "/api/lessons", "/healthz", "/readyz"):
        ask(f"GET {path}")
    for form in ("json", "text", "csv", "mermaid", "dot", "python", "html"):
        ask("POST /api/architectures/summary", json=NET, params={"format": form})
        ask("GET /api/architectures/{name}", params={"format": form})
    recorder.found["GET /api/architectures/{name}"]["200"]["application/json"] = recorder.found[
        "POST /api/architectures/summary"
    ]["200"]["application/json"]
    ask("GET /api/lessons/{name}")
    ask("POST /api/probe", json={"variants": [NET], "batch_size": 16})
    ask("POST /api/probe/maps", json={"variants": [NET], "batch_size": 16, "block": "layer1.0", "layers": True})
    ask("POST /api/runs/check", json=WISH)
    run = ask("POST /api/runs", json={**WISH, "state": "paused"})
    api.until(lambda: api.get(run)["state"] == "paused")
    ask(f"POST {RUN}/step", run["id"])
    api.until(lambda: api.get(run)["recorded"] == 1)
    made = ask(f"POST {RUN}/fork", run["id"], json={"variant": 0})
    ask(f"PATCH {RUN}", run["id"], json={"skips": [False]})
    ask(f"PATCH {RUN}", run["id"], json={"state": "running"})
    api.until(lambda: api.get(run)["state"] == "done")
    ask(f"GET {RUN}", run["id"])
    ask(f"GET {RUN}/events", run["id"])
    for form in ("json", "csv", "plotly"):
        ask(f"GET {RUN}/history", run["id"], params={"format": form})
    ask("GET /api/runs", params={"limit": 1})
    file = api.http.get(f"/api/runs/{run['id']}/weights").content
    sent = ask("POST /api/weights", content=file, headers={"Content-Type": "application/octet-stream"})
    ask("GET /api/weights", params={"limit": 1})
    ask(f"GET {WEIGHTS}", sent["id"])
    ask(f"DELETE {WEIGHTS}", sent["id"])
    ask("GET /api/runs/beside", params={"run": [run["id"], made["id"]]})
    api.http.delete(f"/api/runs/{made['id']}")
    training = api.start()
    api.until(lambda: api.get(training)["state"] == "running")
    refused = ask(f"POST {RUN}/step", training["id"])
    assert refused["possible"] == ["paused", "stopped", "skips", "strength", "lr", "max_rate", "fork"]
    api.stop(training)
    ask_outside(api, recorder)
    ask_experiments(api, recorder)
    ask_rooms(recorder)
    return recorder.found


def ask_outside(api: Any, recorder: Recorder) -> None:
    """Ask for everything that the API answers to senders of runs."""
    headers = {"Authorization": f"Bearer {WRITE_TOKEN}", "Idempotency-Key": secrets.token_hex(16)}
    wish = NEW_OUTSIDE["small"]["value"]
    made = recorder.ask("POST /api/runs/outside", json=wish, headers=headers)
    columns = {measure: [] if measure in BLOCK_MEASURES else [0, 0] for measure in MEASURES}
    recorder.ask(f"POST {RUN}/records", made["id"], content=encode([Row(0, 0.0, columns)]), headers=headers)
    api.http.delete(f"/api/runs/{made['id']}")


def ask_rooms(recorder: Recorder) -> None:
    """Ask for everything that the API answers of rooms."""
    opened = recorder.ask("POST /api/rooms", json={"title": "A class"})
    host = {"Authorization": f"Bearer {opened['host']['secret']}"}

    def ask(operation: str, **more: Any) -> Any:
        return recorder.ask(operation, opened["code"], **more)

    recorder.ask("GET /api/rooms/lessons")
    ask(f"GET {ROOM}")
    ask(f"GET {ROOM}/name")
    browser = {"Cookie": f"{COOKIE}={'e' * 22}"}
    ask(f"POST {ROOM}/members", json={"key": MEMBER}, headers=browser)
    recorder.run = recorder.http.post("/api/runs", json={**WISH, "state": "paused"}, headers=browser).json()["id"]
    ask(f"PUT {ROOM}/members/{{key}}/name", json={})
    ask(f"POST {ROOM}/tasks", json=TASKS["two"]["value"], headers=host)
    question = {"kind": "number", "text": "How much gradient is left at block 1?"}
    ask(f"PATCH {ROOM}", json={"task": {"title": "How deep?", "question": question, "truth": 1e-13}}, headers=host)
    ask(f"PUT {ROOM}/questions/{{question}}/answers/{{key}}", json={"value": 1e-4, "sure": 4})
    ask(f"GET {ROOM}/members/{{key}}")
    address = "/?net=,depths:1-1,widths:4-8,stem:cifar,stem_width:4,norm:none&batch_size=16"
    ask(f"PUT {ROOM}/members/{{key}}/network", json={"address": address})
    ask(f"PATCH {ROOM}", json={"phase": "reveal"}, headers=host)
    seen = ask(f"GET {ROOM}/host", headers=host)
    recorder.seat = str(seen["seats"][0]["seat"])
    ask(f"PUT {ROOM}/seats/{{seat}}/name", json={}, headers=host)
    ask(f"GET {ROOM}/runs", headers=host)
    ask(f"PATCH {ROOM}/runs/{{run_id}}", json={"state": "stopped"}, headers=host)
    ask(f"DELETE {ROOM}/runs/{{run_id}}", headers=host)
    for form in ("csv", "html"):
        ask(f"GET {ROOM}/export", headers=host, params={"format": form})
    ask(f"GET {ROOM}/qr.svg")
    ask(f"POST {ROOM}/host", json={"phrase": opened["host"]["phrase"]})
    with recorder.http.stream("GET", f"/api/rooms/{opened['code']}/events") as answer:
        frame = next(answer.iter_text())
    ended = 'id: 999\nevent: status\ndata: {"state":"ended","final":true}\n\n'
    recorder.found[f"GET {ROOM}/events"] = {"200": {"text/event-stream": frame + ended}}
    ask(f"DELETE {ROOM}/seats/{{seat}}", headers=host)
    ask(f"DELETE {ROOM}/seats", headers=host)
    ask(f"POST {ROOM}/members", json={"key": MEMBER}, headers=browser)
    ask(f"DELETE {ROOM}/members/{{key}}")
    ask(f"DELETE {ROOM}", headers=host)
    recorder.run = ""


def ask_experiments(api: Any, recorder: Recorder) -> None:
    """Ask for everything that the API answers of experiments."""
    ask = recorder.ask
    ask("GET /api/experiments")
    ask("POST /api/experiments/estimate", json={"kind": "squares"})
    made = ask("POST /api/experiments", json={"kind": "squares"})
    recorder.ask(f"GET {EXPERIMENT}/events", made["id"])
    ask(f"GET {EXPERIMENT}", made["id"])
    for form in ("csv", "plotly"):
        ask(f"GET {EXPERIMENT}", made["id"], params={"format": form})
    ask("GET /api/experiments/list", params={"limit": 1})
    long = api.http.post("/api/experiments", json={"kind": "squares", "num_squares": 1000, "seconds": 1}).json()
    ask(f"PATCH {EXPERIMENT}", long["id"], json={"state": "paused"})


def shape(said: Any) -> Any:
    """Return which fields there are, whatever is in them."""
    if isinstance(said, dict):
        return {name: shape(value) for name, value in said.items()}
    if isinstance(said, list):
        return shape(said[0]) if said else None
    return None


def test_the_examples_are_what_is_answered(api: Any) -> None:
    found = recorded(api)
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        ANSWERS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(ANSWERS.read_text(encoding="utf-8"))
    assert {name: list(answers) for name, answers in kept.items()} == {name: list(a) for name, a in found.items()}
    for name, answers in found.items():
        for status, contents in answers.items():
            assert shape(contents) == shape(kept[name][status]), (
                f"{name}: set SKIPSCOPE_UPDATE_GOLDEN=1 to write it anew"
            )
