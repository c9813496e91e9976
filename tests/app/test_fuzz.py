"""Random and hostile requests made from the API's own description: no crash, no answer that it does not describe."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.main import create_app
from app.settings import Settings
from scripts.serving import serving

pytestmark = pytest.mark.xdist_group("http")
CASES = int(os.environ.get("SKIPSCOPE_FUZZ_CASES", "300"))
OPERATIONS = 18
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
SMALL = {
    # what is asked for at random shall be refused or done soon
    "SKIPSCOPE_MAX_STEPS": "200",
    "SKIPSCOPE_MAX_LAYERS": "60",
    "SKIPSCOPE_RUN_MEMORY": "200",
    "SKIPSCOPE_MAX_SECONDS": "5",
    "SKIPSCOPE_MAX_BODY": "10000000",  # what is too long is refused before it is read: 413 says nothing of its form
    "SKIPSCOPE_RATE_READS": "0",
    "SKIPSCOPE_RATE_PROBES": "0",
    "SKIPSCOPE_RATE_CHANGES": "0",
    "SKIPSCOPE_PROBE_SECONDS": "5",
    "SKIPSCOPE_CLIENT_RUNS": "10000",
    "SKIPSCOPE_MAX_QUEUE": "10000",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server; yield its address."""
    with serving(tmp_path_factory.mktemp("data"), environment=SMALL) as (url, _):
        yield url


api = schemathesis.openapi.from_dict(create_app(Settings.model_validate({})).openapi())


@api.parametrize()  # pyright: ignore[reportUntypedFunctionDecorator]
@settings(max_examples=max(1, CASES // OPERATIONS), deadline=None, suppress_health_check=SLOW)
def test_every_answer_is_one_that_is_described(case: Any, server: str) -> None:
    # which fields make sense together no JSON schema says: that a valid form is refused is no mistake
    case.call_and_validate(base_url=server, timeout=60, excluded_checks=[positive_data_acceptance])
