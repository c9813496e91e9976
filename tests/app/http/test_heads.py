"""HEAD is answered wherever GET is, and every 405 says what is possible; clients of HTTP/1.0 get no chunks."""

import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

NAMES = {"/architectures/": "resnet20", "/lessons/": "problem"}
OTHERS = ("/api/architectures/summary", "/api/runs/check", "/api/runs/outside", "/api/experiments/estimate")
"""Addresses of POST at which GET asks for a preset, a run or an experiment of that name."""
ASKING = ("/api/runs/beside", "/api/datasets/digits/images.png")
"""Addresses that need a question behind them, and refuse to be asked without one."""
ALLOWED = {path: {"POST"} for path in OTHERS} | {
    path: {"GET", "HEAD"} for path in ("/api/runs/beside", "/api/experiments/list", "/api/rooms/lessons")
}
"""Of addresses that another, with a name in it, fits too: their own methods."""
PAGES = ("/", "/lab", "/runs", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/css/base.css")


@pytest.fixture(scope="module")
def ended(api: Any) -> dict[str, Any]:
    """Return a run that is over."""
    run = api.start(steps=3)
    api.until(lambda: api.get(run)["state"] == "done")
    return api.get(run)


@pytest.fixture(scope="module")
def experiment(api: Any) -> str:
    """Return the id of an experiment that is over."""
    made = api.http.post("/api/experiments", json={"kind": "squares"}).json()
    *_, last = api.follow(made)
    assert last.data["state"] == "done"
    return made["id"]


def paths(api: Any, run: dict[str, Any], experiment: str) -> dict[str, set[str]]:
    """Return every address of the API, filled in, with the methods of all that is described there."""
    described = api.http.get("/openapi.json").json()["paths"]
    found: dict[str, set[str]] = {}
    for path in described:
        name = next((name for part, name in NAMES.items() if part in path), "digits")
        filled = path.replace("{run_id}", run["id"]).replace("{experiment_id}", experiment).replace("{name}", name)
        here = [other for other in described if re.fullmatch(re.sub(r"{\w+}", "[^/]+", other), filled)]
        found[filled] = {method.upper() for other in here for method in described[other]}
    return found


def test_head_is_get_without_the_body(api: Any, ended: dict[str, Any], experiment: str) -> None:
    asked = [path for path, methods in paths(api, ended, experiment).items() if "GET" in methods]
    exports = [f"{ended['history']}?format={form}" for form in ("csv", "parquet", "plotly")]
    for path in (*asked, *exports, *PAGES, f"/runs/{ended['id']}/offline.html"):
        head, whole = api.http.head(path), api.http.get(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert whole.status_code == 200 or path in (*OTHERS, *ASKING) or "{" in path, path
        assert head.headers["content-type"] == whole.headers["content-type"], path
        if "content-length" in head.headers and path != "/metrics":
            assert head.headers["content-length"] == whole.headers["content-length"], path
        for name in ("etag", "cache-control", "content-disposition", "content-security-policy"):
            assert head.headers.get(name) == whole.headers.get(name), path
    assert api.http.head("/static/nothing").status_code == api.http.head("/api/runs/nothing").status_code == 404


def test_head_of_a_run_that_trains_does_not_wait_for_its_end(api: Any) -> None:
    run = api.start()
    assert api.http.head(run["events"]).headers["content-type"].startswith("text/event-stream")
    api.stop(run)


def test_what_is_not_possible_is_refused_with_what_is(api: Any, ended: dict[str, Any], experiment: str) -> None:
    addresses = paths(api, ended, experiment) | {path: {"GET"} for path in PAGES}
    for path, methods in addresses.items():
        possible = methods | ({"HEAD"} if "GET" in methods else set())
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - possible:
            answer = api.http.request(method, path)
            assert answer.status_code == 405, (method, path)
            own = ALLOWED.get(path, possible)
            assert set(answer.headers["allow"].split(", ")) == own, (method, path)
            if method != "HEAD":
                assert answer.json()["detail"] == f"{method} is not possible here."


def raw(api: Any, request: str) -> tuple[bytes, bytes]:
    """Return head and body of all that comes until the server ends the connection."""
    place = urlsplit(api.url)
    with socket.create_connection((place.hostname, place.port), 10) as connection:
        connection.sendall(f"{request}\r\nHost: {place.netloc}\r\n\r\n".encode())
        came = b""
        while part := connection.recv(65536):
            came += part
    head, _, body = came.partition(b"\r\n\r\n")
    return head.lower(), body


@pytest.mark.parametrize("what", ["events", "history?format=csv", "history"])
def test_an_old_client_gets_its_answer_to_the_end_of_the_connection(api: Any, ended: dict[str, Any], what: str) -> None:
    path = f"/api/runs/{ended['id']}/{what}"
    head, body = raw(api, f"GET {path} HTTP/1.0")
    assert b"transfer-encoding" not in head
    assert b"connection: close" in head
    assert body == api.http.get(path).content
    head, body = raw(api, f"HEAD {path} HTTP/1.0")
    assert b"200 ok" in head
    assert body == b""


def test_an_old_client_is_told_the_length_where_there_is_one(api: Any) -> None:
    head, body = raw(api, "GET /healthz HTTP/1.0")
    assert f"content-length: {len(body)}".encode() in head
