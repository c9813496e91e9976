"""Train one to four variants in lockstep on the same batches, measured: a generator of steps."""

import math
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from skipscope.model.data.catalogue import adapt_all
from skipscope.model.data.loader import Dataset, load
from skipscope.model.describe.differences import Net
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError
from skipscope.model.measure.comparison import compare
from skipscope.model.measure.listeners import Listeners
from skipscope.model.measure.record import VERSION
from skipscope.model.network.memory_format import put_weights
from skipscope.model.train import checkpoint, weights
from skipscope.model.train.device import device_of
from skipscope.model.train.evaluation import BATCHES, accuracy_of, is_due
from skipscope.model.train.headline import Measured, headline_of
from skipscope.model.train.optimisation import Optimisation, rate_at
from skipscope.model.train.records import SHOWN, BatchRecord, StepRecord, VariantRecord
from skipscope.model.train.variant import Variant


class Training:
    """A training under way: iterate for its recorded steps; pause is not iterating. Reproducible by its request."""

    def __init__(self, request: TrainingRequest, resume: bytes | None = None) -> None:
        self.request = request
        device = device_of(request.device)
        self.architectures = adapt_all(request)
        size = self.architectures[0].image_size
        self.dataset: Dataset = load(request.dataset, image_size=size, seed=request.seed).on(device)
        names = request.names()
        self.variants = [
            Variant(
                name, architecture, seed=request.seed, make_update=lambda net: Optimisation(net, request),
                precision=request.precision, channels_last=request.channels_last, device=device,
            )
            for name, architecture in zip(names, self.architectures, strict=True)
        ]  # fmt: skip
        self.step = 0
        self.lr = request.lr
        self.reason: str | None = None
        self.listeners: Listeners[StepRecord] = Listeners()
        self._batches = self.dataset.batches(request.batch_size)
        self._elapsed = 0.0
        if request.weights is not None:
            self._begin_with(request.weights, resume)
        elif resume is not None:
            self._resume(checkpoint.load(resume))

    def _begin_with(self, name: str, state: bytes | None) -> None:
        if state is None:
            limit = "weights by id are a server's, and this program has none"
            raise FieldError("weights", name, limit, "ask the server by POST /api/runs, or name variants")
        for variant, kept in zip(self.variants, weights.load(state), strict=True):
            variant.net.load_state_dict(kept.tensors)
            for block, strength in zip(variant.net.blocks, kept.strength, strict=True):
                variant.net.set_strength(block, strength)

    def _resume(self, state: dict[str, Any]) -> None:
        for variant in self.variants:
            checkpoint.restore(variant, state)
            variant.recorder.step = state["step"]
        self.step, self.lr = state["step"], state["lr"]
        self._batches = self.dataset.batches(self.request.batch_size, start=self.step, known=state["order"])

    def checkpoint(self, variant: int) -> bytes:
        """Return a variant as it is between two steps; `train(request, resume=…)` gives it to all its variants."""
        return checkpoint.save(self.variants[variant], self.step, self.lr, self._batches.state())

    def weights(self) -> bytes:
        """Return all networks as they are between two steps: `model/train/weights.py` reads them."""
        return weights.save(self.variants, self.step)

    def __iter__(self) -> Iterator[StepRecord]:
        return self

    def __next__(self) -> StepRecord:
        while not self.over:
            record = self.advance()
            if record is not None:
                return record
        self._tell(None)
        raise StopIteration

    @property
    def over(self) -> bool:
        """Say whether all steps are made, or the loss is not finite; then `reason` says so."""
        return self.step >= self.request.steps or self.reason is not None

    def advance(self, *, record: bool = False) -> StepRecord | None:
        """Make one step; return its record where the request or `record` asks for one. Records change no number."""
        started = time.monotonic()
        step, request = self.step, self.request
        recorded = record or step % request.record_every == 0 or step == request.steps - 1
        epoch, images, labels = next(self._batches)
        epoch_steps = self.dataset.epoch_steps(request.batch_size)
        lr = self.lr * rate_at(request, step)
        found: list[VariantRecord] = []
        broken: list[str] = []
        for variant in self.variants:
            variant.update.set_rate(lr)
            loss, measured = variant.step(images, labels, recorded=recorded)
            if not math.isfinite(loss):
                broken.append(variant.label)
            if measured is not None:
                due = is_due(request, epoch_steps, step)
                found.append(replace(measured, test_accuracy=self._test(variant)) if due else measured)
        if recorded:
            found = self._judge(found)
        if len(broken) == len(self.variants):
            where = f"loss is not finite at step {step} in {', '.join(broken)}"
            self.reason = f"{where}: lower the learning rate, or clip gradients"
        self.step += 1
        self._elapsed += time.monotonic() - started
        if not recorded:
            return None
        batch = BatchRecord(*self._batches.shown(SHOWN))
        said = self._headline(found), self._compare(found)
        made = StepRecord(step, epoch, self._elapsed, lr, request.precision, batch, tuple(found), *said)
        self._tell(made)
        return made

    def _tell(self, record: StepRecord | None) -> None:
        for problem in self.listeners.tell(record):
            warnings.warn(problem, RuntimeWarning, stacklevel=3)

    def _judge(self, found: list[VariantRecord]) -> list[VariantRecord]:
        """Return the records with the findings of each network, beside the losses of the others."""
        falls = {variant.label: fall for variant in self.variants if (fall := variant.losses.fall) is not None}
        return [
            replace(one, findings=variant.diagnose({k: fall for k, fall in falls.items() if k != variant.label}))
            for variant, one in zip(self.variants, found, strict=True)
        ]

    def _compare(self, found: list[VariantRecord]) -> str | None:
        """Return what is said of the networks side by side; None of one alone."""
        if len(found) < 2:
            return None
        labels, falls = [one.label for one in self.variants], [one.losses.fall for one in self.variants]
        return compare([one.record for one in found], labels, falls)

    def _headline(self, found: list[VariantRecord]) -> dict[str, Any]:
        return headline_of([
            Measured(Net(variant.net.architecture, one.skips, one.strength), one.record.schema, one.record.columns)
            for variant, one in zip(self.variants, found, strict=True)
        ])  # fmt: skip

    def _test(self, variant: Variant[Optimisation]) -> float:
        return accuracy_of(
            variant.net, self.dataset.test_pixels, self.dataset.test_labels, prepare=self.dataset.prepare,
            batch_size=BATCHES * self.request.batch_size, memory_format=variant.memory_format,
            precision=variant.precision,
        )  # fmt: skip

    def set_skips(self, variant: int, skips: Sequence[bool]) -> None:
        """Connect and cut the shortcuts of a variant, between two steps, without a new initialisation."""
        chosen = self.variants[variant]
        fresh = chosen.net.set_skips(skips)
        put_weights(chosen.net, chosen.memory_format)
        chosen.update.extend(fresh)

    def set_lr(self, lr: float) -> None:
        """Set the rate that the schedule multiplies."""
        self.lr = lr

    def set_strength(self, variant: int, strengths: Mapping[str, float]) -> None:
        """Multiply shortcuts of a variant, by block, with factors from 0 to 1."""
        for block, strength in strengths.items():
            self.variants[variant].net.set_strength(block, strength)

    def schema(self) -> dict[str, Any]:
        """Return the wire's `schema`."""
        return {"version": VERSION, "variants": [variant.describe() for variant in self.variants]}

    def close(self) -> None:
        """Remove all hooks."""
        for variant in self.variants:
            variant.recorder.detach()


def train(request: TrainingRequest, resume: bytes | None = None) -> Training:
    """Start a training: an iterator of StepRecord that takes changes between steps.

    With `resume`, all variants go on from a checkpoint, at its step, on the batches that follow; if the request names
    `weights`, it has those of each variant, which begin with step 0.
    """
    return Training(request, resume)
