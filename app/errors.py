"""Every error as one shape: application/problem+json (RFC 9457) with field, value, limit and remedy."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from skipscope.app.guard.headers import headers_of
from skipscope.app.guard.heads import allowed, asks_head
from skipscope.model.describe.presets import UnknownPreset
from skipscope.model.describe.words import MAX_SHOWN, FieldError, findings, shown

MEDIA_TYPE = "application/problem+json"
JSON_REMEDY = "look at the place that is named; NaN, Infinity and halves of surrogate pairs are none of JSON"


class Problem(HTTPException):
    """A refusal for people: the fault, its field, the limit and the remedy (RFC 9457)."""

    def __init__(
        self, status: int, title: str, detail: str, *, field: str | None = None, value: object = None,
        limit: str | None = None, remedy: str | None = None, headers: Mapping[str, str] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(status, detail, dict(headers or {}))
        self.status, self.title, self.more = status, title, more
        self.field, self.value, self.limit, self.remedy = field, value, limit, remedy

    def body(self) -> dict[str, Any]:
        """Return what is said."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        shown = None if self.value is None else as_json(self.value)
        for name, value in (("field", self.field), ("value", shown), ("limit", self.limit), ("remedy", self.remedy)):
            if value is not None:
                body[name] = value
        return {**body, **self.more}

    def response(self) -> Response:
        """Return the answer that says it."""
        return Response(orjson.dumps(self.body()), self.status, self.headers, MEDIA_TYPE)


def of_validation(error: ValidationError | RequestValidationError) -> Problem:
    """Turn pydantic's findings into one problem; all of them are listed under `errors`."""
    errors = error.errors()
    if errors[0]["type"] == "json_invalid":
        said = errors[0]["ctx"]["error"]
        said = {"detail": f"The body is no JSON: {said}.", "limit": "JSON in UTF-8 (RFC 8259)", "remedy": JSON_REMEDY}
        return Problem(422, "Not a valid request", **said, errors=[said])
    found = findings(errors)
    first = found[0]
    return Problem(
        422, "Not a valid request", first.detail, field=first.field or None, value=first.value, limit=first.limit,
        remedy=first.remedy or None,
        errors=[{**one._asdict(), "value": as_json(one.value)} for one in found[:20]],
    )  # fmt: skip


def as_json(value: object) -> object:
    """Return a value that JSON can say, whole where it is short, else the beginning of its JSON as a text."""
    try:
        text = orjson.dumps(value)
    except TypeError:
        return shown(value)
    return value if len(text) <= MAX_SHOWN else shown(value)


def of_field(error: FieldError) -> Problem:
    """Say which field cannot be as it is, beside others."""
    return Problem(
        422, "Not possible", str(error), field=error.field, value=error.value, limit=error.limit, remedy=error.remedy
    )


def of_preset(error: UnknownPreset) -> Problem:
    """Say which presets are near an unknown name."""
    near = list(error.suggestions)
    return Problem(
        404, "No such preset", str(error), field="preset",
        value=error.value, remedy=error.remedy, suggestions=near,
    )  # fmt: skip


def _of_http(app: FastAPI, request: Request, error: HTTPException) -> Problem:
    details = {
        404: f"Nothing is at {request.url.path[:MAX_SHOWN]}.",
        405: f"{'HEAD' if asks_head(request) else request.method} is not possible here.",
    }
    detail = details.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = allowed(app.routes, request.scope)
    return Problem(error.status_code, str(error.detail), detail, headers=headers)


def install(
    app: FastAPI, refused: Callable[[int, str], None] = lambda *_: None,
    more: Mapping[type[Exception], Callable[[Any], Problem]] = MappingProxyType({}),
) -> None:  # fmt: skip
    """Answer each kind of exception in the one shape; `refused` is told of each by status and by part of the API."""

    def say(request: Request, problem: Problem) -> Response:
        tags = getattr(request.scope.get("route"), "tags", None)
        refused(problem.status, tags[0] if tags else "other")
        return problem.response()

    known: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda problem: problem,
        RequestValidationError: of_validation,
        ValidationError: of_validation,
        UnknownPreset: of_preset,
        FieldError: of_field,
        **more,
    }
    for kind, problem_of in known.items():

        @app.exception_handler(kind)
        async def _known(
            request: Request, error: Exception, problem_of: Callable[[Any], Problem] = problem_of
        ) -> Response:
            return say(request, problem_of(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return say(request, _of_http(app, request, error))

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, error: Exception) -> Response:
        return Problem(
            500,
            "Internal error",
            "The server made a mistake; its log has the reason.",
            # it is given outside of what marks all other answers
            headers=headers_of(request.url.scheme),
        ).response()
