"""What a training or a probe takes, from its description alone."""

import math

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.graph import Graph, build_graph
from skipscope.model.describe.request import Batches, ProbeRequest, TrainingRequest
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
START_SECONDS = 0.3
LAYER_SECONDS = 7e-5
MAC_SECONDS = 6e-11
PARAMETER_SECONDS = 5e-9


def estimate_training(request: TrainingRequest) -> Estimate:
    """Estimate the most memory that a training takes above an idle worker, and its seconds on one thread."""
    return _estimate(request, OPTIMIZER_COPIES[request.optimizer], request.steps)


def estimate_probe(request: ProbeRequest) -> Estimate:
    """Estimate the most memory that a probe takes above an idle worker, and its seconds on one thread."""
    return _estimate(request, 0, 1)


def _estimate(request: Batches, optimizer_copies: int, steps: int) -> Estimate:
    graphs = [build_graph(architecture) for architecture in adapt_all(request)]
    # weights, gradients, those that updates are measured against, what a convolution reorders, the optimizer's own;
    # variants take turns, so only one's activations are there at a time, and some more of the layer that is at work
    copies = COPIES + optimizer_copies
    parameters = sum(graph.parameters for graph in graphs)
    per_image = max(ACTIVATIONS * graph.activation_bytes + LARGEST * _largest(graph) for graph in graphs)
    data = _data_bytes(request)
    seconds = START_SECONDS + steps * sum(_step_seconds(graph, request.batch_size) for graph in graphs)
    weights = math.ceil(4 * parameters * copies)
    if request.device == "cuda":
        # the images stay in the machine's memory; each batch goes over
        fixed, beside = DEVICE_BYTES + weights, DRIVER_BYTES + data
        return Estimate(seconds, fixed, math.ceil(per_image), request.batch_size, 0, "cuda", beside)
    device = "mps" if request.device == "mps" else "cpu"
    return Estimate(seconds, BASE_BYTES + data + weights, math.ceil(per_image), request.batch_size, data, device)


def _step_seconds(graph: Graph, batch_size: int) -> float:
    layers, macs = len(graph.layers) * LAYER_SECONDS, graph.macs * batch_size * MAC_SECONDS
    return layers + macs + graph.parameters * PARAMETER_SECONDS


def _data_bytes(request: Batches) -> int:
    info = info_of(request.dataset)
    return DATA_COPIES * 4 * info.num_images * math.prod(info.shape)


def _largest(graph: Graph) -> int:
    return 4 * max(math.prod(layer.output_shape) for layer in graph.layers)
