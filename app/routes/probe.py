"""Probes: one forward and one backward pass at initialisation. Each variant is measured once and remembered."""

from collections import OrderedDict
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, TooSlow, WorkerDied, WorkerFailed
from skipscope.app.executors.fair_queue import NOBODY, Seat
from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import seat_of
from skipscope.app.wire.architectures import problems
from skipscope.app.wire.events import ProbeView
from skipscope.app.wire.runs import PROBE
from skipscope.model.data.catalogue import DatasetError, adapt_all, labels_of, version_of
from skipscope.model.describe.request import ProbeRequest

router = APIRouter(prefix="/api/probe", tags=["probe"], route_class=StrictRoute)
REMEMBERED = 512
NOT_MEASURED = "Not valid, over a limit, or it cannot be measured."


class Memory:
    """Probes of single variants, the latest kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def get(self, key: str) -> dict[str, Any] | None:
        """Return a probe and mark it as used."""
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def put(self, key: str, probe: dict[str, Any]) -> None:
        """Remember a probe, forgetting the one that was not used for the longest time."""
        self._known[key] = probe
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


async def measure(app: FastAPI, request: ProbeRequest, seat: Seat = NOBODY) -> dict[str, Any]:
    """Return the wire's probe of all variants, measuring those that are not known yet."""
    try:
        architectures = adapt_all(request)
        version = await run_in_threadpool(version_of, request.dataset)
    except DatasetError as error:
        raise Problem(422, "No such data set", str(error), field="dataset", value=request.dataset) from error
    memory: Memory = app.state.probes
    singles = [request.single(index) for index in range(len(request.variants))]
    keys = [f"{version} {single.model_dump_json()}" for single in singles]
    for single, key in zip(singles, keys, strict=True):
        if memory.get(key) is None:
            app.state.runs.admission.check(single)
            try:
                memory.put(key, orjson.loads(await app.state.executor.probe(single, seat))["variants"][0])
            except (Busy, TooSlow, WorkerFailed, WorkerDied) as error:
                raise refused(error, request.batch_size) from error
    found = [memory.get(key) for key in keys]
    return {
        "variants": [
            {**(probe or {}), "label": name} for probe, name in zip(found, labels_of(architectures), strict=True)
        ]
    }


def refused(error: Exception, batch_size: int) -> Problem:
    """Say why a probe was not made."""
    match error:
        case Busy():
            return Problem(
                503, "Too many probes wait", f"{error}.", remedy="try again in a moment", headers={"Retry-After": "5"}
            )
        case TooSlow():
            return Problem(
                422, "Takes too long", f"{error}.", field="batch_size", value=batch_size,
                remedy="use a smaller network or batch",
            )  # fmt: skip
        case WorkerFailed():
            return Problem(422, "Cannot be measured", str(error), remedy="use a smaller network or batch")
        case _:
            return Problem(503, "The worker was lost", f"{error}; a new one is on its way.", remedy="try again")


@router.post(
    "", response_model=ProbeView, responses=problems(s422=NOT_MEASURED, s503="Too many wait, or a worker died.")
)
async def probe(
    request: Request, wish: Annotated[ProbeRequest, Body(openapi_examples=PROBE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Measure each variant at initialisation, on the first batch, without an update."""
    return Response(orjson.dumps(await measure(request.app, wish, seat_of(request))), media_type="application/json")
