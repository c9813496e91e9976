"""The records of a training: one step of all variants, and what one of them did in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skipscope.model.measure.diagnosis import Finding
from skipscope.model.measure.record import Record, wire_number

SHOWN = 64
"""So many images of a batch, the first, are in a record: their numbers, their classes and the networks' answers."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """The first images of a step's batch: their numbers in the data set, and their classes."""

    images: tuple[int, ...]
    labels: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form."""
        return {"images": list(self.images), "labels": list(self.labels)}


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """One variant in a step: mean cross-entropy and accuracy of the batch, and its measurements.

    `findings` are the diagnosis of this record and those before it, at most ten in all. `skips` and `strength` are the
    shortcuts of the network that was measured, one a block. `answers` are the classes with the largest logit, of the
    batch's first images; None where that logit is not finite. `test_accuracy` is that on the images held out, after
    the step; None where it was not due.
    """

    loss: float
    accuracy: float
    record: Record
    findings: tuple[Finding, ...]
    skips: tuple[bool, ...]
    strength: tuple[float, ...]
    answers: tuple[int | None, ...]
    test_accuracy: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form."""
        return {
            "loss": wire_number(self.loss),
            "accuracy": wire_number(self.accuracy),
            "test_accuracy": wire_number(self.test_accuracy),
            "dropped": list(self.record.dropped),
            "net": {"skips": list(self.skips), "strength": list(self.strength)},
            "answers": list(self.answers),
            "values": self.record.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One recorded step of all variants. Step 0 is the first update; `elapsed` are seconds since the start.

    `comparison` says of two variants or more how they differ; None of one alone. `headline` has the pieces of the line
    above the page's diagram.
    """

    step: int
    epoch: float
    elapsed: float
    lr: float
    precision: str
    batch: BatchRecord
    variants: tuple[VariantRecord, ...]
    headline: Mapping[str, Any]
    comparison: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's `step`."""
        return {
            "step": self.step,
            "epoch": wire_number(self.epoch),
            "elapsed": round(self.elapsed, 3),
            "lr": self.lr,
            "precision": self.precision,
            "comparison": self.comparison,
            "batch": self.batch.to_dict(),
            "headline": self.headline,
            "variants": [variant.to_dict() for variant in self.variants],
        }
