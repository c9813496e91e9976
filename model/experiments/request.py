"""The part that requests of experiments share: networks, and the training that comes before they are measured."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.train.estimate import LAYER_SECONDS, MAC_SECONDS, START_SECONDS, costs_of, estimate_training

PASS = 1 / 3
"""The part of a training step's time that a forward pass takes, and a backward pass to the input alone."""

EXAMPLE: dict[str, Any] = {"variants": [{"preset": "resnet20"}, {"preset": "plain20"}], "steps": 150, "lr": 0.02}
"""The networks and the training that an experiment begins with on the page, unless it has others."""


class TrainedRequest(TrainingRequest):
    """Networks, and the training that they go through first; with 0 steps they are measured as they begin."""

    measures: ClassVar[bool] = True
    """Whether it measures networks as they are, so that they may be those of a run."""

    steps: Annotated[
        int, Field(strict=True, ge=0, le=1_000_000, description="Of training, before it is measured; 0: none.")
    ] = 200
    run: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            description="Id of a run: its networks, as they are now or as they ended, in place of a training.",
        ),
    ] = None

    @model_validator(mode="after")
    def _check_run(self) -> Self:
        for name in ("run", "weights"):
            if getattr(self, name) is not None and not self.measures:
                limit = "this experiment trains networks of its own"
                raise FieldError(name, getattr(self, name), limit, f"leave out {name}")
        if self.run is not None and self.weights is not None:
            limit = "the networks are those of the run, with the weights that it has"
            raise FieldError("weights", self.weights, limit, "leave out weights, or run")
        return self

    def training(self) -> TrainingRequest:
        """Return the training alone, of one step at least, of which nothing is recorded or tested."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in TrainingRequest.model_fields}
        steps = max(1, self.steps)
        return TrainingRequest.model_validate(fields | {"steps": steps, "record_every": 100_000, "eval_every": 0})


class ImageRequest(TrainedRequest):
    """The same, with one image that is looked at."""

    image: Annotated[int, Field(strict=True, ge=0, le=10_000_000, description="Of the held-out ones, from 0.")] = 0

    def check_image(self) -> None:
        """Raise FieldError for an image that is not held out."""
        count = info_of(self.dataset).num_test
        if self.image >= count:
            limit = f"the data set has {count} held-out images, counted from 0"
            raise FieldError("image", self.image, limit, f"give {count - 1} or less")


def estimate_trained(request: TrainedRequest, *, passes: float, calls: float, images: int) -> Estimate:
    """Estimate a training, and after it so many passes of so many images through each network, in so many calls of
    each layer."""
    training = request.training()
    found = estimate_training(training)
    costs = [costs_of(architecture) for architecture in adapt_all(training)]
    rest = sum(calls * cost.layers * LAYER_SECONDS + passes * cost.macs * images * MAC_SECONDS * PASS for cost in costs)
    trained = found.seconds if request.steps else START_SECONDS
    return replace(found, seconds=trained + rest, batch_size=max(found.batch_size, images))
