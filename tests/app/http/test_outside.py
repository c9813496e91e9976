"""Runs that train elsewhere, at a real server: begun, sent in batches, streamed, listed, exported, ended, limited."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scripts.serving import serving
from skipscope.model.measure.record import MEASURES, TAP_MEASURES, WEIGHT_MEASURES
from skipscope.model.watch.batch import Row, encode

TOKEN = "a write token of the test"  # noqa: S105
KEY = "0123456789abcdef"
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
NAMES = {"taps": ["conv", "relu"], "weights": ["conv"], "blocks": [], "kinds": ["Conv2d", "ReLU"], "junctions": []}
WISH = {"label": "Net", "host": "gpu-07", "optimizer": "AdamW", "parameters": 58, "name": "first", "names": NAMES}


def row(step: int, *, value: float = 0.5, **more: Any) -> Row:
    """Return a row of the small network."""
    sizes = {**dict.fromkeys(MEASURES, 0), **dict.fromkeys(TAP_MEASURES, 2), **dict.fromkeys(WEIGHT_MEASURES, 1)}
    columns: dict[str, list[float | int | None]] = {name: [value] * size for name, size in sizes.items()}
    columns["nonfinite"], columns["zero_fraction"], columns["dead_units"] = [0, 3], [None, 0.25], [None, 7]
    return Row(step, 0.1 * step, columns, 0.01, **more)


class Client:
    """A sender by hand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=30)
        self.keys = 0

    def close(self) -> None:
        """Ask no more."""
        self.http.close()

    def begin(self, key: str | None = None, **more: Any) -> httpx2.Response:
        """Begin a run, under a key of its own."""
        self.keys += 1
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key or f"{KEY}-{self.keys}"}
        return self.http.post("/api/runs/outside", json={**WISH, **more}, headers=headers)

    def run(self) -> tuple[str, str]:
        """Begin a run and return its id and key."""
        made = self.begin()
        assert made.status_code == 201, made.text
        return made.json()["id"], f"{KEY}-{self.keys}"

    def send(self, run: tuple[str, str], body: bytes, **query: str) -> httpx2.Response:
        """Send a batch."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": run[1]}
        return self.http.post(f"/api/runs/{run[0]}/records", content=body, headers=headers, params=query)

    def events(self, run: tuple[str, str]) -> list[tuple[int, str, Any]]:
        """Return all events of a run that has ended."""
        lines = self.http.get(f"/api/runs/{run[0]}/events").text.split("\n\n")
        parts = [dict(line.split(": ", 1) for line in block.splitlines()) for block in lines if block.startswith("id")]
        return [(int(one["id"]), one["event"], json.loads(one["data"])) for one in parts]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Start a server that accepts runs, with little room for each."""
    environment = {
        "SKIPSCOPE_WRITE_TOKEN": TOKEN, "SKIPSCOPE_THREADS": "1", "SKIPSCOPE_OUTSIDE_MEGABYTES": "0.05",
        "SKIPSCOPE_OUTSIDE_KILOBYTES": "20", "SKIPSCOPE_OUTSIDE_RUNS": "1000",
    }  # fmt: skip
    log = (tmp_path_factory.mktemp("log") / "log").open("w+b")
    data = tmp_path_factory.mktemp("data")
    with serving(data, environment=environment, log=log) as (url, _), closing(Client(url)) as made:
        yield made
    with log:
        log.seek(0)
        assert b"Traceback" not in log.read()


