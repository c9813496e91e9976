"""The refusals of the jobs' part of the API, as they stand in the OpenAPI document."""

from typing import Any

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.wire.runs import ProblemView


def problems(*statuses: int, noun: str = "run") -> dict[int | str, dict[str, Any]]:
    """Document refusals."""
    said = {
        401: "The write token is needed.",
        403: f"Another client's {noun}: only its owner changes it, or a holder of the admin token.",
        404: f"There is no such {noun}.",
        409: f"Not possible in the {noun}'s state.", 413: "The body is too large.",
        415: "The body is of another type.", 422: "Not valid, or over a limit.",
        429: "This client has too many runs or streams, or asks too often.",
        501: "This server has no Node, which draws figures.",
        503: "The queue is full, the store fails or the server is stopping.",
        507: "The disk is full.",
    }  # fmt: skip
    schema = {MEDIA_TYPE: {"schema": ProblemView.model_json_schema()}}
    return {status: {"description": said[status], "content": schema} for status in statuses}
