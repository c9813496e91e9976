"""The admin token on a real server: what it is needed for, what it is not, and that nobody is told it."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.serving import COMMAND, serving

TOKEN = "c0ffee-" * 3
GUESS = "open-barley-open"
SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
WISH = {"variants": [SMALL], "batch_size": 4, "steps": 20_000, "state": "paused"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("secret")
    (folder / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    chosen = {"SKIPSCOPE_ADMIN_TOKEN_FILE": str(folder / "token"), "SKIPSCOPE_LOG_LEVEL": "debug"}
    with serving(folder / "data", environment=chosen) as (url, _):
        yield url


@pytest.fixture
def clients(url: str) -> Iterator[list[httpx2.Client]]:
    """Return two browsers, and somebody with the token."""
    found = [httpx2.Client(base_url=url, timeout=60) for _ in range(2)]
    for browser in found:
        browser.get("/")
    found.append(httpx2.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {TOKEN}"}))
    yield found
    for client in found:
        client.close()


def start(client: httpx2.Client, **more: Any) -> str:
    """Start a run, paused, and return its address."""
    answer = client.post("/api/runs", json={**WISH, **more})
    assert answer.status_code == 201, answer.text
    return f"/api/runs/{answer.json()['id']}"


CHANGES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"name": "mine now"}),
    ("PATCH", "", {"state": "running"}),
    ("PATCH", "", {"state": "stopped"}),
    ("POST", "/step", None),
    ("POST", "/fork", {"variant": 0}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_others_may_watch_a_run_and_not_change_it(
    clients: list[httpx2.Client], method: str, path: str, body: Any
) -> None:
    anna, bert, _ = clients
    run = start(anna)
    answer = bert.request(method, run + path, json=body)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/admin" in answer.json()["remedy"]
    found = bert.get(run).json()
    assert (found["state"] in ("queued", "paused"), found["name"]) == (True, "")
    assert bert.get(f"{run}/history").status_code == 200
    assert anna.delete(run).status_code == 204


def test_ones_own_run_and_with_the_token_any_run_can_be_changed(clients: list[httpx2.Client]) -> None:
    anna, _, admin = clients
    run = start(anna)
    for client in (anna, admin):
        assert client.patch(run, json={"name": "a name"}).status_code == 200
        assert client.patch(run, json={"max_rate": 5.0}).status_code == 200
    assert admin.delete(run).status_code == 204
    assert anna.get(run).status_code == 404


def test_everybody_sees_their_own_runs_and_with_the_token_all(clients: list[httpx2.Client]) -> None:
    anna, bert, admin = clients
    first, second = start(anna, name="anna's own"), start(bert, name="bert's own")
    names = [{run["name"] for run in client.get("/api/runs").json()["runs"]} for client in clients]
    assert names == [{"anna's own"}, {"bert's own"}, {"anna's own", "bert's own"}]
    assert [client.get("/api/runs").json()["total"] for client in clients] == [1, 1, 2]
    assert "bert" not in anna.get("/runs").text
    for run in (first, second):
        assert admin.delete(run).status_code == 204


def test_figures_are_for_who_has_the_token(clients: list[httpx2.Client]) -> None:
    anna, _, admin = clients
    answer = anna.get("/metrics")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert "skipscope_runs" in admin.get("/metrics").text


def test_without_a_token_of_the_server_it_is_off(clients: list[httpx2.Client]) -> None:
    wish = {"label": "Net", "names": {"taps": [], "weights": []}}
    for client in clients:
        for path in ("/api/runs/outside", "/api/runs/x/records"):
            answer = client.post(path, json=wish, headers={"Idempotency-Key": "0123456789abcdef"})
            assert (answer.status_code, answer.json()["field"]) == (403, "SKIPSCOPE_WRITE_TOKEN")


def test_a_browser_is_asked_for_the_token(clients: list[httpx2.Client]) -> None:
    anna, _, admin = clients
    answer = anna.get("/admin")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    answer = anna.get("/admin", auth=("teacher", TOKEN))
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    assert anna.get("/metrics", auth=("teacher", TOKEN)).status_code == 200
    assert admin.get("/admin").status_code == 303


def test_nobody_is_told_the_secrets(tmp_path: Path) -> None:
    word = "open-sesame-open"
    own = {"SKIPSCOPE_ADMIN_TOKEN": TOKEN, "SKIPSCOPE_PASSWORD": word, "SKIPSCOPE_LOG_LEVEL": "debug"}
    environment = {**os.environ, **own, "SKIPSCOPE_DATA_DIR": str(tmp_path)}
    said: list[str] = []
    with subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            found = re.search(r"http://[\w.]+:\d+", line)
            if found:
                break
        else:
            pytest.fail("".join(said))
        reading = threading.Thread(target=lambda: said.extend(process.stdout or ()))
        reading.start()
        answers: list[str] = []
        for given in (("a", word), ("a", TOKEN), ("a", GUESS)):
            for method, path in (("GET", "/"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("POST", "/api/probe")):
                answers.append(httpx2.request(method, found[0] + path, auth=given, timeout=60, content=b"{").text)
            answers.append(httpx2.post(f"{found[0]}/api/runs", auth=given, timeout=60, json={**WISH, "steps": 2}).text)
        process.terminate()
        reading.join()
    told = subprocess.run(
        [sys.executable, "-m", "skipscope.app.cli.main", "settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    refused = subprocess.run(
        COMMAND, env={**environment, "SKIPSCOPE_SLOTS": "0"}, capture_output=True, text=True, check=False
    )
    same = subprocess.run(
        COMMAND, env={**environment, "SKIPSCOPE_PASSWORD": TOKEN}, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, same.returncode) == (2, 2)
    assert "SKIPSCOPE_ADMIN_TOKEN is the workshop's password" in same.stderr
    whole = "".join([*said, *answers, told.stdout, told.stderr, refused.stderr, same.stderr])
    assert whole.count("job_created") == 2, "there are logs in it"
    assert "password_weak" not in whole
    for secret in (TOKEN, word, GUESS):
        assert secret not in whole


def test_a_password_that_is_soon_guessed_is_warned_of_and_not_told(tmp_path: Path) -> None:
    word = "0zq8"
    environment = {**os.environ, "SKIPSCOPE_PASSWORD": word, "SKIPSCOPE_DATA_DIR": str(tmp_path)}
    said = ""
    with subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            said += line
            if re.search(r"http://[\w.]+:\d+", line):
                process.terminate()
    assert "password_weak" in said
    assert "2.8 hours at 60 tries a minute" in said
    assert word not in said
