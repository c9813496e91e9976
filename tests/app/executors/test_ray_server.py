"""A server on a cluster that is killed in mid-run, and comes back."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.serving import serving
from tests.app.executors.cluster import Cluster, Node
from tests.app.http.conftest import OWN_KIND, Api

pytestmark = [pytest.mark.ray, pytest.mark.xdist_group("executors")]


def actors(nodes: list[Node]) -> list[psutil.Process]:
    """Return the processes of the cluster that train."""
    started = [child for node in nodes for child in psutil.Process(node.process.pid).children(recursive=True)]
    return [process for process in started if "ray::JobActor" in " ".join(process.cmdline())]


def start_two(api: Api) -> list[dict[str, Any]]:
    """Start two runs that take all CPUs of the cluster, and wait until both train."""
    runs = [api.start(max_rate=50) for _ in range(2)]
    api.until(lambda: all(api.get(run)["recorded"] > 3 for run in runs), seconds=60)
    return runs


def test_a_server_that_is_killed_holds_nothing_of_the_cluster_and_has_all_records(
    tmp_path: Path, shared_cluster: tuple[Cluster, list[Node]]
) -> None:
    found, nodes = shared_cluster
    settings = {"EXECUTOR": "ray", "RAY_ADDRESS": found.address, "SLOTS": "2", "THREADS": "4", "CLIENT_SLOTS": "2"}
    environment = {f"SKIPSCOPE_{name}": value for name, value in settings.items()}
    with serving(tmp_path, environment=environment) as (url, process):
        api = Api(url)
        runs = start_two(api)
        others = psutil.Process(process.pid).children(recursive=True)  # the bridge is one of them
        working = actors(nodes)
        assert len(working) == 2
        process.kill()
        process.wait()
        _, left = psutil.wait_procs([*others, *working], timeout=20)
        assert left == []
        api.http.close()
    with serving(tmp_path, environment=environment) as (url, _):
        api = Api(url)
        for run in runs:
            is_now = api.get(run)
            assert (is_now["state"], is_now["recorded"] > 3) == ("interrupted", True)
            history = api.http.get(run["history"]).json()["steps"]
            assert [step["step"] for step in history] == list(range(is_now["recorded"]))
        start_two(api)
        assert len(actors(nodes)) == 2
        api.http.close()


def test_a_kind_that_no_line_of_the_server_knows_runs_on_the_cluster(
    tmp_path: Path, shared_cluster: tuple[Cluster, list[Node]]
) -> None:
    found, _ = shared_cluster
    settings = {"SKIPSCOPE_EXECUTOR": "ray", "SKIPSCOPE_RAY_ADDRESS": found.address, **OWN_KIND}
    with serving(tmp_path, environment=settings) as (url, _):
        api = Api(url)
        asked = {"kind": "squares", "num_squares": 3}
        whole = api.http.post("/api/experiments", json=asked).json()
        assert [event.kind for event in api.follow(whole)][-2:] == ["result", "status"]
        address = f"/api/experiments/{whole['id']}"
        assert api.http.get(address).json()["result"] == {"squares": [0, 1, 4]}
        long = api.http.post("/api/experiments", json={**asked, "num_squares": 100_000, "seconds": 0.01}).json()
        address = f"/api/experiments/{long['id']}"
        api.until(lambda: (api.http.get(address).json()["progress"] or {"done": 0})["done"] > 3, seconds=60)
        api.http.delete(address)
        api.until(lambda: api.http.get(address).json()["state"] == "stopped")
        kept = api.http.get(address).json()
        assert len(kept["result"]["squares"]) == kept["progress"]["done"]
        api.http.close()
