"""The request and the estimate of lesions. Needs no torch."""

from typing import Annotated

from pydantic import Field

from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind


class LesionsRequest(TrainedRequest):
    """Blocks that are deleted, or change places, in a network that stays as it is."""

    images: Annotated[int, Field(strict=True, ge=1, le=100_000, description="Held-out images, at most.")] = 512
    draws: Annotated[
        int, Field(strict=True, ge=1, le=100, description="Draws of blocks for each number of blocks.")
    ] = 5


def _estimate(request: LesionsRequest) -> Estimate:
    blocks = max(architecture.num_blocks for architecture in request.variants)
    passes = blocks / 2 + 2 + 5 * request.draws
    return estimate_trained(request, passes=passes, calls=passes, images=request.images)


LESIONS = Kind(
    name="lesions", title="Which blocks can be deleted?", request=LesionsRequest,
    start="skipscope.model.experiments.lesions.events:start",
    figure="skipscope.model.experiments.lesions.figure:figure_of",
    estimate=_estimate, paper="Veit et al. 2016, arXiv 1605.06431",
    why="If a residual network is many short paths, one lost block costs it little. A plain network has one path, "
    "which every lost block cuts.",
    asks="The networks are trained. Then each block is deleted in turn, several are deleted at once, and pairs change "
    "places; the error on images held out is measured each time.",
    example=EXAMPLE,
)  # fmt: skip
