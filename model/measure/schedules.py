"""When to record, as functions of the step."""

import math
from collections.abc import Callable
from typing import cast

Schedule = Callable[[int], bool]


def schedule_of(every: object) -> Schedule:
    """Return the schedule that a number or a function of the step stands for. Raise ValueError for anything else."""
    if isinstance(every, int) and not isinstance(every, bool):
        return linear(every)
    if not callable(every):
        raise ValueError(
            f"every={every!r}: a whole number of 1 or more, or a function of the step that returns whether to record "
            "it. Give 10 to record each tenth step."
        )
    return cast("Schedule", every)


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
