"""The request and the estimate of feature maps. Needs no torch."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from skipscope.model.data.sent import MAX_TEXT, encoded
from skipscope.model.experiments.request import EXAMPLE, ImageRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

PASSES = 3
"""One forward, and one backward from the loss and one from the class."""


class FeatureMapsRequest(ImageRequest):
    """One image's maps in each network, forward and backward."""

    picture: Annotated[
        Annotated[str, Field(max_length=MAX_TEXT)] | None,
        BeforeValidator(encoded),
        Field(
            exclude=True,
            repr=False,
            json_schema_extra={"contentEncoding": "base64"},
            description="A picture of one's own in place of `image`, a PNG, JPEG or WebP file; it is not kept.",
        ),
    ] = None
    blocks: Annotated[
        int, Field(strict=True, ge=1, le=12, description="Blocks shown, at most: the first, the last, some between.")
    ] = 4
    channels: Annotated[
        int, Field(strict=True, ge=1, le=16, description="Channels of each map, those of the largest energy.")
    ] = 8


def _estimate(request: FeatureMapsRequest) -> Estimate:
    if request.picture is None:
        request.check_image()
    return estimate_trained(request, passes=PASSES, calls=PASSES, images=1)


MAPS = Kind(
    name="maps", title="Which features does a block add?", request=FeatureMapsRequest,
    start="skipscope.model.experiments.maps.events:start", figure="skipscope.model.experiments.maps.figure:figure_of",
    estimate=_estimate, paper="Selvaraju et al. 2017, arXiv 1610.02391",
    why="The sum x + F(x) is the network's working memory. Pictures of both parts on one scale show how much a block "
    "adds, and Grad-CAM shows which pixels speak for the class.",
    asks="The networks are trained. Then one image held out, or a picture of yours, goes through each of them, forward "
    "and back, and the channels of the largest energy are drawn at some blocks. Numbers above 0 have the colour "
    "of the text, those below 0 are ochre; x, F(x) and their sum have one scale in a row.",
    example=EXAMPLE,
)  # fmt: skip
