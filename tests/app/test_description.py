"""The API's description."""

from typing import Any

import pytest

from app.errors import MEDIA_TYPE
from app.main import create_app
from app.settings import Settings


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return create_app(Settings.model_validate({})).openapi()


def test_every_refusal_is_a_problem(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if status == "default" or status.startswith(("4", "5")):
                    assert list(response["content"]) == [MEDIA_TYPE], (method, path, status)
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_no_parameter_is_null(described: dict[str, Any]) -> None:
    schemas = [
        parameter["schema"]
        for operations in described["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    ]
    assert len(schemas) > 10
    assert not [schema for schema in schemas if "null" in str(schema)]


def test_examples_are_there_for_what_is_posted(described: dict[str, Any]) -> None:
    for path in ("/api/runs", "/api/runs/check", "/api/architectures/summary"):
        assert described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"], path
