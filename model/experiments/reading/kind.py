"""The request and the estimate of reading the trunk. Needs no torch."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.architecture import Architecture
from skipscope.model.experiments.request import EXAMPLE, ImageRequest, estimate_trained
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind

TOGETHER = 4
"""Training batches that go through a network at once, without gradients."""
FLOAT64_SECONDS = 2e-10
"""Of one multiply-add in float64, when a probe is solved for."""
PROBE_SECONDS = 2e-3


class ReadingRequest(ImageRequest):
    """A linear probe at each place of the trunk, and the answers for one image."""

    images: Annotated[int, Field(strict=True, ge=1, le=100_000, description="Held-out images, at most.")] = 512
    fitted: Annotated[
        int, Field(strict=True, ge=2, le=100_000, description="Images to train on that probes are fitted to, at most.")
    ] = 2000
    ridge: Annotated[
        float,
        Field(strict=True, gt=0, le=1e6, description="Factor on a probe's squared weights, beside the mean error."),
    ] = 0.001


def counts_of(request: ReadingRequest) -> tuple[int, int]:
    """Return how many images probes are fitted to, and on how many held-out ones they are judged."""
    info = info_of(request.dataset)
    return min(request.fitted, info.num_images - info.num_test), min(request.images, info.num_test)


def widths_of(architecture: Architecture) -> tuple[int, ...]:
    """Return the channels after the stem and after each block."""
    stages = zip(architecture.depths, architecture.widths, strict=True)
    blocks = [width * architecture.expansion for depth, width in stages for _ in range(depth)]
    return architecture.stem_width, *blocks


def _estimate(request: ReadingRequest) -> Estimate:
    request.check_image()
    fitted, images = counts_of(request)
    passes = (fitted + images) / request.batch_size
    found = estimate_trained(request, passes=passes, calls=passes / TOGETHER + 2, images=request.batch_size)
    widths = [width for architecture in adapt_all(request) for width in widths_of(architecture)]
    seconds = sum(PROBE_SECONDS + FLOAT64_SECONDS * width**2 * (fitted + width) for width in widths)
    kept = 4 * (fitted + images) * sum(widths)
    device = found.device_bytes > 0
    more = {"beside": found.beside + kept} if device else {"fixed": found.fixed + kept}
    return replace(found, seconds=found.seconds + seconds, **more)


READING = Kind(
    name="reading", title="How much does the trunk know after each block?", request=ReadingRequest,
    start="skipscope.model.experiments.reading.events:start",
    figure="skipscope.model.experiments.reading.figure:figure_of",
    estimate=_estimate, paper="Alain & Bengio 2016, arXiv 1610.01644",
    why="Each residual block adds to the features on the trunk. If the class can be read there better after each "
    "block, the network refines one answer; if it cannot, blocks lose information.",
    asks="The networks are trained. After the stem and after each block a linear probe is fitted and judged on images "
    "held out; for one image the network's own head answers there, if the trunk has its width.",
    example=EXAMPLE,
)  # fmt: skip
