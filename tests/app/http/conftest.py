"""A real server, asked over HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from scripts.serving import serving
from tests.app.http.test_rooms import Room

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
WRITE_TOKEN = "a write token of the tests"  # noqa: S105
ROOT = Path(__file__).resolve().parents[3]
OWN_KIND = {"SKIPSCOPE_KINDS": "tests.app.tiny:SQUARES", "PYTHONPATH": str(ROOT)}
"""A kind of experiment that no line of the server knows."""


class Said(NamedTuple):
    """One event of a stream."""

    id: int
    kind: str
    data: Any


class Api:
    """The runs of one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=60)

    def small(self, **more: Any) -> dict[str, Any]:
        """Return a request that trains for ever, unless it is said for how long."""
        return {"variants": [SMALL], "batch_size": 16, "steps": 20_000, "lr": 1e-4, **more}

    def start(self, headers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        """Start a run."""
        answer = self.http.post("/api/runs", json=self.small(**more), headers=headers or {})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def get(self, run: dict[str, Any]) -> dict[str, Any]:
        """Return a run as it is now."""
        return self.http.get(f"/api/runs/{run['id']}").json()

    def patch(self, run: dict[str, Any], **change: Any) -> httpx2.Response:
        """Tell a run."""
        return self.http.patch(f"/api/runs/{run['id']}", json=change)

    def stop(self, run: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Stop a run as its client, and wait for its end."""
        self.http.patch(f"/api/runs/{run['id']}", json={"state": "stopped"}, headers=headers or {})
        self.until(lambda: self.get(run)["ended"] is not None)

    def follow(self, run: dict[str, Any], after: int | None = None) -> Iterator[Said]:
        """Yield a run's events, from after one."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        with self.http.stream("GET", run["events"], headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield from parse(answer.iter_lines())

    def until(self, condition: Callable[[], Any], seconds: float = 30) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.02)


def parse(lines: Iterator[str]) -> Iterator[Said]:
    """Read server-sent events as the standard says, strictly: what is none of ours fails."""
    fields: dict[str, str] = {}
    for line in lines:
        if line == "":
            if fields:
                assert set(fields) == {"id", "event", "data"}, fields
                yield Said(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            assert name not in fields
            fields[name] = value


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server for the tests of all modules."""
    environment = {
        "SKIPSCOPE_SLOTS": "3",
        "SKIPSCOPE_THREADS": "3",
        "SKIPSCOPE_HEARTBEAT": "0.5",
        "SKIPSCOPE_KEEP_EVENTS": "16",
        "SKIPSCOPE_STALL_SECONDS": "600",
        "SKIPSCOPE_WRITE_TOKEN": WRITE_TOKEN,
        **OWN_KIND,
    }
    with serving(tmp_path_factory.mktemp("data"), environment=environment) as (url, _):
        yield url


@pytest.fixture(scope="module")
def api(shared: str) -> Iterator[Api]:
    """Ask the shared server as somebody new, and leave no run of theirs under way."""
    found = Api(shared)
    yield found
    for run in found.http.get("/api/runs", params={"limit": 100}).json()["runs"]:
        if run["ended"] is None:
            found.http.delete(f"/api/runs/{run['id']}")
    found.http.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    """Return what starts servers on the test's own data folder, one after the other."""
    clients: list[Api] = []

    def client(url: str) -> Api:
        clients.append(Api(url))
        return clients[-1]

    def start(**environment: str) -> Any:
        chosen = {f"SKIPSCOPE_{name.upper()}": value for name, value in {"threads": "1", **environment}.items()}
        return serving(tmp_path / "data", environment=chosen)

    start.folder = tmp_path / "data"  # pyright: ignore[reportFunctionMemberAccess]
    start.api = client  # pyright: ignore[reportFunctionMemberAccess]
    start.parse = parse  # pyright: ignore[reportFunctionMemberAccess]
    yield start
    for one in clients:
        one.http.close()


@pytest.fixture
def room(api: Api) -> Iterator[Room]:
    """Open a room, and end it."""
    found = Room(api.http, title="A class")
    yield found
    found.http.delete(found.url, headers=found.secret)
