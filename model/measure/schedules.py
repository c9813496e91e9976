"""When to record, as functions of the step."""

import math
from collections.abc import Callable

Schedule = Callable[[int], bool]


def linear(every: int) -> Schedule:
    """Record each `every`-th step, from step 0. Raise ValueError where it is below 1."""
    if every < 1:
        raise ValueError(f"every={every}: at least 1. Give 1 to record each step.")
    return lambda step: step % every == 0


def logarithmic(per_decade: int = 10) -> Schedule:
    """Record step 0 and then about `per_decade` steps in each decade, evenly spaced in log10.

    Raise ValueError where it is below 1.
    """
    if per_decade < 1:
        raise ValueError(f"per_decade={per_decade}: at least 1. Give 10 for ten records a decade.")

    def due(step: int) -> bool:
        if step < 2:
            return True
        return math.floor(per_decade * math.log10(step)) > math.floor(per_decade * math.log10(step - 1))

    return due