def test_a_run_is_sent_streamed_listed_and_exported(client: Client) -> None:
    run = client.run()
    first = client.send(run, encode([row(0, logged={"loss": 2.5}), row(1, value=float("nan"), notes=["odd"])]))
    assert first.json() == {"step": 1, "state": "running", "looking": False}
    # the answer was lost, and the batch comes once more with one that follows
    assert client.send(run, encode([row(1), row(4, logged={"loss": float("inf"), "val": 1.5})])).json()["step"] == 4
    assert client.send(run, b"", end="done").json()["state"] == "done"
    assert client.send(run, b"", end="done").json() == {"step": 4, "state": "done", "looking": False}

    found = client.events(run)
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
    kinds = [(kind, data.get("step", data.get("state"))) for _, kind, data in found]
    steps = [("step", 0), ("step", 1), ("step", 4)]
    assert kinds == [("status", "running"), ("schema", None), *steps, ("status", "done")]
    schema, (zero, one, four) = found[1][2], [data["variants"][0] for _, kind, data in found if kind == "step"]
    assert schema["variants"] == [{"label": "Net", **NAMES}]
    assert (zero["loss"], one["loss"], four["loss"], four["logged"]["val"]) == (2.5, None, "inf", 1.5)
    assert (one["notes"], one["values"]["gradient_rms"]) == (["odd"], ["nan", "nan"])
    assert zero["values"]["zero_fraction"] == [None, 0.25]
    assert zero["values"]["dead_units"] == [None, 7]

    listed = client.http.get("/api/runs").json()["runs"][0]
    assert (listed["id"], listed["request"], listed["outside"]["label"]) == (run[0], None, "Net")
    assert listed["digest"]["variants"][0]["loss"] == [2.5, None, "inf"]
    assert client.http.get("/api/runs", params={"q": "Net"}).json()["total"] >= 1
    table = client.http.get(f"/api/runs/{run[0]}/history", params={"format": "csv"}).text.splitlines()
    assert table[0].startswith("step,epoch,elapsed,lr,precision,Net/loss,")
    assert "Net/logged/val" in table[0]
    assert len(table) == 4
    told = client.http.get(f"/api/runs/{run[0]}/history").json()
    assert [step["step"] for step in told["steps"]] == [0, 1, 4]
    assert client.http.get(f"/api/runs/{run[0]}/history", params={"format": "parquet"}).content[:4] == b"PAR1"
    drawn = client.http.get(f"/api/runs/{run[0]}/history", params={"format": "plotly"})
    assert drawn.status_code in (200, 501)


def test_a_key_makes_one_run_and_is_its_senders_alone(client: Client) -> None:
    run = client.run()
    again = client.begin(run[1])
    assert (again.status_code, again.json()["id"], again.headers["Idempotency-Replayed"]) == (201, run[0], "true")
    assert client.begin(run[1], label="Other").status_code == 422
    assert client.send((run[0], "another key of 16"), encode([row(0)])).status_code == 403
    assert client.send(run, encode([row(0)]), end="stopped", reason="enough").json()["state"] == "stopped"
    late = client.send(run, encode([row(1)]))
    assert (late.status_code, late.json()["title"]) == (409, "Not possible in this state")
    assert client.send(("nothing", KEY), b"").status_code == 404


def test_who_has_no_token_sends_nothing(client: Client) -> None:
    headers = {"Idempotency-Key": KEY}
    refused = client.http.post("/api/runs/outside", json=WISH, headers=headers)
    assert (refused.status_code, refused.json()["title"]) == (401, "Write token needed")
    assert client.http.post("/api/runs/x/records", content=b"", headers=headers).status_code == 401
    wrong = client.http.post("/api/runs/outside", json=WISH, headers={**headers, "Authorization": "Bearer wrong"})
    assert wrong.status_code == 401


def test_what_needs_its_network_is_refused_in_words(client: Client) -> None:
    run = client.run()
    client.send(run, encode([row(0)]))
    http, at = client.http, f"/api/runs/{run[0]}"
    for answer in (
        http.post(f"{at}/fork", json={"variant": 0}), http.post(f"{at}/step"), http.get(f"{at}/weights"),
        http.get(f"/runs/{run[0]}/offline.html"), http.patch(at, json={"state": "paused"}),
        http.patch(at, json={"lr": 0.1}), http.patch(at, json={"skips": [True]}), http.patch(at, json={"max_rate": 2}),
        http.post("/api/experiments", json={"kind": "lesions", "run": run[0]}),
    ):  # fmt: skip
        assert answer.status_code in (409, 422), (answer.url, answer.text)
        assert answer.json()["detail"]
    assert http.get("/api/runs/beside", params={"run": [run[0], client.run()[0]]}).status_code == 200
    assert http.patch(at, json={"name": "second"}).json()["name"] == "second"
    assert http.patch(at, json={"state": "stopped"}).json()["state"] == "stopped"
    assert client.send(run, b"").json()["state"] == "stopped"
    assert http.delete(at).status_code == 204
    assert client.send(run, b"").status_code == 404


