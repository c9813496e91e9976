"""A kind of job whose worker stands still after its last word."""

import time
from typing import Any

from pydantic import BaseModel

from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.job import Job
from skipscope.model.jobs.kind import Kind


class StillRequest(BaseModel):
    """A wish for nothing."""


class _Still:
    """Events of which there are none, and that are not let go."""

    def __next__(self) -> Any:
        raise StopIteration

    def close(self) -> None:
        time.sleep(3600)


def start(_: StillRequest, state: bytes | None) -> Job:
    """Begin."""
    events: Any = _Still()
    return Job(events)


STILL = Kind(
    name="still", title="Still", paper="Newton, Principia, Lex I", request=StillRequest, start="tests.app.still:start",
    estimate=lambda _: Estimate(1.0, 1_000_000),
)  # fmt: skip
