"""The API's description (OpenAPI): that of FastAPI for the routes, with refusals as they really are, and examples."""

from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.wire import examples
from skipscope.app.wire.events import components
from skipscope.app.wire.first import FirstView, LabFirst
from skipscope.app.wire.outside import OutsideSchemaEvent, OutsideStepEvent
from skipscope.app.wire.rooms import RoomEnd
from skipscope.app.wire.runs import ProblemView

REFUSED = {"schema": {"$ref": "#/components/schemas/ProblemView"}}
NAMED = ("Description", "TrainingSettings")
"""Objects without a model of their own."""
REFUSAL = {"description": "A refusal, in words.", "content": {MEDIA_TYPE: REFUSED}}


def install(app: FastAPI) -> None:
    """Describe the application so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = described


def _describe(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    answers = examples.answers()
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _without_null(parameter["schema"])
            responses = operation["responses"]
            if MEDIA_TYPE not in responses.get("422", {}).get("content", {MEDIA_TYPE: None}):
                responses["422"] = {**REFUSAL, "description": "Not valid."}
            responses["default"] = REFUSAL
            given = answers.get(f"{method.upper()} {path}", {})
            operation["responses"] = {
                status: _with_examples(response, given.get(status, {}), path, status)
                for status, response in responses.items()
            }
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    named: dict[str, Any] = {}
    all_of_them = {
        **components(FirstView, LabFirst, OutsideSchemaEvent, OutsideStepEvent, RoomEnd),
        "ProblemView": ProblemView.model_json_schema(),
        **schemas,
    }
    found["components"]["schemas"] = all_of_them
    found = _by_name(found, named)
    found["components"]["schemas"] = {**named, **found["components"]["schemas"]}
    return found


def _by_name(part: Any, named: dict[str, Any]) -> Any:
    """Refer to the objects of NAMED wherever they stand in full, and collect each once."""
    if isinstance(part, list):
        return [_by_name(one, named) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    made = {name: _by_name(one, named) for name, one in cast("dict[str, Any]", part).items()}
    if made.get("title") in NAMED and "properties" in made:
        named[made["title"]] = made
        return {"$ref": f"#/components/schemas/{made['title']}"}
    return made


def _with_examples(response: dict[str, Any], given: dict[str, Any], path: str, status: str) -> dict[str, Any]:
    if "content" not in response:
        return response
    content: dict[str, Any] = {}
    for media_type, described in response["content"].items():
        if media_type == MEDIA_TYPE:
            content[media_type] = {**REFUSED, "example": examples.refusal(path, status)}
        elif media_type in given:
            content[media_type] = {**described, "example": given[media_type]}
        else:
            content[media_type] = described
    return {**response, "content": content}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is not given is left out: no text in an address or a header is null."""
    choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
    if len(choices) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**choices[0], **rest}
