"""Commands to a training between two steps: skips and strengths of a variant, rate, single steps, a checkpoint, the
weights."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from skipscope.model.describe.request import Strength, TrainingRequest
from skipscope.model.jobs.command import Command, CommandError

VariantIndex = Annotated[int, Field(strict=True, ge=0)]


class SetSkips(Command):
    """Connect and cut the shortcuts of a variant: one value a block."""

    variant: VariantIndex
    skips: list[StrictBool]

    def check(self, request: TrainingRequest) -> None:
        """Raise CommandError for a variant that is not there, or not one value a block."""
        check_variant(request, self.variant)
        _check_length(request, self.variant, "skips", self.skips)


class SetStrength(Command):
    """Multiply the shortcuts of a variant: one factor a block."""

    variant: VariantIndex
    strength: list[Strength]

    def check(self, request: TrainingRequest) -> None:
        """Raise CommandError for a variant that is not there, or not one value a block."""
        check_variant(request, self.variant)
        _check_length(request, self.variant, "strength", self.strength)


class SetRate(Command):
    """Set the learning rate that the schedule multiplies."""

    lr: Annotated[float, Field(strict=True, gt=0, le=100)]


class MakeSteps(Command):
    """Make so many steps while paused, each of them recorded."""

    step: Annotated[int, Field(strict=True, ge=1)]


class SaveCheckpoint(Command):
    """Write the state of a variant into a file that is there and empty."""

    checkpoint: VariantIndex
    file: str

    def check(self, request: TrainingRequest) -> None:
        """Raise CommandError for a variant that is not there."""
        check_variant(request, self.checkpoint)


class SaveWeights(Command):
    """Write the weights of all networks into a file that is there and empty."""

    weights: Literal["all"]
    file: str


COMMANDS: dict[str, type[Command]] = {
    "skips": SetSkips, "strength": SetStrength, "lr": SetRate, "step": MakeSteps, "checkpoint": SaveCheckpoint,
    "weights": SaveWeights,
}  # fmt: skip


def check_variant(request: TrainingRequest, variant: int) -> None:
    """Raise CommandError for a variant that is not there."""
    if variant >= len(request.variants):
        raise CommandError(
            "No such variant", f"variant={variant}: the run has {len(request.variants)}, counted from 0.",
            field="variant", value=variant, limit=str(len(request.variants) - 1), remedy="name one of them",
        )  # fmt: skip


def _check_length(request: TrainingRequest, variant: int, field: str, given: Sequence[object]) -> None:
    num_blocks = request.variants[variant].num_blocks
    if len(given) != num_blocks:
        raise CommandError(
            "Not one value a block", f"{field} has {len(given)} values; the variant has {num_blocks} blocks.",
            field=field, value=len(given), limit=str(num_blocks), remedy="give one value a block, in order",
        )  # fmt: skip
