"""A kind of short job that waits until a file is there, for orders that must not depend on a machine's speed."""

import time
from collections.abc import Generator
from pathlib import Path

from pydantic import BaseModel

from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.job import Event, Job
from skipscope.model.jobs.kind import Kind


class GateRequest(BaseModel):
    """A name, the file to wait for, and how long it is said to take."""

    name: str
    file: str = "/"
    seconds: float = 0.0


def start(request: GateRequest, _: bytes | None) -> Job:
    """Begin to wait."""
    return Job(_wait(request))


def _wait(request: GateRequest) -> Generator[Event]:
    while not Path(request.file).exists():
        time.sleep(0.005)
    yield Event("gate", {"name": request.name})


GATE = Kind(
    name="gate", title="A gate", request=GateRequest, start=f"{__name__}:start",
    estimate=lambda request: Estimate(request.seconds, 0),
)  # fmt: skip
