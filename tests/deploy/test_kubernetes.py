"""The manifests are what Kubernetes accepts, and run the image as closed down as compose.yaml does. Those of a cluster
are tried with real processes in test_cluster.py.
"""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
FOLDER, RAY = DEPLOY / "kubernetes", DEPLOY / "kubernetes-ray"
# a patch alone is no whole manifest
PATCH = RAY / "server.yaml"
FILES = sorted(
    path
    for folder in (FOLDER, RAY)
    for path in folder.glob("*.yaml")
    if path.name not in ("kustomization.yaml", PATCH.name)
)
PODS = [FOLDER / "deployment.yaml", RAY / "head.yaml", RAY / "worker.yaml"]


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def pod(path: Path) -> dict[str, Any]:
    return load(path)["spec"]["template"]


def patched_server() -> dict[str, Any]:
    """Return the server's deployment with the patch merged into it, lists by their items' names as Kubernetes does."""

    def merge(old: Any, new: Any) -> Any:
        if isinstance(new, dict) and isinstance(old, dict):
            return old | {name: merge(old.get(name), value) for name, value in new.items()}
        if isinstance(new, list) and isinstance(old, list):
            key = "mountPath" if "mountPath" in new[0] else "name"
            both = {item[key]: item for item in old}
            return list((both | {item[key]: merge(both.get(item[key]), item) for item in new}).values())
        return new

    return merge(load(FOLDER / "deployment.yaml"), load(PATCH))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_manifest_is_valid(path: Path) -> None:
    manifest = load(path)
    kubernetes_validate.validate(manifest, "1.33", strict=True)
    assert manifest["metadata"].get("namespace", "skipscope") == "skipscope"


def test_a_misspelt_key_is_refused() -> None:
    manifest = load(FOLDER / "deployment.yaml")
    manifest["spec"]["replica"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_the_patched_server_is_valid() -> None:
    kubernetes_validate.validate(patched_server(), "1.33", strict=True)


def test_all_manifests_are_applied() -> None:
    names = {folder: [path.name for path in FILES if path.parent == folder] for folder in (FOLDER, RAY)}
    assert sorted(load(FOLDER / "kustomization.yaml")["resources"]) == names[FOLDER]
    on_ray = load(RAY / "kustomization.yaml")
    assert sorted(on_ray["resources"]) == ["../kubernetes", *names[RAY]]
    assert on_ray["patches"] == [{"path": PATCH.name}]


def test_one_replica_that_is_replaced() -> None:
    spec = load(FOLDER / "deployment.yaml")["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


@pytest.mark.parametrize("path", PODS, ids=lambda path: path.name)
def test_a_pod_runs_closed_down(path: Path) -> None:
    spec = pod(path)["spec"]
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert spec["automountServiceAccountToken"] is False
    # variables that Kubernetes makes of services' names would be taken for settings
    assert spec["enableServiceLinks"] is False


def test_the_server_answers_under_the_name_that_the_ingress_has() -> None:
    (container,) = pod(FOLDER / "deployment.yaml")["spec"]["containers"]
    values = {one["name"]: one.get("value") for one in container["env"]}
    assert values["SKIPSCOPE_ALLOWED_HOSTS"] == load(FOLDER / "ingress.yaml")["spec"]["rules"][0]["host"]


def test_the_server_is_probed() -> None:
    (container,) = pod(FOLDER / "deployment.yaml")["spec"]["containers"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)


def test_members_of_the_cluster_reach_each_other_and_have_one_token() -> None:
    members = [patched_server()["spec"]["template"], pod(RAY / "head.yaml"), pod(RAY / "worker.yaml")]
    policy = load(RAY / "network-policy.yaml")["spec"]
    chosen = {"podSelector": policy["podSelector"]}
    assert policy["ingress"] == [{"from": [chosen]}]
    assert {"to": [chosen]} in policy["egress"]
    for member in members:
        assert policy["podSelector"]["matchLabels"].items() <= member["metadata"]["labels"].items()
        (container,) = member["spec"]["containers"]
        assert container["image"] == "skipscope:ray"
        variables = {one["name"]: one for one in container["env"]}
        assert variables["RAY_AUTH_MODE"]["value"] == "token"
        # without it the pod does not start
        assert variables["RAY_AUTH_TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": "skipscope", "key": "ray-token"}}
    assert load(RAY / "service.yaml")["spec"]["clusterIP"] == "None"
