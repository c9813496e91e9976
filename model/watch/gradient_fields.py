"""Which gradient the numbers of a step are of, as a sender says it; app/wire/outside.py describes the fields."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from skipscope.model.describe.words import Strict

Count = Annotated[int, Field(strict=True, ge=0, le=2**31)]


class GradientFields(Strict):
    """The fields of a record's `StepGradient`; one that is left out says nothing."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=True)

    passes: Count = 0
    steps: Count = 0
    skipped: Count = 0
    scale: float | None = None
    norm: float | None = None
    before: float | None = None
    processes: Count = 1
    rank: Count = 0
    shared: Literal["", "averaged", "summed"] = ""
