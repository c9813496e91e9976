"""Time and memory of a training, a probe or a block's maps, estimated from its description alone."""

import math
from functools import lru_cache
from typing import NamedTuple

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import Batches, ProbeRequest, TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.jobs.estimate import Estimate

# docs/scaling.md has the measurements that these are fitted to
BASE_BYTES = 5 * 2**20
ACTIVATIONS = 1.3
LARGEST = 6
COPIES = 3.5
DATA_COPIES = 2
"""Of a data set's pixels, while they are read and split; a network sees them resized batch by batch."""
DEVICE_BYTES = 512 * 2**20
"""Of a GPU's memory, for the driver's context and its libraries' workspaces; not measured here."""
DRIVER_BYTES = 2 * 2**30
"""Of the machine's memory, for the driver and its libraries beside a worker that has none; not measured here."""
OPTIMIZER_COPIES = {"sgd": 1, "adam": 2, "adamw": 2}
REMEMBERED = 4096
"""Networks whose costs are kept."""
START_SECONDS = 0.3
LAYER_SECONDS = 7e-5
MAC_SECONDS = 6e-11
PARAMETER_SECONDS = 5e-9


class Costs(NamedTuple):
    """A network in the numbers that estimates go by; MACs are those of one image's forward pass."""

    layers: int
    parameters: int
    macs: int
    activation_bytes: int
    largest_bytes: int
    norms_one_pixel: bool


@lru_cache(maxsize=REMEMBERED)
def costs_of(architecture: Architecture) -> Costs:
    """Return what a network costs; blocks that are alike are looked at once, and a network as well."""
    graph = build_graph(architecture)
    largest = 4 * graph.largest_output
    return Costs(graph.num_layers, graph.parameters, graph.macs, graph.activation_bytes, largest, graph.norms_one_pixel)


def estimate_training(request: TrainingRequest) -> Estimate:
    """Estimate the most memory that a training takes above an idle worker, and its seconds on one thread."""
    return _estimate(request, OPTIMIZER_COPIES[request.optimizer], request.steps)


def estimate_probe(request: ProbeRequest) -> Estimate:
    """Estimate the most memory that a probe takes above an idle worker, and its seconds on one thread."""
    return _estimate(request, 0, 1)


def estimate_maps(request: MapsRequest) -> Estimate:
    """Estimate the same of a block's maps; raise FieldError for an image that no batch has."""
    info = info_of(request.dataset)
    count = info.num_images - info.num_test
    if request.image >= count:
        limit = f"the data set has {count} images to train on, counted from 0"
        raise FieldError("image", request.image, limit, f"give {count - 1} or less")
    return _estimate(request, 0, 1)


def _estimate(request: Batches, optimizer_copies: int, steps: int) -> Estimate:
    architectures = adapt_all(request)
    costs = [costs_of(architecture) for architecture in architectures]
    for architecture, cost in zip(architectures, costs, strict=True):
        if request.batch_size == 1 and architecture.norm == "batch" and cost.norms_one_pixel:
            raise FieldError(
                "batch_size", 1, "batch norm needs two numbers a channel or more, and maps have one pixel here",
                "use batch_size 2 or more, a larger image_size, or norm group",
            )  # fmt: skip
    # weights, gradients, those that updates are measured against, what a convolution reorders, the optimizer's own;
    # variants take turns, so only one's activations are there at a time, and some more of the layer that is at work
    copies = COPIES + optimizer_copies
    parameters = sum(cost.parameters for cost in costs)
    per_image = max(ACTIVATIONS * cost.activation_bytes + LARGEST * cost.largest_bytes for cost in costs)
    data = _data_bytes(request)
    seconds = START_SECONDS + steps * sum(_step_seconds(cost, request.batch_size) for cost in costs)
    weights = math.ceil(4 * parameters * copies)
    if request.device == "cuda":
        # the images stay in the machine's memory; each batch goes over
        fixed, beside = DEVICE_BYTES + weights, DRIVER_BYTES + data
        return Estimate(seconds, fixed, math.ceil(per_image), request.batch_size, 0, "cuda", beside)
    device = "mps" if request.device == "mps" else "cpu"
    return Estimate(seconds, BASE_BYTES + data + weights, math.ceil(per_image), request.batch_size, data, device)


def _step_seconds(cost: Costs, batch_size: int) -> float:
    layers, macs = cost.layers * LAYER_SECONDS, cost.macs * batch_size * MAC_SECONDS
    return layers + macs + cost.parameters * PARAMETER_SECONDS


def _data_bytes(request: Batches) -> int:
    info = info_of(request.dataset)
    return DATA_COPIES * 4 * info.num_images * math.prod(info.shape)
