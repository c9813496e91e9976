"""The request and the estimate of similarity. Needs no torch."""

from dataclasses import replace
from math import prod
from typing import Annotated

from pydantic import Field

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.request import EXAMPLE, PASS, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.estimate import MAC_SECONDS

FEWEST = 4
"""Images that are compared, at least: with three the unbiased estimate divides by 0."""
MOST_LAYERS = 64
"""Of deeper networks so many layers are compared, evenly spaced, the first and the last among them."""


class SimilarityRequest(TrainedRequest):
    """How alike layers are to each other, within a network and between two."""

    images: Annotated[
        int, Field(strict=True, ge=FEWEST, le=512, description="Held-out images that are compared at once, at most.")
    ] = 256
    minibatches: Annotated[
        int,
        Field(
            strict=True, ge=0, le=1000,
            description="0: one batch. More: draws of so many, without bias (Nguyen et al. 2021).",
        ),
    ] = 0  # fmt: skip


def chosen_layers(num_layers: int) -> tuple[int, ...]:
    """Return the numbers of the layers that are compared, of so many."""
    if num_layers <= MOST_LAYERS:
        return tuple(range(num_layers))
    return tuple(round(i * (num_layers - 1) / (MOST_LAYERS - 1)) for i in range(MOST_LAYERS))


def _estimate(request: SimilarityRequest) -> Estimate:
    held_out = info_of(request.dataset).num_test
    if held_out < FEWEST:
        limit = f"{held_out} of its images are held out, and {FEWEST} or more are compared"
        raise FieldError("dataset", request.dataset, limit, "choose a larger one")
    images, rounds = min(request.images, held_out), max(1, request.minibatches)
    found = estimate_trained(request, passes=rounds, calls=rounds, images=images)
    layers, features, largest = 0, 0, 0
    for architecture in adapt_all(request):
        graph = build_graph(architecture)
        shapes = [block.output_shape for block in graph.blocks]
        chosen = chosen_layers(len(shapes) + 1)
        layers += len(chosen)
        features += sum(prod(shapes[max(0, number - 1)]) for number in chosen)
        largest = max(largest, 4 * graph.largest_output)
    # products are made in float64, which takes twice the time
    seconds = 2 * rounds * images**2 * (features + layers**2 / 2) * MAC_SECONDS * PASS
    kept = 3 * layers * images**2 * 8 + 6 * images * largest
    return replace(found, seconds=found.seconds + seconds, fixed=found.fixed + kept, batch_size=request.batch_size)


SIMILARITY = Kind(
    name="similarity", title="Which layers are alike?", request=SimilarityRequest,
    start="skipscope.model.experiments.similarity.events:start",
    figure="skipscope.model.experiments.similarity.figure:figure_of",
    estimate=_estimate, paper="Kornblith et al. 2019, arXiv 1905.00414",
    why="Layers that say the same in other words are alike by CKA. The map shows stages, and the place where a failed "
    "network has collapsed.",
    asks="The networks are trained. Then all layers see the same images held out, and each layer is compared with "
    "each, within a network and between two.",
    example=EXAMPLE,
)  # fmt: skip