def test_a_run_has_limits_of_rate_and_size(client: Client) -> None:
    run = client.run()
    statuses: list[int] = []
    for step in range(0, 100_000, 100):
        answer = client.send(run, encode([row(step + i) for i in range(100)]))
        statuses.append(answer.status_code)
        if answer.status_code != 200 or answer.json()["state"] != "running":
            break
    else:
        raise AssertionError("nothing limits it")
    if statuses[-1] == 429:
        assert int(answer.headers["Retry-After"]) >= 1
        return
    assert client.http.get(f"/api/runs/{run[0]}").json()["reason"].startswith("it has recorded 0.05 MB")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label": "=cmd()"}, "label"), ({"label": ""}, "label"), ({"label": "a/b"}, "label"),
        ({"names": {**NAMES, "taps": ["a", "a"]}}, "names.taps"), ({"names": {**NAMES, "kinds": ["x"]}}, "names.kinds"),
        ({"names": {**NAMES, "junctions": ["x"]}}, "names"),
        ({"names": {**NAMES, "taps": ["x" * 300]}}, "names.taps.0"), ({"parameters": -1}, "parameters"),
        ({"host": "h" * 101}, "host"), ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_a_request_names_what_is_wrong(client: Client, wrong: dict[str, Any], field: str) -> None:
    refused = client.begin(**wrong)
    assert refused.status_code == 422
    assert refused.json()["field"].startswith(field.split(".", maxsplit=1)[0])


def test_names_are_text_and_come_back_as_they_were(client: Client) -> None:
    names = ["<script>alert(1)</script>", "'; DROP TABLE runs; --", "../..", "\u202egnp.exe", 'a,b"c']
    made = client.begin(names={"taps": names, "weights": [], "blocks": []}, name="<img src=x onerror=alert(1)>")
    run = made.json()["id"], f"{KEY}-{client.keys}"
    columns = {measure: [1.0] * (5 if measure in TAP_MEASURES else 0) for measure in MEASURES}
    client.send(run, encode([Row(0, 0.0, {**columns, "nonfinite": [0] * 5, "dead_units": [0] * 5})]), end="done")
    assert client.events(run)[1][2]["variants"][0]["taps"] == names
    page = client.http.get("/runs").text
    assert "<img src=x" not in page


GOOD = encode([row(7)])


@given(
    st.one_of(
        st.binary(max_size=300),
        st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8)).map(
            lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] + len(cut[1]) :]
        ),
        st.integers(0, len(GOOD)).map(lambda end: GOOD[:end]),
    )
)
@example(b"\xff" * 8)
@example((2**40).to_bytes(8, "little") + b"{}")
@example(len(b'{"step":{}}').to_bytes(8, "little") + b'{"step":{}}')
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
def test_every_body_is_accepted_or_refused_in_words(client: Client, body: bytes) -> None:
    run = client.run()
    answer = client.send(run, body)
    assert answer.status_code in (200, 422, 429), answer.text
    if answer.status_code != 200:
        assert answer.json()["detail"]
    client.send(run, b"", end="done")


def test_a_run_outlives_the_server_and_goes_on_with_the_next(tmp_path: Path) -> None:
    environment = {"SKIPSCOPE_WRITE_TOKEN": TOKEN, "SKIPSCOPE_THREADS": "1"}
    with serving(tmp_path / "data", environment=environment) as (url, process), closing(Client(url)) as client:
        run = client.run()
        client.send(run, encode([row(0), row(1)]))
        process.kill()
        process.wait()
    with serving(tmp_path / "data", environment=environment) as (url, _), closing(Client(url)) as client:
        assert client.http.get(f"/api/runs/{run[0]}").json()["state"] == "running"
        assert client.begin(run[1]).json()["id"] == run[0]
        assert client.send(run, encode([row(1), row(2)])).json()["step"] == 2
    # a server that is asked to end lets it go as well
    with serving(tmp_path / "data", environment=environment) as (url, _), closing(Client(url)) as client:
        assert client.send(run, encode([row(3)]), end="done").json() == {"step": 3, "state": "done", "looking": False}
        found = client.events(run)
        assert [data["step"] for _, kind, data in found if kind == "step"] == [0, 1, 2, 3]
        assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
        assert client.http.get(f"/api/runs/{run[0]}").json()["digest"]["steps"] == [0, 1, 2, 3]
