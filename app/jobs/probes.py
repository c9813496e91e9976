"""Probes: each variant is measured once, at initialisation, and remembered."""

from collections import OrderedDict
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, Executor, TooSlow, WorkerDied, WorkerFailed
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.admission import Admission
from skipscope.model.data.catalogue import DatasetError, adapt_all, version_of
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.measure.comparison import compare_probed
from skipscope.model.train.headline import described, headline_from
from skipscope.model.train.kinds import PROBE

REMEMBERED = 512
MUCH = 3.0
"""A probe that is estimated to take so many times what is allowed is refused before it begins."""


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


class Probes:
    """Measure networks at initialisation, those that are not known yet."""

    def __init__(self, executor: Executor, admission: Admission, seconds: float) -> None:
        self._executor, self._admission, self._seconds = executor, admission, seconds
        self._memory = Memory()

    async def measure(self, request: ProbeRequest, seat: Seat = NOBODY) -> dict[str, Any]:
        """Return the wire's probe of all variants; raise a Problem if one cannot be measured."""
        try:
            architectures = adapt_all(request)
            version = await run_in_threadpool(version_of, request.dataset)
        except DatasetError as error:
            raise Problem(422, "No such data set", str(error), field="dataset", value=request.dataset) from error
        sized = request.model_copy(update={"image_size": architectures[0].image_size})
        singles = [sized.single(index) for index in range(len(request.variants))]
        keys = [f"{version} {single.model_dump_json()}" for single in singles]
        found: list[dict[str, Any]] = []
        for single, key in zip(singles, keys, strict=True):
            probe = self._memory.get(key)
            if probe is None:
                needed = self._admission.check(PROBE, single)
                try:
                    if needed.seconds > MUCH * self._seconds:
                        raise TooSlow(f"the probe would take about {needed.seconds:.0f} s; at most {self._seconds:g} s")
                    probe = orjson.loads(await self._executor.answer(PROBE, single, seat))
                except (Busy, TooSlow, WorkerFailed, WorkerDied) as error:
                    raise refused(error, request.batch_size) from error
                self._memory.put(key, probe)
            found.append(probe)
        named = zip(found, request.names(architectures), strict=True)
        variants = [{**probe["variants"][0], "label": name} for probe, name in named]
        headline = headline_from(described(variants), variants)
        comparison, batch = compare_probed(variants), found[0]["batch"]
        return {"comparison": comparison, "headline": headline, "batch": batch, "variants": variants}


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
