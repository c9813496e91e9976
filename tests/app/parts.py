"""Jobs that are done in parts: a small sweep, a small landscape, and what one job alone finds for the same request."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import orjson
from pydantic import BaseModel

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import Jobs
from skipscope.model.experiments.degradation.kind import DEGRADATION, DegradationRequest
from skipscope.model.experiments.landscape.kind import LANDSCAPE, LandscapeRequest, band_of
from skipscope.model.jobs.events import FINDINGS
from skipscope.model.jobs.kind import Kind, Part, starter

TINY = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
BOTH = [{**TINY, "skips": False}, TINY]


def sweep(**fields: Any) -> DegradationRequest:
    """Return the request of four short trainings, unless others are asked for."""
    quick = {"variants": BOTH, "batch_size": 16, "steps": 6, "depths": [8, 14], "rates": [0.01, 0.05]}
    return DegradationRequest.model_validate({**quick, **fields})


def landscape(**fields: Any) -> LandscapeRequest:
    """Return the request of a small landscape."""
    quick = {"variants": BOTH, "batch_size": 8, "steps": 3, "points": 7, "images": 50}
    return LandscapeRequest.model_validate({**quick, **fields})


def _bounds(request: LandscapeRequest) -> tuple[int, ...]:
    return 0, *range(9, request.points**2, 10), request.points**2


def _count(request: LandscapeRequest) -> int:
    return len(_bounds(request)) - 1


def _band(request: LandscapeRequest, number: int) -> Part:
    return band_of(request, *list(pairwise(_bounds(request)))[number])


def _seconds(request: LandscapeRequest) -> list[float]:
    return [1.0] * _count(request)


assert LANDSCAPE.split is not None
BANDS = replace(LANDSCAPE, split=replace(LANDSCAPE.split, count=_count, part=_band, seconds=_seconds))
"""The landscape, which falls into bands of ten points, however short it is."""


def whole(kind: Kind[Any], request: BaseModel) -> dict[str, Any]:
    """Return result and figure of one job, done in this process, as they are read."""
    events = [event for event in starter(kind.start)(request, None).events if event is not None]
    return orjson.loads(orjson.dumps(events[-1].data, option=orjson.OPT_SERIALIZE_NUMPY))


def asked(request: BaseModel, client: str = "me", **options: Any) -> NewJob:
    """Return an experiment that a client asks for."""
    kind = DEGRADATION if isinstance(request, DegradationRequest) else BANDS
    return NewJob(kind=kind, request=request, seat=Seat(client), **options)


def found(jobs: Jobs, job: JobView) -> dict[str, Any]:
    """Return the latest result and figure of an experiment."""
    data = jobs.store.read_last(job.saved.key, FINDINGS)
    assert data is not None
    return orjson.loads(data)
