"""Networks trained at several depths and rates, one training after the other in one job (He et al. 2015)."""

from collections.abc import Generator, Iterator
from typing import Any

from skipscope.model.experiments.degradation.cell import CellTraining
from skipscope.model.experiments.degradation.figure import figure_of
from skipscope.model.experiments.degradation.kind import DegradationRequest, seconds_of
from skipscope.model.experiments.degradation.sweep import swept
from skipscope.model.experiments.pace import Pace
from skipscope.model.jobs.job import Event, Job

PIECE_SECONDS = 0.05
"""Of the estimate, that a piece of work takes; deep networks' trainings have more pieces."""


def start(request: DegradationRequest, _: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request))


def _events(request: DegradationRequest) -> Generator[Event | None]:
    found: list[dict[str, Any] | None] = [None] * len(request.cells)
    parts = [max(1, round(seconds / PIECE_SECONDS)) for seconds in seconds_of(request)]
    pace = Pace(0, sum(parts), lambda: swept(request, found), figure_of)
    yield from pace.events(_work(request, found, parts))


def _work(
    request: DegradationRequest, found: list[dict[str, Any] | None], parts: list[int]
) -> Iterator[bool]:  # fmt: skip
    """Train cell by cell; the pieces that a cell has are counted evenly over its steps."""
    for number, (cell, num_pieces) in enumerate(zip(request.cells, parts, strict=True)):
        counted, training = 0, CellTraining(request.training(cell))
        for step, record in enumerate(training.pieces(), 1):
            if record is not None:
                found[number] = training.to_dict()
            due = num_pieces * step // (request.steps + 1)
            yield from [True] * (due - counted) or [False]
            counted = due
        found[number] = training.to_dict()
        yield from [True] * (num_pieces - counted)
