"""The band that a run's gradient ratio, the first place over the last, should stay in, and for how long it may not.

static/js/figure/foreign/band.js judges the same on the page.
"""

import math
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from skipscope.model.describe.words import FieldError, Strict, findings

MOST_STEPS = 10_000_000


class Band(Strict):
    """An alert stands while the ratio has been below `low` or above `high` for `steps` steps or more."""

    model_config = ConfigDict(frozen=True)

    low: Annotated[float, Field(gt=0, le=1e300, description="The least ratio.")] = 0.01
    high: Annotated[float, Field(gt=0, le=1e300, description="The largest ratio.")] = 100.0
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS, description="So many steps outside make an alert.")] = 100

    @model_validator(mode="after")
    def _is_open(self) -> Self:
        if self.low >= self.high:
            raise FieldError("high", self.high, f"more than low, which is {self.low:g}", "give low < high")
        return self

    def follow(self, left: int | None, step: int, ratio: float) -> int | None:
        """Return the step at which the ratio left the band, None while it is inside; a NaN changes nothing."""
        if math.isnan(ratio):
            return left
        if self.low <= ratio <= self.high:
            return None
        return step if left is None else left

    def is_alert(self, left: int | None, step: int) -> bool:
        """Return whether it has been outside for long enough."""
        return left is not None and step - left >= self.steps


def band_of(edges: tuple[float, float] | None, steps: int) -> Band | None:
    """Return the band between two edges; none of None. Raise FieldError for what is none."""
    if edges is None:
        return None
    low, high = edges
    try:
        return Band(low=low, high=high, steps=steps)
    except ValidationError as error:
        found = findings(error.errors())[0]
        field = "band_steps" if found.field == "steps" else f"band.{found.field}"
        remedy = "give band=(low, high) with 0 < low < high, and band_steps from 0"
        raise FieldError(field, found.value, found.limit, remedy) from error
