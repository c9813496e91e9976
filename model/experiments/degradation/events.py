"""Networks trained at several depths and rates, one training after the other (He et al. 2015)."""

from collections.abc import Generator, Iterator
from typing import Any

from skipscope.model.experiments.degradation.figure import figure_of
from skipscope.model.experiments.degradation.kind import DegradationRequest, cell_seconds
from skipscope.model.experiments.degradation.sentences import sentences_of
from skipscope.model.experiments.degradation.sweep import Sweep
from skipscope.model.experiments.pace import Pace
from skipscope.model.jobs.job import Event, Job

PIECE_SECONDS = 0.05
"""Of the estimate, that a piece of work takes; deep networks' trainings have more pieces."""


def start(request: DegradationRequest, _: bytes | None) -> Job:
    """Begin the experiment."""
    return Job(_events(request))


def _events(request: DegradationRequest) -> Generator[Event | None]:
    sweep = Sweep(request)
    parts = [max(1, round(cell_seconds(request, cell) / PIECE_SECONDS)) for cell in request.cells]
    pace = Pace(0, sum(parts), lambda: _wire(sweep), figure_of)
    yield from pace.events(_work(request, sweep, parts))


def _work(request: DegradationRequest, sweep: Sweep, parts: list[int]) -> Iterator[bool]:
    """Train cell by cell; the pieces that a cell has are counted evenly over its steps."""
    for cell, num_pieces in zip(request.cells, parts, strict=True):
        counted = 0
        for step, _ in enumerate(sweep.pieces(cell), 1):
            due = num_pieces * step // (request.steps + 1)
            yield from [True] * (due - counted) or [False]
            counted = due
        yield from [True] * (num_pieces - counted)


def _wire(sweep: Sweep) -> dict[str, Any]:
    found = sweep.to_dict()
    return {**found, "sentences": sentences_of(found)}
