"""Weights to start from: those that runs ended with, and files that clients send, to list, send and delete."""

from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.guard.bodies import MAX_DEPTH, is_deeper
from skipscope.app.guard.clients import client_of, may_change, owner_of, seat_of
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.uploads import Upload
from skipscope.app.jobs.views import weights_page, weights_row, weights_view
from skipscope.app.jobs.weights_file import MEDIA_TYPE
from skipscope.app.routes.listings import Part
from skipscope.app.wire.problems import problems
from skipscope.app.wire.weights import EXAMPLES, FILE, StoredWeights, WeightsId, WeightsPage, WeightsRow
from skipscope.model.describe.names import MAX_LABEL
from skipscope.model.describe.presets import resolve
from skipscope.model.describe.request import MAX_VARIANTS
from skipscope.model.describe.words import FieldError

router = APIRouter(prefix="/api/weights", tags=["weights"])
LONGEST = 16_384
NOUN = "upload"
OPEN = ("in_channels", "num_classes")


@router.get("", response_model=WeightsPage, responses=problems(422, 503, noun=NOUN))
async def listing(request: Request, part: Part) -> Response:
    """List the weights that a training may start from, uploaded ones and those of ended runs, the newest first."""
    owner = client_of(request) if part.mine else owner_of(request)
    page = await weights_page(
        jobs_of(request).uploads, owner, partial(may_change, request), offset=part.offset, limit=part.limit
    )  # fmt: skip
    return Response(orjson.dumps(page), media_type="application/json")


@router.post(
    "", status_code=201, response_model=WeightsRow, openapi_extra=FILE,
    responses=problems(409, 413, 415, 422, 429, 503, 507, noun=NOUN),
)  # fmt: skip
async def create(
    request: Request,
    architecture: Annotated[
        str | None,
        Query(
            max_length=LONGEST, openapi_examples=EXAMPLES,
            description="The network of the file as JSON, whole or as differences from a preset; files of this server "
            "name it themselves. Channels and classes that it does not state are those of the file.",
        ),
    ] = None,
    name: Annotated[
        str, Query(max_length=MAX_LABEL, pattern=r"^[^/\x00-\x1f]*$", description="The network's name for people.")
    ] = "",
    network: Annotated[
        int | None, Query(ge=1, le=MAX_VARIANTS, description="Which network of a file of several, counted from 1.")
    ] = None,
) -> Response:  # fmt: skip
    """Send a safetensors file of a network's weights, as the body. It is checked against the network, key by key."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != MEDIA_TYPE:
        raise Problem(
            415, "Unsupported media type", f"The body is {sent[:80] or 'of no type'}; a file of weights is sent as "
            f"{MEDIA_TYPE}.", field="Content-Type", value=sent, limit=MEDIA_TYPE,
            remedy="send the bytes of the file with Content-Type: application/octet-stream",
        )  # fmt: skip
    stated = None if architecture is None else _stated(architecture)
    length = request.headers.get("content-length", "")
    upload = Upload(seat_of(request), stated, name.strip(), network)
    saved = await jobs_of(request).uploads.create(
        upload, int(length) if length.isdecimal() else None, request.stream(), request.app.state.receiving
    )
    return Response(orjson.dumps(weights_row(saved, own=True)), 201, media_type="application/json")


@router.get("/{weights_id}", response_model=StoredWeights, responses=problems(404, 422, 503, noun=NOUN))
async def one(request: Request, weights_id: WeightsId) -> Response:
    """Return weights with the networks that they are of."""
    saved = await jobs_of(request).uploads.find(weights_id)
    view = weights_view(saved, own=may_change(request, saved.client))
    return Response(orjson.dumps(view), media_type="application/json")


@router.delete("/{weights_id}", status_code=204, responses=problems(403, 404, 422, 503, noun=NOUN))
async def delete(request: Request, weights_id: WeightsId) -> None:
    """Forget weights that were sent; those of a run go with the run. Jobs that have started from them go on."""
    await jobs_of(request).uploads.delete(weights_id, partial(may_change, request))


def _stated(text: str) -> dict[str, Any]:
    """Return the fields of a network that is stated as JSON; channels and classes only where they are stated."""
    try:
        given: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FieldError("architecture", text, f"it is no JSON: {error}", 'give {"preset": "resnet50"}') from error
    if not isinstance(given, dict) or is_deeper(given, MAX_DEPTH):
        raise FieldError("architecture", text, "it is no JSON object of a network", 'give {"preset": "resnet50"}')
    whole = resolve(given).model_dump(mode="json")
    return {field: value for field, value in whole.items() if field in given or field not in OPEN}
