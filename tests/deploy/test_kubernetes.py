"""The manifests are what Kubernetes accepts, and run the image as closed down as compose.yaml does."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent.parent / "deploy" / "kubernetes"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "kustomization.yaml")


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_manifest_is_valid(path: Path) -> None:
    manifest = load(path)
    kubernetes_validate.validate(manifest, "1.33", strict=True)
    assert manifest["metadata"].get("namespace", "skipscope") == "skipscope"


def test_a_misspelt_key_is_refused() -> None:
    manifest = load(FOLDER / "deployment.yaml")
    manifest["spec"]["replica"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_all_manifests_are_applied() -> None:
    assert sorted(load(FOLDER / "kustomization.yaml")["resources"]) == [path.name for path in FILES]


def test_one_replica_that_is_replaced() -> None:
    spec = load(FOLDER / "deployment.yaml")["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


def test_the_pod_runs_closed_down() -> None:
    pod = load(FOLDER / "deployment.yaml")["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsUser"] == 10001
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    assert pod["automountServiceAccountToken"] is False
