"""Small trainings, and each executor to try them on."""

from collections.abc import Iterator
from typing import Any

import pytest

from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.ray import RayExecutor
from skipscope.model.describe.request import TrainingRequest
from tests.app.executors.cluster import cluster
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


@pytest.fixture(scope="module", params=["local", pytest.param("ray", marks=pytest.mark.ray)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Start each executor once; Ray's on a cluster of two nodes."""
    if request.param == "local":
        found = Place(lambda: LocalExecutor(slots=2, threads=2))
        yield found
        found.close()
        return
    pytest.importorskip("ray", reason="the ray extra is not installed")
    with cluster() as (made, *_):
        found = Place(lambda: RayExecutor(LocalExecutor(slots=0, threads=1), address=made.address), seconds=150)
        yield found
        found.close()
