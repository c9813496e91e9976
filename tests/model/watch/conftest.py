"""A server that accepts runs."""

from collections.abc import Iterator

import pytest

from scripts.serving import serving
from tests.model.watch.trained import ENVIRONMENT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one."""
    with serving(tmp_path_factory.mktemp("data"), environment=ENVIRONMENT) as (url, _):
        yield url
