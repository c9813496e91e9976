"""Degradation as a kind of job: networks at several depths and rates, each a training of its own. Needs no torch."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import Field, model_validator

from skipscope.model.data.catalogue import adapt_all, info_of
from skipscope.model.describe.architecture import CONVOLUTIONS, Architecture
from skipscope.model.describe.names import families_of
from skipscope.model.describe.presets import preset
from skipscope.model.describe.request import MAX_VARIANTS, TrainingRequest, Variant
from skipscope.model.describe.words import FieldError
from skipscope.model.experiments.request import PASS
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.kind import Kind, Part, Split
from skipscope.model.train.estimate import MAC_SECONDS, costs_of, estimate_training
from skipscope.model.train.kinds import TRAINING

MOST_CELLS = 240
Layers = Annotated[int, Field(strict=True, ge=3, le=2000)]
Rate = Annotated[float, Field(strict=True, gt=0, le=100)]


class Cell(NamedTuple):
    """One training of all variants: so many layers, at a rate, from a seed."""

    depth: int
    rate: float
    seed: int


def at_depth(architecture: Architecture, depth: int) -> Architecture:
    """Return a network of so many layers on its main path, with as many blocks in each stage.

    Raise FieldError for a number that no such network has, and for skips that are said block by block.
    """
    if isinstance(architecture.skips, tuple):
        limit = "skips of single blocks belong to one depth alone"
        raise FieldError("skips", list(architecture.skips), limit, "give true or false")
    stages = len(architecture.depths)
    convolutions = CONVOLUTIONS[architecture.block]
    ends, step = architecture.num_weighted - convolutions * architecture.num_blocks, convolutions * stages
    blocks, rest = divmod(depth - ends, step)
    if rest or blocks < 1:
        below = ends + max(1, blocks) * step
        limit = f"with {stages} stages of such blocks there are {ends + step}, {ends + 2 * step} and so on"
        raise FieldError("depths", depth, limit, f"give {below} or {below + step}")
    return architecture.replace(depths=(blocks,) * stages)


def _twins() -> tuple[Architecture, ...]:
    return preset("plain20"), preset("resnet20")


class DegradationRequest(TrainingRequest):
    """Trainings of the same networks at several depths, and at several rates."""

    variants: Annotated[
        tuple[Variant, ...],
        Field(min_length=1, max_length=MAX_VARIANTS, description="1 to 4 networks, whose depths are replaced."),
    ] = Field(default_factory=_twins)
    depths: Annotated[
        tuple[Layers, ...], Field(min_length=1, max_length=8, description="Layers; 6n + 2 for nets such as ResNet-20.")
    ] = (20, 32, 44, 56)
    rates: Annotated[
        tuple[Rate, ...] | None, Field(min_length=1, max_length=12, description="Learning rates; null: lr alone.")
    ] = None
    seeds: Annotated[int, Field(strict=True, ge=1, le=10, description="So many seeds, from `seed` on.")] = 1
    steps: Annotated[int, Field(strict=True, ge=1, le=1_000_000, description="Of each training.")] = 220
    lr: Annotated[float, Field(strict=True, gt=0, le=100)] = 0.02
    schedule: Annotated[Literal["constant", "step", "cosine"], Field(description="step: /10 at 50 % and 75 %.")] = (
        "step"
    )

    @model_validator(mode="before")
    @classmethod
    def _has_no_run(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "run" in given:
            run = cast("Mapping[str, Any]", given)["run"]
            limit = "this experiment trains networks of its own, at several depths"
            raise FieldError("run", run, limit, "leave out run, and give variants")
        return given

    def num_classes(self) -> int:
        """Return how many classes the images have."""
        return info_of(self.dataset).num_classes

    @property
    def all_rates(self) -> tuple[float, ...]:
        """Return the rates, each once, from the least on."""
        return tuple(sorted(set(self.rates or (self.lr,))))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Return the trainings in their order: all of the first seed come first, shallow networks before deep ones."""
        return tuple(
            Cell(depth, rate, seed)
            for seed in range(self.seed, self.seed + self.seeds)
            for depth in sorted(set(self.depths)) for rate in self.all_rates
        )  # fmt: skip

    def names(self) -> tuple[str, ...]:
        """Return what the networks are called, whatever their depth."""
        shallow = [at_depth(variant, min(self.depths)) for variant in self.variants]
        return families_of(shallow) if self.labels is None else self.labels

    def training(self, cell: Cell) -> TrainingRequest:
        """Return the training of a cell; its records are asked for one by one, and it is tested when it ends."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in TrainingRequest.model_fields}
        variants = tuple(at_depth(variant, cell.depth) for variant in self.variants)
        own = {"variants": variants, "lr": cell.rate, "seed": cell.seed, "record_every": 100_000, "eval_every": 100_000}
        return TrainingRequest.model_validate({**fields, **own})

    @model_validator(mode="after")
    def _check_cells(self) -> Self:
        if self.weights is not None:
            limit = "this experiment trains networks of other depths from the beginning"
            raise FieldError("weights", self.weights, limit, "leave out weights")
        for index, variant in enumerate(self.variants):
            for depth in self.depths:
                try:
                    at_depth(variant, depth)
                except FieldError as error:
                    field = error.field if error.field == "depths" else f"variants.{index}.{error.field}"
                    raise FieldError(field, error.value, error.limit, error.remedy) from error
        if len(self.cells) > MOST_CELLS:
            limit = f"depths times rates times seeds are {len(self.cells)} trainings, and {MOST_CELLS} is the most"
            raise FieldError("seeds", self.seeds, limit, "give fewer seeds, rates or depths")
        return self


def seconds_of(request: DegradationRequest) -> list[float]:
    """Estimate the seconds of each cell."""
    return [_cell_seconds(request, cell) for cell in request.cells]


def _cell_seconds(request: DegradationRequest, cell: Cell) -> float:
    """Estimate the seconds of a cell on one thread: its training, and one look at all images."""
    training = request.training(cell)
    macs = sum(costs_of(architecture).macs for architecture in adapt_all(training))
    return estimate_training(training).seconds + macs * info_of(request.dataset).num_images * MAC_SECONDS * PASS


def _estimate(request: DegradationRequest) -> Estimate:
    largest = max((estimate_training(request.training(cell)) for cell in request.cells), key=lambda one: one.bytes)
    return replace(largest, seconds=sum(seconds_of(request)))


def _networks(request: DegradationRequest) -> Mapping[str, Architecture]:
    deepest = (at_depth(variant, max(request.depths)) for variant in request.variants)
    return {"depths": max(deepest, key=lambda one: one.num_weighted)}


def _count(request: DegradationRequest) -> int:
    return len(request.cells)


def _part(request: DegradationRequest, number: int) -> Part:
    cell = request.cells[number]
    name = f"Degradation: {cell.depth} layers, rate {cell.rate:g}, seed {cell.seed}"
    return Part(kind=CELL, request=request.training(cell), name=name)


CELL = replace(
    TRAINING, start="skipscope.model.experiments.degradation.cell:start",
    # the sweep compares trainings as they were asked for
    commands={name: TRAINING.commands[name] for name in ("step", "checkpoint", "weights")},
)  # fmt: skip
"""A training of a sweep, which is a run like any other."""
DEGRADATION = Kind(
    name="degradation", title="Does a deeper network train worse, and at which rate?", request=DegradationRequest,
    start="skipscope.model.experiments.degradation.events:start",
    figure="skipscope.model.experiments.degradation.figure:figure_of", estimate=_estimate,
    networks=_networks, split=Split(
        count=_count, part=_part, seconds=seconds_of, listed=True,
        join="skipscope.model.experiments.degradation.sweep:swept",
    ), paper="He et al. 2015, arXiv 1512.03385",
    why="A deeper network can do all that a shallow one can, and yet a plain one trains worse: it is the finding that "
    "residual networks were made for. And a rate that serves 20 layers may be too large for 56.",
    asks="Each network is built anew at each depth and trained at each rate: each training is a run. Errors "
    "are measured on all images.",
    example={"depths": [20, 32, 44], "steps": 150},
)  # fmt: skip
