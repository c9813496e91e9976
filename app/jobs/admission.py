"""Admission of jobs: limits on the request, and on the memory and time of its estimate."""

import sys
from typing import Any, NamedTuple

from pydantic import BaseModel

from skipscope.app.errors import Problem
from skipscope.app.executors.placement import Placement
from skipscope.app.jobs.memory_limit import MIB, memory_bytes
from skipscope.app.jobs.room import Room
from skipscope.app.settings import Settings
from skipscope.model.data.catalogue import DatasetError, info_of
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.words import FieldError
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

SHARE = 0.6
DEVICE_SHARE = 0.8
WORKER_SHARE = 1.5
PROCESS_BYTES = 40 * MIB if sys.platform == "linux" else 400 * MIB
"""Memory of a worker's own before it works and while it is paused; forked ones share the rest."""


def check_layers(field: str, architecture: Architecture, limit: int) -> None:
    """Raise a Problem if a network is deeper than the limit."""
    depth = architecture.num_weighted
    if depth > limit:
        raise Problem(
            422, "Too deep", f"{field}={list(architecture.depths)}: {depth} layers; the limit is {limit}.",
            field=field, value=list(architecture.depths), limit=str(limit), remedy="ask for fewer blocks",
        )  # fmt: skip


class Limits(NamedTuple):
    """The limits of one job. They go to other processes, and the server's secrets do not."""

    max_layers: int
    max_steps: int
    run_memory: int
    device_run_memory: int
    placement: Placement

    def check(self, kind: Kind[Any], request: BaseModel) -> Estimate:
        """Return what a job will take; raise a Problem if it may not begin."""
        asked = dict(request)
        if "dataset" in asked:
            try:
                info_of(asked["dataset"])
            except DatasetError as error:
                raise Problem(422, "No such data set", str(error), field="dataset", value=asked["dataset"]) from error
        for field, architecture in kind.networks(request).items():
            check_layers(field, architecture, self.max_layers)
        steps = asked.get("steps") or 0
        if steps > self.max_steps:
            raise Problem(
                422, "Too many steps", f"steps={steps}: at most {self.max_steps} on this server.",
                field="steps", value=steps, limit=str(self.max_steps), remedy="ask for fewer steps",
            )  # fmt: skip
        try:
            needed = kind.estimate(self.placement.place(request))
        except FieldError as error:
            title = "No such device" if error.field == "device" else "Cannot be trained"
            raise Problem(
                422, title, str(error), field=error.field, value=error.value, limit=error.limit,
                remedy=error.remedy,
            ) from error  # fmt: skip
        self._check_memory(needed)
        return needed

    def _check_memory(self, needed: Estimate) -> None:
        limit = self.device_run_memory if needed.device_bytes else self.run_memory
        if limit and needed.bytes > limit:
            remedy = "use a narrower or shallower network, or fewer variants"
            if needed.per_image and needed.of(1) <= limit:
                remedy = f"use batch_size {(limit - needed.fixed) // needed.per_image} or less"
            elif 2 * needed.data > limit:
                remedy = "use a smaller data set"
            raise _too_large(needed, needed.bytes, limit, remedy, " of the GPU" if needed.device_bytes else "")
        if needed.host_bytes > self.run_memory:
            remedy = "use a smaller data set, or device cpu"
            raise _too_large(needed, needed.host_bytes, self.run_memory, remedy, " of the machine, beside the GPU's")


class Admission:
    """The limits of a server, and the refusals that name them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.memory = settings.memory * MIB or int(SHARE * memory_bytes())
        self.run_memory = min(settings.run_memory * MIB, self.memory) or self.memory // settings.slots
        self.worker_memory = settings.worker_memory * MIB or int(WORKER_SHARE * self.run_memory)
        self.placement = Placement()

    @property
    def device_memory(self) -> int:
        """Return the bytes of the GPU for all runs together; 0 if nobody knows."""
        return self._settings.device_memory * MIB or int(DEVICE_SHARE * self.placement.devices.memory.get("cuda", 0))

    @property
    def device_run_memory(self) -> int:
        """Return the bytes of the GPU that one run may need; 0 if nobody knows."""
        return self.device_memory // self._settings.slots

    @property
    def device_worker_memory(self) -> int:
        """Return the bytes of the GPU that one worker may use; 0: all of them."""
        return int(WORKER_SHARE * self.device_run_memory)

    @property
    def room(self) -> Room:
        """Return the memory for all runs together."""
        return Room(self.memory, self.device_memory or sys.maxsize)

    @property
    def limits(self) -> Limits:
        """Return the limits of one job, as they are now."""
        settings = self._settings
        return Limits(
            settings.max_layers, settings.max_steps, self.run_memory, self.device_run_memory, self.placement
        )  # fmt: skip

    def check(self, kind: Kind[Any], request: BaseModel) -> Estimate:
        """Return what a job will take; raise a Problem if it may not begin."""
        return self.limits.check(kind, request)


def _too_large(needed: Estimate, num_bytes: int, limit: int, remedy: str, where: str) -> Problem:
    asked = f"batch_size={needed.batch_size}: this" if needed.per_image else "This"
    detail = (
        f"{asked} needs about {_megabytes(num_bytes)}{where}; a run may use {_megabytes(limit)}. "
        f"{remedy[:1].upper()}{remedy[1:]}."
    )
    return Problem(
        422, "Too large", detail, field="batch_size" if needed.per_image else None,
        value=needed.batch_size if needed.per_image else None, limit=_megabytes(limit), remedy=remedy,
        estimate_bytes=num_bytes, limit_bytes=limit,
    )  # fmt: skip


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"
