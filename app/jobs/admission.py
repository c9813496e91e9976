"""Whether a job may begin, by what it asks for and by what it would take."""

import sys
from typing import Any

from pydantic import BaseModel

from skipscope.app.errors import Problem
from skipscope.app.jobs.memory_limit import MIB, memory_bytes
from skipscope.app.settings import Settings
from skipscope.model.data.catalogue import DatasetError, info_of
from skipscope.model.describe.architecture import Architecture
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

SHARE = 0.6
WORKER_SHARE = 1.5
PROCESS_BYTES = 40 * MIB if sys.platform == "linux" else 400 * MIB
"""What a worker has of its own before it works, and keeps while it is paused; forked ones share the rest."""


def check_layers(field: str, architecture: Architecture, limit: int) -> None:
    """Raise a Problem where a network is deeper than is allowed."""
    depth = architecture.num_weighted
    if depth > limit:
        raise Problem(
            422, "Too deep", f"{field}={list(architecture.depths)}: {depth} layers; the limit is {limit}.",
            field=field, value=list(architecture.depths), limit=str(limit), remedy="ask for fewer blocks",
        )  # fmt: skip


class Admission:
    """The limits of a server, and the refusals that name them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.memory = settings.memory * MIB or int(SHARE * memory_bytes())
        self.run_memory = settings.run_memory * MIB or self.memory // settings.slots
        self.worker_memory = settings.worker_memory * MIB or int(WORKER_SHARE * self.run_memory)

    def check(self, kind: Kind[Any], request: BaseModel) -> Estimate:
        """Return what a job will take; raise a Problem if it may not begin."""
        asked = dict(request)
        if "dataset" in asked:
            try:
                info_of(asked["dataset"])
            except DatasetError as error:
                raise Problem(422, "No such data set", str(error), field="dataset", value=asked["dataset"]) from error
        for index, variant in enumerate(asked.get("variants") or ()):
            check_layers(f"variants.{index}.depths", variant, self._settings.max_layers)
        steps = asked.get("steps") or 0
        if steps > self._settings.max_steps:
            raise Problem(
                422, "Too many steps", f"steps={steps}: at most {self._settings.max_steps} on this server.",
                field="steps", value=steps, limit=str(self._settings.max_steps), remedy="ask for fewer steps",
            )  # fmt: skip
        needed = kind.estimate(request)
        if needed.bytes > self.run_memory:
            raise self._too_large(needed)
        return needed

    def _too_large(self, needed: Estimate) -> Problem:
        remedy = "use a narrower or shallower network, or fewer variants"
        if needed.per_image and needed.of(1) <= self.run_memory:
            remedy = f"use batch_size {(self.run_memory - needed.fixed) // needed.per_image} or less"
        elif 2 * needed.data > self.run_memory:
            remedy = "use a smaller data set"
        asked = f"batch_size={needed.batch_size}: this" if needed.per_image else "This"
        detail = (
            f"{asked} needs about {_megabytes(needed.bytes)}; a run may use "
            f"{_megabytes(self.run_memory)}. {remedy[:1].upper()}{remedy[1:]}."
        )
        return Problem(
            422, "Too large", detail, field="batch_size" if needed.per_image else None,
            value=needed.batch_size if needed.per_image else None, limit=_megabytes(self.run_memory), remedy=remedy,
            estimate_bytes=needed.bytes, limit_bytes=self.run_memory,
        )  # fmt: skip


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"
