"""The request and the estimate of identities. Needs no torch."""

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.graph import build_graph
from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.estimate import START_SECONDS

PATH_IMAGES = 8
"""Images that all paths are followed for."""
SLOWER = 12
"""A block in float64, for many gradients at once, takes so many times as long as in float32."""
TOGETHER = 2**20
"""Numbers of gradients, in float64, that go back at once."""


class IdentitiesRequest(TrainedRequest):
    """Equations that hold exactly, or but for rounding: what do you predict, and what is the difference?"""

    measures: ClassVar[bool] = False

    steps: Annotated[
        int, Field(strict=True, ge=1, le=1_000_000, description="Of both trainings, x + F(x) and x - F(x).")
    ] = 30
    path_blocks: Annotated[
        int, Field(strict=True, ge=1, le=12, description="The last blocks, of which all paths are followed.")
    ] = 8
    folds: Annotated[int, Field(strict=True, ge=1, le=100, description="RepVGG blocks that are folded.")] = 5
    channels: Annotated[int, Field(strict=True, ge=1, le=512, description="Channels of the RepVGG blocks.")] = 32


def _estimate(request: IdentitiesRequest) -> Estimate:
    architectures = adapt_all(request)
    request = request.model_copy(update={"device": "cpu"})  # where it works, whatever is asked for
    # each path of n blocks shares its end with others; half of them go through F
    passes = 2.0**request.path_blocks / min(architecture.num_blocks for architecture in architectures)
    one = estimate_trained(request, passes=0, calls=0, images=PATH_IMAGES)
    whole = estimate_trained(request, passes=SLOWER * passes, calls=2 * request.path_blocks, images=PATH_IMAGES)
    parameters = sum(build_graph(architecture).parameters for architecture in architectures)
    # of a second training, and of paths in float64
    more = 16 * parameters + 24 * 8 * TOGETHER
    seconds = whole.seconds + one.seconds - START_SECONDS
    return replace(whole, seconds=seconds, fixed=whole.fixed + more, batch_size=request.batch_size)


IDENTITIES = Kind(
    name="identities", title="Which equations hold exactly?", request=IdentitiesRequest,
    start="skipscope.model.experiments.identities.events:start",
    figure="skipscope.model.experiments.identities.figure:figure_of",
    estimate=_estimate, paper="Ding et al. 2021, arXiv 2101.03697; Veit et al. 2016, arXiv 1605.06431",
    why="Some sentences on residual networks are equations. Predict whether the two sides agree to all digits, then "
    "see.",
    asks="A RepVGG block is folded into one convolution, and so is each of a network of such blocks; two trainings "
    "are made, of x + F(x) and of x - F(x) with the branch negated; the gradients of all paths are added up and held "
    "against the whole.",
    example=EXAMPLE | {"steps": 30},
)  # fmt: skip
