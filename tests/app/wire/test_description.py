"""The API's description."""

import json
from typing import Any

import jsonschema
import pytest

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.main import create_app
from skipscope.app.settings import Settings


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


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List all operations with their names."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def check(described: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Hold a value against a schema of the document, which must name all that there is."""
    components = strict(described["components"])
    jsonschema.validate(value, {**schema, "components": components}, jsonschema.Draft202012Validator)


def strict(schema: Any) -> Any:
    """Allow no property that is not described, but in refusals, which may say more."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(part) for name, part in schema.items()}
    return {"additionalProperties": False, **made} if made.get("type") == "object" and "properties" in made else made


def test_every_body_has_examples_that_are_valid(described: dict[str, Any]) -> None:
    bodies = [
        (name, operation["requestBody"]) for name, operation in operations(described) if "requestBody" in operation
    ]
    assert len(bodies) >= 6
    for name, body in bodies:
        if any(one["schema"].get("format") == "binary" for one in body["content"].values()):
            continue
        content = body["content"]["application/json"]
        assert content.get("examples"), name
        for example in content["examples"].values():
            check(described, content["schema"], example["value"])
            assert example["summary"], name


def test_every_answer_has_an_example_that_is_valid(described: dict[str, Any]) -> None:
    seen = 0
    for name, operation in operations(described):
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            for media_type, content in response.get("content", {}).items():
                if content.get("schema", {}).get("format") == "binary":
                    continue
                assert "example" in content, (name, status, media_type)
                if "itemSchema" not in content:  # a stream's events are looked at one by one, below
                    check(described, content["schema"], content["example"])
                seen += 1
    assert seen > 90


def test_every_operation_says_how_it_refuses(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        responses = operation["responses"]
        assert "default" in responses, name
        assert ("422" in responses) == bool(operation.get("parameters") or operation.get("requestBody")), name
        assert ("404" in responses) == ("{" in name or name.endswith(("/summary", "/beside"))), name
        if "/runs" in name and not name.endswith("/check"):
            assert "503" in responses, name
        # a member's key is a secret that nobody else has: there is no other's seat to refuse
        is_own = "/members/{key}" in name
        if not is_own and ({"PATCH", "DELETE"} & set(name.split()) or name.endswith(("/step", "/fork"))):
            assert "403" in responses, name
        for status, response in responses.items():
            if MEDIA_TYPE in response.get("content", {}):
                example = response["content"][MEDIA_TYPE]["example"]
                assert str(example["status"]) == status or status == "default", (name, status)


def test_the_shapes_of_events_are_described(described: dict[str, Any]) -> None:
    stream = described["paths"]["/api/runs/{run_id}/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    frames = [
        dict(line.split(": ", 1) for line in frame.splitlines()) for frame in stream["example"].split("\n\n") if frame
    ]
    kinds = {item["properties"]["event"]["const"]: item for item in stream["itemSchema"]["oneOf"]}
    assert {frame["event"] for frame in frames} == set(kinds) == {"schema", "step", "change", "status"}
    for frame in frames:
        check(described, stream["itemSchema"], frame)
        check(described, kinds[frame["event"]]["properties"]["data"]["contentSchema"], json.loads(frame["data"]))
