"""The landscape as a kind of job: its request and its estimate. Needs no torch."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

Part = Literal["training", "held_out"]
COPIES = 2
"""Of the images: as they are prepared, and in the order channels_last."""
CALL = 0.5
"""The part of a usual pass's time that one takes here, for norms are folded and nothing is kept."""


class LandscapeRequest(TrainedRequest):
    """The loss on a plane of two random directions through the weights."""

    points: Annotated[int, Field(strict=True, ge=3, le=61, description="Points on each side of the grid; odd.")] = 21
    span: Annotated[
        float, Field(strict=True, gt=0, le=10, description="How far it goes on each side; 1: the filters' own length.")
    ] = 1.0
    images: Annotated[int, Field(strict=True, ge=1, le=100_000, description="Images, at most.")] = 512
    part: Annotated[Part, Field(description="The images to train on, or those held out.")] = "training"

    @model_validator(mode="after")
    def _check_centre(self) -> Self:
        if self.points % 2 == 0:
            limit = "the network itself is the point in the middle, so the number is odd"
            raise FieldError("points", self.points, limit, f"give {self.points - 1} or {self.points + 1}")
        return self

    def num_images(self) -> int:
        """Return how many images the loss is the mean of."""
        info = info_of(self.dataset)
        return min(self.images, info.num_test if self.part == "held_out" else info.num_images - info.num_test)


def _estimate(request: LandscapeRequest) -> Estimate:
    passes = request.points**2
    found = estimate_trained(request, passes=CALL * passes, calls=passes, images=request.num_images())
    # so few go through a network at once that a batch of the training needs more, but all of them are prepared
    sizes = [one.in_channels * one.image_size**2 for one in adapt_all(request)]
    prepared = COPIES * 4 * request.num_images() * max(sizes)
    return replace(found, fixed=found.fixed + prepared, batch_size=request.batch_size)


LANDSCAPE = Kind(
    name="landscape", title="How does the loss rise around a network?", request=LandscapeRequest,
    start="skipscope.model.experiments.landscape.events:start",
    figure="skipscope.model.experiments.landscape.figure:figure_of", estimate=_estimate,
    paper="Li et al. 2018, arXiv 1712.09913",
    why="A network trains by going downhill. A landscape that is steep and rough leaves it lost; skip connections are "
    "said to keep that of a deep network as smooth as a shallow one's.",
    asks="The networks are trained. Then their weights are moved in two random directions, each filter in proportion "
    "to its own length, and the loss is measured at each point of a grid, from coarse to fine.",
    example={**EXAMPLE, "variants": [{"preset": "plain56"}, {"preset": "resnet56"}], "points": 11, "images": 256},
)  # fmt: skip
