"""Probes and maps: each variant is measured once, at initialisation, and remembered by its request."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from starlette.concurrency import run_in_threadpool

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, Executor, TooSlow, WorkerDied, WorkerFailed
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.remembered import Remembered
from skipscope.model.data.catalogue import DatasetError, adapt_all, version_of
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.jobs.kind import Kind
from skipscope.model.measure.comparison import compare_probed
from skipscope.model.train.headline import described, headline_from
from skipscope.model.train.kinds import MAPS, PROBE

T = TypeVar("T")
REMEMBERED = 512
"""Probes of single networks that are kept."""
MAPS_BYTES = 48 * 2**20
"""Of the JSON of maps that are kept: a thousand of 8x8 pixels, forty of the largest."""
MUCH = 3.0
"""A probe that is estimated to take so many times what is allowed is refused before it begins."""


class Probes:
    """Measure networks at initialisation, those that are not known yet."""

    def __init__(self, executor: Executor, admission: Admission, seconds: float) -> None:
        self._executor, self._admission, self._seconds = executor, admission, seconds
        self._probes = Remembered[dict[str, Any]](REMEMBERED)
        self._maps = Remembered[bytes](MAPS_BYTES, len)

    async def measure(self, request: ProbeRequest, seat: Seat = NOBODY) -> dict[str, Any]:
        """Return the wire's probe of all variants; raise a Problem if one cannot be measured."""

        async def probe(single: ProbeRequest, key: str) -> dict[str, Any]:
            return await self._find(key, self._probes, orjson.loads, PROBE, single, seat)

        found = await self._each(request, probe)
        variants = [answer["variants"][0] for answer in found]
        headline = headline_from(described(variants), variants)
        comparison, batch = compare_probed(variants), found[0]["batch"]
        return {"comparison": comparison, "headline": headline, "batch": batch, "variants": variants}

    async def maps(self, request: MapsRequest, seat: Seat = NOBODY) -> dict[str, Any]:
        """Return the wire's maps of one block of all variants; raise a Problem if one cannot be measured."""

        async def mapped(single: ProbeRequest, key: str) -> dict[str, Any]:
            return orjson.loads(await self._find(key, self._maps, bytes, MAPS, single, seat))

        return {"variants": [answer["variants"][0] for answer in await self._each(request, mapped)]}

    async def _each(
        self, request: ProbeRequest, one: Callable[[ProbeRequest, str], Awaitable[dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        """Return the answer of each variant alone, under its name beside the others."""
        try:
            architectures = adapt_all(request)
            version = await run_in_threadpool(version_of, request.dataset)
        except DatasetError as error:
            raise Problem(422, "No such data set", str(error), field="dataset", value=request.dataset) from error
        sized = request.model_copy(update={"image_size": architectures[0].image_size})
        singles = [sized.single(index) for index in range(len(request.variants))]
        found = [await one(single, f"{version} {single.model_dump_json()}") for single in singles]
        named = zip(found, request.names(architectures), strict=True)
        return [{**answer, "variants": [{**answer["variants"][0], "label": name}]} for answer, name in named]

    async def _find(  # noqa: PLR0917
        self, key: str, kept: Remembered[T], read: Callable[[bytes], T], kind: Kind[Any], single: ProbeRequest,
        seat: Seat,
    ) -> T:  # fmt: skip
        """Return what is remembered, or what is measured now: the executor does it once for all who wait for it."""
        known = kept.get(key)
        if known is not None:
            return known
        answer = await self._answer(kind, single, seat)
        known = kept.get(key)  # of those who waited for the same, the first has kept it
        if known is None:
            known = read(answer)
            kept.put(key, known)
        return known

    async def _answer(self, kind: Kind[Any], single: ProbeRequest, seat: Seat) -> bytes:
        needed = self._admission.check(kind, single)
        try:
            if needed.seconds > MUCH * self._seconds:
                raise TooSlow(f"the probe would take about {needed.seconds:.0f} s; at most {self._seconds:g} s")
            return await self._executor.answer(kind, single, seat)
        except (Busy, TooSlow, WorkerFailed, WorkerDied) as error:
            raise refused(error, single.batch_size) from error


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
