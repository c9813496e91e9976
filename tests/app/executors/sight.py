"""A kind of job that tells what its process sees: whose child it is, which GPUs it may look for, what was set."""

import os
from collections.abc import Generator

import torch
from pydantic import BaseModel

from skipscope.model.describe.devices import AskedDevice
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.job import Event, Job
from skipscope.model.jobs.kind import Kind


class SightRequest(BaseModel):
    """Where to look."""

    device: AskedDevice = "auto"


def start(request: SightRequest, _: bytes | None) -> Job:
    """Begin to look."""
    return Job(_look(request))


def _look(request: SightRequest) -> Generator[Event]:
    yield Event(
        "sight",
        {
            "device": request.device,
            "parent": os.getppid(),
            "visible": os.environ.get("CUDA_VISIBLE_DEVICES"),
            "deterministic": torch.backends.cudnn.deterministic,
        },
    )


SIGHT = Kind(
    name="sight", title="What a worker sees", request=SightRequest, start=f"{__name__}:start",
    estimate=lambda _: Estimate(0.0, 0),
)  # fmt: skip
