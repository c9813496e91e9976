"""Small trainings, and what they must give: computed here, in this process, without any executor."""

from typing import Any

import pytest

from model.request import TrainingRequest

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


def small(**more: Any) -> TrainingRequest:
    """Return a request of two small nets, plain and residual."""
    variants = [{**SMALL, "skips": False}, {**SMALL, "skips": True}]
    return TrainingRequest.model_validate({"variants": variants, "batch_size": 16, "steps": 6, "lr": 0.05, **more})


@pytest.fixture
def request_of() -> Any:
    """Make requests."""
    return small
