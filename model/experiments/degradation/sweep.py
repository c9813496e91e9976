"""The trainings of a sweep, one after the other, and what they end with: losses and errors by depth and rate."""

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

from skipscope.model.experiments.degradation.kind import Cell, DegradationRequest
from skipscope.model.measure.record import wire_number
from skipscope.model.train.evaluation import BATCHES, accuracy_of
from skipscope.model.train.records import VariantRecord
from skipscope.model.train.training import Training, train
from skipscope.model.train.variant import Variant

NEWEST = 20
"""Batches at the end of a training whose mean is its loss."""
PAPER = {
    "title": "He et al. 2015, CIFAR-10", "depths": [20, 32, 44, 56, 110],
    "test_error": [0.0875, 0.0751, 0.0717, 0.0697, 0.0643],
}  # fmt: skip
"""Table 6 of the paper: ResNets after 64,000 steps. It has no numbers for plain networks, but plain-110's error, which
is above 60 %."""
CURVE = 40
"""Points of a training's course."""


class Course:
    """One network's training: the errors of some batches, and how it ended."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.steps: list[int] = []
        self.errors: list[float] = []
        self.newest: deque[float] = deque(maxlen=NEWEST)
        self.train_error: float | None = None
        self.test_error: float | None = None

    @property
    def is_done(self) -> bool:
        """Say whether the training is over."""
        return self.train_error is not None

    @property
    def loss(self) -> float:
        """Return the mean loss of the newest batches; NaN if one of them is not finite."""
        return fmean(self.newest) if all(map(math.isfinite, self.newest)) else math.nan

    def append(self, step: int, record: VariantRecord, *, shown: bool) -> None:
        """Take a batch into account."""
        self.newest.append(record.loss)
        if shown:
            self.steps.append(step)
            self.errors.append(1 - record.accuracy)


class Sweep:
    """The cells of a request that are begun, in their order."""

    def __init__(self, request: DegradationRequest) -> None:
        self._request = request
        self.courses: dict[Cell, list[Course]] = {}

    def pieces(self, cell: Cell) -> Iterator[None]:
        """Train the networks of a cell step by step, and look at all images at the end."""
        training, last = train(self._request.training(cell)), self._request.steps - 1
        every = max(1, last // CURVE)
        courses = self.courses[cell] = [Course(variant.label) for variant in training.variants]
        try:
            while not training.over:
                step = training.step
                shown = step % every == 0 or step == last
                record = training.advance(record=shown or step > last - NEWEST)
                for course, one in zip(courses, record.variants if record else (), strict=False):
                    course.append(step, one, shown=shown)
                yield
            for course, variant in zip(courses, training.variants, strict=True):
                if training.reason is not None:
                    course.newest.append(math.nan)
                course.train_error, course.test_error = _errors(training, variant)
        finally:
            training.close()

    def to_dict(self) -> dict[str, Any]:
        """Return what is known: a row for each depth and rate, and the courses of the first seed's trainings."""
        request = self._request
        return {
            "variants": [self._variant(number, name) for number, name in enumerate(request.names())],
            "depths": sorted(set(request.depths)),
            "rates": list(request.all_rates),
            "steps": request.steps,
            "chance": math.log(request.num_classes()),
            "paper": PAPER,
        }

    def _variant(self, number: int, name: str) -> dict[str, Any]:
        done: dict[tuple[int, float], list[Course]] = defaultdict(list)
        for cell, courses in self.courses.items():
            if courses[number].is_done:
                done[cell.depth, cell.rate].append(courses[number])
        return {
            "label": name,
            "rows": [_row(depth, rate, courses) for (depth, rate), courses in sorted(done.items())],
            "courses": [
                {"depth": cell.depth, "rate": cell.rate, "label": courses[number].label,
                 "steps": courses[number].steps, "errors": courses[number].errors}
                for cell, courses in self.courses.items() if cell.seed == self._request.seed
            ],
        }  # fmt: skip


def _row(depth: int, rate: float, courses: Sequence[Course]) -> dict[str, Any]:
    train_errors, test_errors = ([getattr(one, name) for one in courses] for name in ("train_error", "test_error"))
    losses = [one.loss for one in courses]
    return {
        "depth": depth, "rate": rate, "seeds": len(courses), "loss": wire_number(fmean(losses)),
        "losses": [wire_number(one) for one in losses], "train_error": fmean(train_errors),
        "train_errors": train_errors, "test_error": fmean(test_errors), "test_errors": test_errors,
    }  # fmt: skip


def _errors(training: Training, variant: Variant[Any]) -> tuple[float, float]:
    """Return the errors of a network on the images that it was trained on, and on those held out."""
    data, batch_size = training.dataset, BATCHES * training.request.batch_size
    parts = (data.train_pixels, data.train_labels), (data.test_pixels, data.test_labels)
    seen, held_out = (
        1 - accuracy_of(
            variant.net, pixels, labels, prepare=data.prepare, batch_size=batch_size,
            memory_format=variant.memory_format, precision=variant.precision,
        )
        for pixels, labels in parts
    )  # fmt: skip
    return seen, held_out
