"""The compiled sums themselves, of which `engine` of the folder above makes a choice."""

import pytest

from skipscope.model.measure import native
from skipscope.model.measure.native import Engine


@pytest.fixture
def compiled() -> Engine:
    """Give the compiled module."""
    found = native.load()
    if found is None:
        pytest.skip("no compiled sums here: `python -m skipscope.model.measure.native.build` says why")
    return found
