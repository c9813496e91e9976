"""Random and hostile requests made from the API's own description: no crash, no answer that it does not describe."""

import os
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from scripts.serving import serving
from skipscope.app.main import create_app
from skipscope.app.settings import Settings

schemathesis.serializer.alias("application/x-skipscope-records", "application/octet-stream")
CASES = int(os.environ.get("SKIPSCOPE_FUZZ_CASES", "300"))
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
SMALL = {
    # what is asked for at random shall be refused or done soon, and be gone soon
    "SKIPSCOPE_MAX_STEPS": "200",
    "SKIPSCOPE_MAX_LAYERS": "60",
    "SKIPSCOPE_MEMORY": "800",
    "SKIPSCOPE_RUN_MEMORY": "200",
    "SKIPSCOPE_MAX_SECONDS": "5",
    "SKIPSCOPE_PAUSED_SECONDS": "3",
    "SKIPSCOPE_MAX_BODY": "10000000",  # what is too long is refused before it is read: 413 says nothing of its form
    "SKIPSCOPE_RATE_READS": "0",
    "SKIPSCOPE_RATE_PROBES": "0",
    "SKIPSCOPE_RATE_CHANGES": "0",
    "SKIPSCOPE_PROBE_SECONDS": "5",
    "SKIPSCOPE_CLIENT_RUNS": "10000",
    "SKIPSCOPE_MAX_QUEUE": "10000",
    "SKIPSCOPE_ADDRESS_SHARE": "1",
}
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429", "503"]
"""A valid form is accepted, or refused for what no JSON schema says: which fields make sense together (422), what a run
is at (409), that codes of rooms were guessed too often (429), or that the server is busy (503). It is never malformed,
of the wrong type or of the wrong method."""
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429", "431", "5xx"]
"""An invalid form is refused; one whose query is long for its head (431)."""
NET = {"depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4, "norm": "none"}
RUNS: dict[str, dict[str, Any]] = {
    "over": {"steps": 2},
    "paused": {"steps": 200, "state": "paused"},
    "training": {"steps": 200, "max_rate": 20.0},
}
KINDS = (*RUNS, "none")


class Server:
    """A server with runs in each state; those that were deleted, or have ended, are made anew."""

    def __init__(self, url: str) -> None:
        self.url = url
        # a client of its own, whose turn comes although the queue is full of what is made at random
        self.http = httpx2.Client(base_url=url, timeout=60, cookies={"skipscope_client": "f" * 22})
        self._known: dict[str, str] = {}
        self._room: tuple[str, str] | None = None
        self.tried: set[str] = set()
        self.met: set[str] = set()
        """Operations on runs that were tried, and those that have met one."""

    def room(self) -> tuple[str, str]:
        """Return the code of a room that is open, and its host's secret."""
        if not self._room or self.http.get(f"/api/rooms/{self._room[0]}").status_code != 200:
            made = self.http.post("/api/rooms", json={"title": "A class"})
            made.raise_for_status()
            self._room = made.json()["code"], made.json()["host"]["secret"]
        return self._room

    def close(self, opened: dict[str, Any]) -> None:
        """End a room that was opened at random: a server has a number of them."""
        secret = {"Authorization": f"Bearer {opened['host']['secret']}"}
        self.http.delete(f"/api/rooms/{opened['code']}", headers=secret).raise_for_status()

    def run(self, kind: str) -> str:
        """Return the id of a run in a state."""
        known = self._known.get(kind)
        answer = self.http.get(f"/api/runs/{known}") if known else None
        over = answer is None or answer.status_code == 404 or answer.json()["ended"] is not None
        if over and (kind != "over" or answer is None or answer.status_code == 404):
            self._known[kind] = self._make(kind)
        return self._known[kind]

    def _make(self, kind: str) -> str:
        made = self.http.post("/api/runs", json={"variants": [NET], "batch_size": 4, **RUNS[kind]})
        made.raise_for_status()
        if kind == "over":
            self.http.get(made.json()["events"])  # to its end
        return made.json()["id"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server."""
    with serving(tmp_path_factory.mktemp("data"), environment=SMALL) as (url, _):
        made = Server(url)
        yield made
        made.http.close()
        # not all answers are that there is no such run
        assert made.met == made.tried


api = schemathesis.openapi.from_dict(
    create_app(Settings.model_validate({})).openapi(),
    config=SchemathesisConfig.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            }
        }
    ),
)
NUM_OPERATIONS = sum(len(methods) for methods in api.raw_schema["paths"].values())


@api.parametrize()  # pyright: ignore[reportUntypedFunctionDecorator]
@settings(max_examples=max(1, CASES // NUM_OPERATIONS), deadline=None, suppress_health_check=SLOW)
def test_every_answer_is_one_that_is_described(case: Any, server: Server) -> None:
    path = case.path_parameters or {}
    if "run_id" in path and not case.meta.is_negative_at(ParameterLocation.PATH):
        kind = KINDS[sum(map(ord, path["run_id"])) % len(KINDS)]
        if case.operation.path.endswith("/events") and kind != "none":
            kind = "over"  # a stream of another stays open until it ends
        if kind != "none":
            case.path_parameters["run_id"] = server.run(kind)
    headers: dict[str, str] = {}
    is_stream = case.operation.path.endswith("/events")  # a room's stays open
    is_code = "code" in path and not case.meta.is_negative_at(ParameterLocation.PATH)
    if is_code and not is_stream and sum(map(ord, path["code"])) % 2:
        case.path_parameters["code"], secret = server.room()
        headers = {"Authorization": f"Bearer {secret}"}
    response = case.call_and_validate(base_url=server.url, timeout=60, headers=headers)
    if case.operation.label == "POST /api/rooms" and response.status_code == 201:
        server.close(response.json())
    if "run_id" in path and "code" not in path:
        server.tried.add(case.operation.label)
        if response.status_code not in (404, 422):
            server.met.add(case.operation.label)
