"""The request and the estimate of shattered gradients. Needs no torch."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from skipscope.model.experiments.request import EXAMPLE, PASS, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.estimate import MAC_SECONDS

DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Layers of the fully connected networks, as far as a request asks."""
NUMBER_SECONDS = 7e-9
"""The time of drawing one random number."""
DENSE = 4
"""Fully connected networks: plain and residual, each without norm and with batch norm."""


class ShatteredRequest(TrainedRequest):
    """How alike the gradients of two inputs are: by depth in fully connected networks, by block in the variants."""

    steps: Annotated[
        int, Field(strict=True, ge=0, le=1_000_000, description="Of training the variants, before; 0: none.")
    ] = 0
    images: Annotated[
        int, Field(strict=True, ge=2, le=512, description="Held-out images that the variants see, at most.")
    ] = 64
    width: Annotated[int, Field(strict=True, ge=16, le=2048, description="Units of a fully connected layer.")] = 512
    depth: Annotated[int, Field(strict=True, ge=1, le=64, description="Fully connected layers, at most.")] = 32
    inputs: Annotated[
        int, Field(strict=True, ge=8, le=512, description="Random inputs of the fully connected networks.")
    ] = 64
    draws: Annotated[
        int, Field(strict=True, ge=1, le=100, description="Draws of weights and inputs, and of the output's direction.")
    ] = 8

    @property
    def depths(self) -> tuple[int, ...]:
        """Return the numbers of layers that are measured."""
        return tuple(depth for depth in DEPTHS if depth <= self.depth)


def _estimate(request: ShatteredRequest) -> Estimate:
    found = estimate_trained(request, passes=1 + 2 * request.draws, calls=1 + request.draws, images=request.images)
    layer = request.inputs * request.width**2
    # the gradients of all depths go back together
    layers = max(request.depths) + sum(request.depths)
    drawn = max(request.depths) * request.width**2 * NUMBER_SECONDS
    seconds = request.draws * DENSE * (drawn + layers * layer * MAC_SECONDS * PASS)
    weights = max(request.depths) * request.width * (request.width + 3 * request.inputs)
    gradients = 3 * len(request.depths) * request.inputs * request.width
    return replace(found, seconds=found.seconds + seconds, fixed=found.fixed + 4 * (weights + gradients))


SHATTERED = Kind(
    name="shattered", title="How alike are the gradients of two images?", request=ShatteredRequest,
    start="skipscope.model.experiments.shattered.events:start",
    figure="skipscope.model.experiments.shattered.figure:figure_of",
    estimate=_estimate, paper="Balduzzi et al. 2017, arXiv 1702.08591",
    why="The deeper a plain network is, the less do the gradients of two images resemble each other, until they are "
    "like noise. Skips keep them alike.",
    asks="The correlation of the gradients of two inputs is measured by depth, plain and residual, with and without "
    "batch norm, beside the laws; then by block in the networks chosen.",
    example=EXAMPLE | {"steps": 0},
)  # fmt: skip
