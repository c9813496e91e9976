"""The final weights of a run, to load elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from skipscope.app.guard.heads import asks_head, headers_alone
from skipscope.app.jobs import refusals
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.starting import training_of
from skipscope.app.jobs.weights_file import MEDIA_TYPE, WeightsResponse, open_weights
from skipscope.app.wire.problems import problems
from skipscope.app.wire.runs import RunId
from skipscope.model.describe.request import MAX_VARIANTS

router = APIRouter(prefix="/api/runs", tags=["runs"])


@router.get(
    "/{run_id}/weights", response_class=StreamingResponse,
    responses={
        200: {
            "description": "Safetensors; names of tensors are torchvision's.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(404, 409, 422, 503),
    },
)  # fmt: skip
async def weights(
    request: Request, run_id: RunId,
    network: Annotated[
        int | None,
        Query(ge=1, le=MAX_VARIANTS, description="One network, counted from 1; without it all, `2.` before names."),
    ] = None,
) -> Response:  # fmt: skip
    """Return the weights with which a run's networks ended."""
    jobs = jobs_of(request)
    run = await jobs.runs.find(run_id)
    count = len(training_of(run, "a file of its weights").variants)
    if run.saved.ended is None:
        raise refusals.no_weights_yet(run)
    if network is not None and network > count:
        raise refusals.no_such_network(network, count)
    if not run.saved.weights_bytes:
        raise refusals.no_weights(run)
    try:
        found = await run_in_threadpool(open_weights, jobs.registry.weights.path(run.saved.id), network)
    except FileNotFoundError:
        raise refusals.no_weights(run) from None
    name = run.saved.id if network is None else f"{run.saved.id}-{network}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.safetensors"', "Content-Length": str(found.size),
    }  # fmt: skip
    if asks_head(request):
        found.close()
        return headers_alone(MEDIA_TYPE, headers)
    return WeightsResponse(found, headers)
