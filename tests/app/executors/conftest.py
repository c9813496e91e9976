"""Small trainings, and each executor to try them on."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.ray import RayExecutor
from skipscope.model.describe.request import TrainingRequest
from tests.app.executors.cluster import Cluster, Node, cluster
from tests.app.executors.place import Place

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


def small(**more: Any) -> TrainingRequest:
    """Return a request of two small nets, plain and residual."""
    variants = [{**SMALL, "skips": False}, {**SMALL, "skips": True}]
    return TrainingRequest.model_validate({"variants": variants, "batch_size": 16, "steps": 6, "lr": 0.05, **more})


@pytest.fixture
def request_of() -> Any:
    """Make requests."""
    return small


@pytest.fixture(scope="session")
def ray_token() -> Iterator[None]:
    """Let all clusters have one token: those that join one find it in the environment, whichever was started last."""
    with pytest.MonkeyPatch.context() as patch:
        # a head without word of it makes a token up, which those that join would not use
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        yield


@pytest.fixture(scope="session")
def shared_cluster(ray_token: None) -> Iterator[tuple[Cluster, list[Node]]]:
    """Start a cluster of two nodes for all tests that leave it whole."""
    pytest.importorskip("ray", reason="the ray extra is not installed")
    with cluster() as (made, _, nodes):
        yield made, nodes


@pytest.fixture(scope="session", params=["local", pytest.param("ray", marks=pytest.mark.ray)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Start each executor once; Ray's on the shared cluster."""
    if request.param == "local":
        found = Place(lambda: LocalExecutor(slots=2, threads=2))
        yield found
        found.close()
        return
    address = request.getfixturevalue("shared_cluster")[0].address
    found = Place(lambda: RayExecutor(LocalExecutor(slots=0, threads=1), address=address), seconds=150)
    yield found
    found.close()
