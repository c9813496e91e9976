"""Probes: one forward and one backward pass at initialisation, as numbers of all blocks or as maps of one."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import seat_of
from skipscope.app.jobs.service import jobs_of
from skipscope.app.wire.architectures import problems
from skipscope.app.wire.events import ProbeView
from skipscope.app.wire.maps import MAPS, MapsView
from skipscope.app.wire.runs import PROBE
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest

router = APIRouter(prefix="/api/probe", tags=["probe"], route_class=StrictRoute)
REFUSALS = problems(s422="Not valid, over a limit, or it cannot be measured.", s503="Too many wait, or a worker died.")


@router.post("", response_model=ProbeView, responses=REFUSALS)
async def probe(
    request: Request, wish: Annotated[ProbeRequest, Body(openapi_examples=PROBE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Measure each variant at initialisation, on the first batch, without an update."""
    found = await jobs_of(request).probes.measure(wish, seat_of(request))
    return Response(orjson.dumps(found), media_type="application/json")


@router.post("/maps", response_model=MapsView, responses=REFUSALS)
async def maps(
    request: Request, wish: Annotated[MapsRequest, Body(openapi_examples=MAPS)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Return one block of each variant as pictures of one image: both paths and their sum, forward and backward."""
    found = await jobs_of(request).probes.maps(wish, seat_of(request))
    return Response(orjson.dumps(found), media_type="application/json")
