"""The trainings of a sweep put together: losses and errors by depth and rate. Needs no torch."""

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from skipscope.model.experiments.degradation.kind import Cell, DegradationRequest
from skipscope.model.experiments.degradation.sentences import sentences_of
from skipscope.model.measure.record import wire_number

PAPER = {
    "title": "He et al. 2015, CIFAR-10", "depths": [20, 32, 44, 56, 110],
    "test_error": [0.0875, 0.0751, 0.0717, 0.0697, 0.0643],
}  # fmt: skip
"""Table 6 of the paper: ResNets after 64,000 steps. It has no numbers for plain networks, but plain-110's error, which
is above 60 %."""
Course = dict[str, Any]


def swept(request: DegradationRequest, found: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    """Return the result of what is known of each cell, in their order: a row for each depth and rate, and the courses
    of the first seed's trainings."""
    known = {cell: one["courses"] for cell, one in zip(request.cells, found, strict=True) if one is not None}
    result = {
        "variants": [_variant(request, known, number, name) for number, name in enumerate(request.names())],
        "depths": sorted(set(request.depths)),
        "rates": list(request.all_rates),
        "steps": request.steps,
        "chance": math.log(request.num_classes()),
        "paper": PAPER,
    }
    return {**result, "sentences": sentences_of(result)}


def _variant(
    request: DegradationRequest, known: dict[Cell, list[Course]], number: int, name: str
) -> dict[str, Any]:  # fmt: skip
    done: dict[tuple[int, float], list[Course]] = defaultdict(list)
    for cell, courses in known.items():
        if courses[number]["train_error"] is not None:
            done[cell.depth, cell.rate].append(courses[number])
    return {
        "label": name,
        "rows": [_row(depth, rate, courses) for (depth, rate), courses in sorted(done.items())],
        "courses": [
            {"depth": cell.depth, "rate": cell.rate, "label": courses[number]["label"],
             "steps": courses[number]["steps"], "errors": courses[number]["errors"]}
            for cell, courses in known.items() if cell.seed == request.seed
        ],
    }  # fmt: skip


def _row(depth: int, rate: float, courses: Sequence[Course]) -> dict[str, Any]:
    train_errors, test_errors = ([one[name] for one in courses] for name in ("train_error", "test_error"))
    losses = [float(one["loss"]) for one in courses]
    return {
        "depth": depth, "rate": rate, "seeds": len(courses), "loss": wire_number(fmean(losses)),
        "losses": [wire_number(one) for one in losses], "train_error": fmean(train_errors),
        "train_errors": train_errors, "test_error": fmean(test_errors), "test_errors": test_errors,
    }  # fmt: skip
