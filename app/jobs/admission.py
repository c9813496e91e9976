"""What a run would need, from its description alone, and whether it may begin."""

import math
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from skipscope.app.errors import Problem
from skipscope.app.jobs.memory_limit import MIB, memory_bytes
from skipscope.app.settings import Settings
from skipscope.model.data.catalogue import DatasetError, adapt_all, info_of
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.request import Batches, TrainingRequest

REMEMBERED = 4096
"""Networks whose costs are kept."""
SHARE = 0.6
WORKER_SHARE = 1.5
# docs/scaling.md has the measurements that these are fitted to
BASE_BYTES = 5 * MIB
ACTIVATIONS = 1.3
LARGEST = 6
COPIES = 3.5
PROCESS_BYTES = 40 * MIB if sys.platform == "linux" else 400 * MIB
"""What a worker has of its own before it trains, and keeps while it is paused; forked ones share the rest."""
DATA_COPIES = 2
"""Of a data set's pixels, while they are read and split; a network sees them resized batch by batch."""
OPTIMIZER_COPIES = {"sgd": 1, "adam": 2, "adamw": 2}


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in bytes: what is needed whatever the batch, and what each image adds."""

    fixed: int
    per_image: int

    def of(self, batch_size: int) -> int:
        """Return the bytes for a batch."""
        return self.fixed + self.per_image * batch_size


def estimate(request: Batches) -> Estimate:
    """Estimate the most memory that a training, or a probe, takes above an idle worker."""
    costs = [costs_of(architecture) for architecture in adapt_all(request)]
    # weights, gradients, those that updates are measured against, what a convolution reorders, the optimizer's own;
    # variants take turns, so only one's activations are there at a time, and some more of the layer that is at work
    training = isinstance(request, TrainingRequest)
    copies = COPIES + (OPTIMIZER_COPIES[request.optimizer] if training else 0)
    parameters = sum(cost.parameters for cost in costs)
    per_image = max(ACTIVATIONS * cost.activation_bytes + LARGEST * cost.largest_bytes for cost in costs)
    fixed = BASE_BYTES + _data_bytes(request) + math.ceil(4 * parameters * copies)
    return Estimate(fixed, math.ceil(per_image))


def _data_bytes(request: Batches) -> int:
    info = info_of(request.dataset)
    return DATA_COPIES * 4 * info.num_images * math.prod(info.shape)


class Costs(NamedTuple):
    """A network in the numbers that admission goes by; MACs are those of one image's forward pass."""

    parameters: int
    macs: int
    activation_bytes: int
    largest_bytes: int


@lru_cache(maxsize=REMEMBERED)
def costs_of(architecture: Architecture) -> Costs:
    """Return what a network costs; blocks that are alike are looked at once, and a network as well."""
    graph = build_graph(architecture)
    return Costs(graph.parameters, graph.macs, graph.activation_bytes, 4 * graph.largest_output)


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

    def check(self, request: Batches) -> int:
        """Return the bytes that a run or a probe will need; raise a Problem where it may not begin."""
        try:
            info_of(request.dataset)
        except DatasetError as error:
            raise Problem(422, "No such data set", str(error), field="dataset", value=request.dataset) from error
        for index, variant in enumerate(request.variants):
            check_layers(f"variants.{index}.depths", variant, self._settings.max_layers)
        if isinstance(request, TrainingRequest) and request.steps > self._settings.max_steps:
            raise Problem(
                422, "Too many steps", f"steps={request.steps}: at most {self._settings.max_steps} on this server.",
                field="steps", value=request.steps, limit=str(self._settings.max_steps), remedy="ask for fewer steps",
            )  # fmt: skip
        needed = estimate(request)
        total = needed.of(request.batch_size)
        if total > self.run_memory:
            raise self._too_large(request, needed)
        return total

    def _too_large(self, request: Batches, needed: Estimate) -> Problem:
        total = needed.of(request.batch_size)
        fitting = (self.run_memory - needed.fixed) // needed.per_image
        remedy = "use a narrower or shallower network, or fewer variants"
        if fitting >= 1:
            remedy = f"use batch_size {fitting} or less"
        elif 2 * _data_bytes(request) > self.run_memory:
            remedy = "use a smaller data set"
        detail = (
            f"batch_size={request.batch_size}: this needs about {_megabytes(total)}; a run may use "
            f"{_megabytes(self.run_memory)}. {remedy[:1].upper()}{remedy[1:]}."
        )
        return Problem(
            422, "Too large", detail, field="batch_size", value=request.batch_size, limit=_megabytes(self.run_memory),
            remedy=remedy, estimate_bytes=total, limit_bytes=self.run_memory,
        )  # fmt: skip


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"
