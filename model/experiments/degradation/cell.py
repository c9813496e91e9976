"""One training of a sweep: a run like any other, which also tells the sweep its course and what it ends with."""

import math
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import replace
from statistics import fmean
from typing import Any

from skipscope.model.describe.request import TrainingRequest
from skipscope.model.experiments.pace import EVERY_SECONDS
from skipscope.model.jobs.events import partial, progress, result
from skipscope.model.jobs.job import Event, Job, JobFailed
from skipscope.model.train.evaluation import BATCHES, accuracy_of
from skipscope.model.train.job import Trainer
from skipscope.model.train.records import StepRecord, VariantRecord
from skipscope.model.train.training import Training, train
from skipscope.model.train.variant import Variant

NEWEST = 20
"""Batches at the end of a training whose mean is its loss."""
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

    def append(self, step: int, record: VariantRecord, *, shown: bool) -> None:
        """Take a batch into account."""
        self.newest.append(record.loss)
        if shown:
            self.steps.append(step)
            self.errors.append(1 - record.accuracy)

    def to_dict(self) -> dict[str, Any]:
        """Return what is known; the loss, the mean of the newest batches, may be the word nan. No number is rounded."""
        loss = fmean(self.newest) if self.newest and all(map(math.isfinite, self.newest)) else math.nan
        return {
            "label": self.label, "steps": [*self.steps], "errors": [*self.errors],
            "loss": loss if math.isfinite(loss) else str(loss),
            "train_error": self.train_error, "test_error": self.test_error,
        }  # fmt: skip


class CellTraining:
    """The networks of one training under way."""

    def __init__(self, request: TrainingRequest) -> None:
        self.trainer = Trainer(train(request))
        self.training = self.trainer.training
        self.courses = [Course(variant.label) for variant in self.training.variants]

    def pieces(self) -> Iterator[StepRecord | None]:
        """Train step by step, and look at all images at the end; yield the records that the course needs."""
        training, last = self.training, self.training.request.steps - 1
        every = max(1, last // CURVE)
        try:
            while not training.over:
                step = training.step
                shown = step % every == 0 or step == last
                record = self.trainer.advance(record=shown or step > last - NEWEST)
                for course, one in zip(self.courses, record.variants if record else (), strict=False):
                    course.append(step, one, shown=shown)
                yield record
            for course, variant in zip(self.courses, training.variants, strict=True):
                if training.reason is not None:
                    course.newest.append(math.nan)
                course.train_error, course.test_error = _errors(training, variant)
        finally:
            training.close()

    def to_dict(self) -> dict[str, Any]:
        """Return what is known of each network."""
        return {"courses": [course.to_dict() for course in self.courses]}


def start(request: TrainingRequest, _: bytes | None) -> Job:
    """Begin the training."""
    cell = CellTraining(request)
    return replace(cell.trainer.job(), events=_events(cell))


def _events(cell: CellTraining) -> Generator[Event | None]:
    steps, shown = cell.training.request.steps, -math.inf
    for record in cell.pieces():
        yield None if record is None else Event("step", record.to_dict(), record.step)
        if record is not None and time.monotonic() - shown >= EVERY_SECONDS:
            shown = time.monotonic()
            yield progress(cell.training.step, steps)
            yield partial(cell.to_dict())
    yield progress(steps, steps)
    yield result(cell.to_dict())
    if cell.training.reason is not None:  # which is a result too
        raise JobFailed(cell.training.reason)


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
