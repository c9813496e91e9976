"""The clusters of compose.yaml and of Kubernetes' manifests with real processes: their commands and settings, each
service a machine of its own.
"""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.deploy.machines import Machine, network, possible
from tests.deploy.test_compose import CLUSTER, services
from tests.deploy.test_kubernetes import RAY, patched_server, pod

pytestmark = pytest.mark.ray

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
REQUEST = {"variants": [SMALL], "batch_size": 16, "steps": 20_000, "lr": 1e-4}


def command_of(service: dict[str, Any]) -> list[str]:
    """Return what a service runs, without what reaps its processes: the kernel does that for these machines."""
    whole = [*(service.get("entrypoint") or ["dumb-init", "--single-child", "--", "skipscope"])]
    whole += service.get("command") or ["serve"]
    return whole[whole.index("--") + 1 :]


def environment_of(service: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in service["environment"].items() if value is not None}


def of_compose(token: str) -> dict[str, Any]:
    """Return the services of compose.yaml."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_TOKEN", token)
        return services(*CLUSTER)


def of_kubernetes(token: str) -> dict[str, Any]:
    """Return the pods of the manifests in the words of compose.yaml."""
    pods = {
        "skipscope": patched_server()["spec"]["template"],
        "ray-head": pod(RAY / "head.yaml"),
        "worker": pod(RAY / "worker.yaml"),
    }
    found: dict[str, Any] = {}
    for name, one in pods.items():
        (container,) = one["spec"]["containers"]
        environment = {variable["name"]: variable.get("value") for variable in container["env"]}
        found[name] = {
            "entrypoint": container.get("command"),
            "command": container.get("args"),
            # asked by an address here that the manifest cannot know
            "environment": {**environment, "RAY_AUTH_TOKEN": token, "SKIPSCOPE_ALLOWED_HOSTS": "*"},
            "healthcheck": {"test": ["CMD", *container.get("livenessProbe", {}).get("exec", {}).get("command", [])]},
        }
    return found


def until(condition: Callable[[], Any], said: Path, seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, said.read_text(errors="replace")[-4000:]
        time.sleep(0.2)
    return found


@pytest.mark.parametrize("deployed", [of_compose, of_kubernetes])
def test_runs_train_on_the_workers_and_one_workers_end_is_its_runs_alone(
    deployed: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    pytest.importorskip("ray", reason="the ray extra is not installed")
    if not possible():
        pytest.skip("making networks of one's own needs root and iproute2")
    found = deployed(secrets.token_hex(32))
    said = tmp_path / "said"
    with network(tmp_path, "ray-head", "worker-1", "worker-2", "skipscope", outer="skipscope") as machines:

        def start(machine: str, service: str, **more: str) -> Machine:
            given = environment_of(found[service]) | {"OMP_NUM_THREADS": "1"} | more
            machines[machine].start(command_of(found[service]), given, said)
            return machines[machine]

        start("ray-head", "ray-head")
        for name in ("worker-1", "worker-2"):
            start(name, "worker")
        server = start(
            "skipscope", "skipscope", SKIPSCOPE_DATA_DIR=str(tmp_path / "data"),
            SKIPSCOPE_HOST=machines["skipscope"].outer, SKIPSCOPE_THREADS="2", SKIPSCOPE_SLOTS="2",
            SKIPSCOPE_CLIENT_SLOTS="2",
        )  # fmt: skip
        with httpx2.Client(base_url=f"http://{server.outer}:8000", timeout=30) as http:

            def ready() -> bool:
                try:
                    return http.get("/readyz").status_code == 200
                except httpx2.TransportError:
                    return False

            def get(run: dict[str, Any]) -> dict[str, Any]:
                return http.get(f"/api/runs/{run['id']}").json()

            until(ready, said)
            healthy = machines["ray-head"].run(found["ray-head"]["healthcheck"]["test"][1:], said)
            assert healthy == 0, said.read_text(errors="replace")[-4000:]
            runs = [http.post("/api/runs", json=REQUEST).raise_for_status().json() for _ in range(2)]
            until(lambda: all(get(run)["recorded"] > 3 for run in runs), said)
            machines["worker-1"].stop()
            (lost,) = until(lambda: [run for run in runs if get(run)["ended"]], said)
            assert get(lost)["state"] == "failed"
            assert "node on the cluster was lost" in get(lost)["reason"]
            (other,) = (run for run in runs if run != lost)
            before = get(other)["recorded"]
            until(lambda: get(other)["recorded"] > before, said)
            http.patch(f"/api/runs/{other['id']}", json={"state": "stopped"})

            def trains() -> bool:
                run = http.post("/api/runs", json={**REQUEST, "steps": 5}).raise_for_status().json()
                return until(lambda: (now := get(run))["ended"] and now, said)["state"] == "done"

            # Ray notices after some seconds that a machine is gone, and sends runs there until it does
            until(trains, said)
