"""The landscape as a kind of job: its request and its estimate. Needs no torch."""

from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.landscape.grid import COARSEST
from skipscope.model.experiments.request import EXAMPLE, TrainedRequest, estimate_trained
from skipscope.model.jobs import kind
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind, Split
from skipscope.model.train.estimate import START_SECONDS

Part = Literal["training", "held_out"]
COPIES = 2
"""Of the images: as they are prepared, and in the order channels_last."""
CALL = 0.5
"""The part of a usual pass's time that one takes here, for norms are folded and nothing is kept."""
BAND_SECONDS = 6.0
"""Of the estimate, that a part of the points takes: each begins with a process and its networks anew."""
MOST_BANDS = 32


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


class BandRequest(LandscapeRequest):
    """Some of the points of a landscape, from coarse to fine: those from number `begin` to before `end`."""

    begin: Annotated[int, Field(strict=True, ge=0)]
    end: Annotated[int, Field(strict=True, ge=1)]


def _estimate(request: LandscapeRequest) -> Estimate:
    return _estimate_points(request, request.points**2)


def _estimate_points(request: LandscapeRequest, passes: int) -> Estimate:
    found = estimate_trained(request, passes=CALL * passes, calls=passes, images=request.num_images())
    # so few go through a network at once that a batch of the training needs more, but all of them are prepared
    sizes = [one.in_channels * one.image_size**2 for one in adapt_all(request)]
    prepared = COPIES * 4 * request.num_images() * max(sizes)
    return replace(found, fixed=found.fixed + prepared, batch_size=request.batch_size)


def _bounds(request: LandscapeRequest) -> tuple[int, ...]:
    """Return where bands begin and end: the coarsest grid is the first, and the others have as many points each."""
    total = request.points**2
    seconds = _estimate_points(request, total).seconds - _estimate_points(request, 0).seconds
    num = min(MOST_BANDS, int(seconds / BAND_SECONDS), total - COARSEST)
    if num < 2:
        return 0, total
    each = ceil((total - COARSEST) / num)
    return 0, *range(COARSEST, total, each), total


def _count(request: LandscapeRequest) -> int:
    return len(_bounds(request)) - 1


def _part(request: LandscapeRequest, number: int) -> kind.Part:
    bounds = _bounds(request)
    return band_of(request, bounds[number], bounds[number + 1])


def band_of(request: LandscapeRequest, begin: int, end: int) -> kind.Part:
    """Return some of the points as a part; all but the first go on from its networks."""
    fields = {name: getattr(request, name) for name in LandscapeRequest.model_fields}
    if begin:  # its networks come from the first band, trained by now
        fields["weights"] = None
    band = BandRequest.model_validate({**fields, "begin": begin, "end": end})
    return kind.Part(kind=BAND, request=band, name=f"Points {begin + 1} to {end}", goes_on=begin > 0)


def _seconds(request: LandscapeRequest) -> list[float]:
    trained = _estimate_points(request, 0).seconds
    bounds = _bounds(request)
    each = (_estimate_points(request, bounds[-1]).seconds - trained) / bounds[-1]
    points = [end - begin for begin, end in pairwise(bounds)]
    return [number * each + (0 if n else trained) for n, number in enumerate(points)]


def _estimate_band(request: BandRequest) -> Estimate:
    found = _estimate_points(request, request.end - request.begin)
    trained = _estimate_points(request, 0).seconds if request.begin else 0.0
    return replace(found, seconds=max(START_SECONDS, found.seconds - trained))


BAND = Kind(
    name="landscape band", title="Some points of a landscape", request=BandRequest,
    start="skipscope.model.experiments.landscape.events:start_band", estimate=_estimate_band,
)  # fmt: skip
LANDSCAPE = Kind(
    name="landscape", title="How does the loss rise around a network?", request=LandscapeRequest,
    start="skipscope.model.experiments.landscape.events:start",
    figure="skipscope.model.experiments.landscape.figure:figure_of", estimate=_estimate, split=Split(
        count=_count, part=_part, seconds=_seconds, join="skipscope.model.experiments.landscape.terrain:landscape_of",
    ), paper="Li et al. 2018, arXiv 1712.09913",
    why="A network trains by going downhill. A landscape that is steep and rough leaves it lost; skip connections are "
    "said to keep that of a deep network as smooth as a shallow one's.",
    asks="The networks are trained. Then their weights are moved in two random directions, each filter in proportion "
    "to its own length, and the loss is measured at each point of a grid, from coarse to fine.",
    example={**EXAMPLE, "variants": [{"preset": "plain56"}, {"preset": "resnet56"}], "points": 11, "images": 256},
)  # fmt: skip
