"""The request and the estimate of what a block does. Needs no torch."""

from typing import Annotated, ClassVar

from pydantic import Field

from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

PASSES = 2
"""A moment takes a forward pass, and a backward pass to the first block's input alone."""


class BlocksRequest(TrainedRequest):
    """Directions of the branches, at several moments of the training."""

    measures: ClassVar[bool] = False

    moments: Annotated[
        int, Field(strict=True, ge=2, le=64, description="So many at most, even in the logarithm of the steps.")
    ] = 8
    images: Annotated[
        int, Field(strict=True, ge=2, le=4096, description="Images to train on, always the same, at most.")
    ] = 128


def moments_of(request: BlocksRequest) -> tuple[int, ...]:
    """Return after how many steps it is measured: at the start, and from 1 to the end evenly in the logarithm."""
    if request.steps == 0:
        return (0,)
    last = request.moments - 2
    return tuple(sorted({0, request.steps, *(round(request.steps ** (i / last)) for i in range(last))}))


def _estimate(request: BlocksRequest) -> Estimate:
    passes = PASSES * len(moments_of(request))
    return estimate_trained(request, passes=passes, calls=passes, images=request.images)


BLOCKS = Kind(
    name="blocks", title="In which direction does a block move its features?", request=BlocksRequest,
    start="skipscope.model.experiments.blocks.events:start",
    figure="skipscope.model.experiments.blocks.figure:figure_of",
    estimate=_estimate, paper="Jastrzebski et al. 2018, arXiv 1710.04773; Li & Papyan 2023, arXiv 2401.09018",
    why="A block adds F(x) to its features. If that points along the negative gradient, depth works like steps of an "
    "optimizer; if successive branches point the same way, blocks work together.",
    asks="The networks are trained. At several moments the cosines of F(x) with the negative gradient at its input, "
    "and with the next block's branch, are measured on the same images.",
    example=EXAMPLE,
)  # fmt: skip
