"""Random tests draw the same examples each time, so that a red run is the change's; `make fuzz` draws new ones."""

import gc
import os

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, print_blob=True, deadline=None)
settings.load_profile(os.environ.get("SKIPSCOPE_HYPOTHESIS", "steady"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Part the ids of tests that share one, as schemathesis makes them: xdist would run one of them and be content."""
    for item in items:
        if not item.nodeid.endswith(item.name):
            item._id = item.id.with_params(item.name.partition("[")[2].removesuffix("]"))


def pytest_collection_finish() -> None:
    """Have no collection of garbage look through the modules and thousands of tests that stay to the end."""
    gc.collect()
    gc.freeze()
