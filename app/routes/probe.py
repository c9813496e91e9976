"""Probes: one forward and one backward pass at initialisation. Each variant is measured once and remembered."""

from collections import OrderedDict
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from app.bodies import StrictRoute
from app.errors import Problem
from app.executors.base import Busy, TooSlow, WorkerDied, WorkerFailed
from app.executors.queue import NOBODY, Seat
from app.runs.clients import client_of, turns_of
from model.datasets import DatasetError, adapt_all, labels_of
from model.request import ProbeRequest

router = APIRouter(prefix="/api/probe", tags=["probe"], route_class=StrictRoute)
REMEMBERED = 512


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
    except DatasetError as error:
        raise Problem(422, "No such data set", str(error), field="dataset", value=request.dataset) from error
    memory: Memory = app.state.probes
    singles = [request.single(index) for index in range(len(request.variants))]
    keys = [single.model_dump_json() for single in singles]
    for single, key in zip(singles, keys, strict=True):
        if memory.get(key) is None:
            app.state.runs.admission.check(single)
            try:
                memory.put(key, orjson.loads(await app.state.executor.probe(single, seat))["variants"][0])
            except Busy as error:
                raise Problem(
                    503,
                    "Too many probes wait",
                    f"{error}.",
                    remedy="try again in a moment",
                    headers={"Retry-After": "5"},
                ) from error
            except TooSlow as error:
                raise Problem(
                    422, "Takes too long", f"{error}.", field="batch_size", value=request.batch_size,
                    remedy="use a smaller network or batch",
                ) from error  # fmt: skip
            except WorkerFailed as error:
                raise Problem(422, "Cannot be measured", str(error), remedy="use a smaller network or batch") from error
            except WorkerDied as error:
                raise Problem(
                    503, "The worker was lost", f"{error}; a new one is on its way.", remedy="try again"
                ) from error
    found = [memory.get(key) for key in keys]
    return {
        "variants": [
            {**(probe or {}), "label": name} for probe, name in zip(found, labels_of(architectures), strict=True)
        ]
    }


@router.post("")
async def probe(request: Request, wish: ProbeRequest) -> Response:
    """Measure each variant at initialisation, on the first batch, without an update."""
    seat = Seat(client_of(request), turns_of(request))
    return Response(orjson.dumps(await measure(request.app, wish, seat)), media_type="application/json")
