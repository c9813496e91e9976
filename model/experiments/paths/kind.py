"""The request and the estimate of paths. Needs no torch."""

from typing import Annotated

from pydantic import Field

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

EXACT = 12
"""Of so many blocks with a shortcut all paths are measured, 2^12; of more, paths that are drawn at random."""
MOST_LENGTHS = 60
"""Of networks with more blocks so many lengths are measured, evenly spaced, and those between them interpolated."""


class PathsRequest(TrainedRequest):
    """Gradients of single paths, by length."""

    samples: Annotated[int, Field(strict=True, ge=1, le=1000, description="Paths drawn of each length.")] = 8


def _estimate(request: PathsRequest) -> Estimate:
    forks = [sum(architecture.skip_of) for architecture in adapt_all(request)]
    passes = max(2 + _passes(number) * (1 if number <= EXACT else request.samples) for number in forks)
    return estimate_trained(request, passes=passes, calls=2 + request.samples, images=request.batch_size)


def _passes(num_forked: int) -> float:
    """Return about how many passes through the whole network all paths of a round take; half of them go through F."""
    if num_forked <= EXACT:
        return 2.0**num_forked / max(1, num_forked)
    return min(num_forked + 1, MOST_LENGTHS) / 2


PATHS = Kind(
    name="paths", title="How long are the paths that the gradient takes?", request=PathsRequest,
    start="skipscope.model.experiments.paths.events:start", figure="skipscope.model.experiments.paths.figure:figure_of",
    estimate=_estimate, paper="Veit et al. 2016, arXiv 1605.06431",
    why="A residual network of n blocks is 2ⁿ paths at once. If the short ones carry the gradient, depth costs it "
    "little.",
    asks="The networks are trained. Then the gradient is sent back along single paths, drawn at random, and its size "
    "is measured by the number of blocks that a path goes through.",
    example=EXAMPLE,
)  # fmt: skip
