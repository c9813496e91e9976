"""Runs that train elsewhere: begun by their senders, who bring their records in batches."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Body, Header, Query, Request
from starlette.responses import Response

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import may_change, seat_of
from skipscope.app.jobs import outside_refusals
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.outside import Outside
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.views import run_view
from skipscope.app.settings import Settings
from skipscope.app.wire.outside import NEW_OUTSIDE, NewOutside, Received
from skipscope.app.wire.problems import problems
from skipscope.app.wire.runs import RunId, RunView
from skipscope.model.watch.batch import MEDIA_TYPE
from skipscope.model.watch.kind import OUTSIDE

router = APIRouter(prefix="/api/runs", tags=["outside"], route_class=StrictRoute)
Key = Annotated[
    str, Header(min_length=16, max_length=255, description="Random, and the run's alone: its sender is known by it.")
]


def _check_token(request: Request) -> None:
    """Raise a Problem if the requester may not send runs."""
    settings: Settings = request.app.state.settings
    if not settings.has_writers:
        raise outside_refusals.outside_off()
    if not request.state.may_write:
        raise outside_refusals.for_senders()


@router.post("/outside", status_code=201, response_model=RunView, responses=problems(401, 403, 422, 429, 503, 507))
async def begin(
    request: Request, wish: Annotated[NewOutside, Body(openapi_examples=NEW_OUTSIDE)],  # pyright: ignore[reportArgumentType]
    idempotency_key: Key,
) -> Response:  # fmt: skip
    """Begin a run that trains elsewhere; the same key gives the same run. Needs the write token."""
    _check_token(request)
    outside: Outside = jobs_of(request).outside
    new = NewJob(
        kind=OUTSIDE, request=wish.request(), seat=seat_of(request), name=wish.name, idempotency_key=idempotency_key
    )
    run, is_new = await outside.create(new, wish.names)
    headers = {"Location": f"/api/runs/{run.saved.id}", **({} if is_new else {"Idempotency-Replayed": "true"})}
    view = run_view(run, own=may_change(request, run.saved.client))
    return Response(orjson.dumps(view), 201, headers, "application/json")


@router.post(
    "/{run_id}/records", response_model=Received, responses=problems(401, 403, 404, 409, 422, 429, 503, 507),
    openapi_extra={"requestBody": {
        "description": "Columns of numbers over some steps, in the safetensors format; empty: a sign of life.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }},
)  # fmt: skip
async def records(
    request: Request, run_id: RunId, idempotency_key: Key,
    end: Annotated[
        Literal["done", "stopped", "failed"] | None, Query(description="The run is over with this batch.")
    ] = None,
    reason: Annotated[str | None, Query(max_length=200, description="The reason of the end, in words.")] = None,
) -> Response:  # fmt: skip
    """Add records to a run that trains elsewhere: a step that is kept already is left out. Needs the write token."""
    _check_token(request)
    outside: Outside = jobs_of(request).outside
    state, step = await outside.receive(run_id, idempotency_key, await request.body(), end=end, reason=reason)
    received = {"step": step, "state": state, "looking": outside.is_looked_at(run_id)}
    return Response(orjson.dumps(received), media_type="application/json")
