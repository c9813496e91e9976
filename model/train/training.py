"""Train one to four variants in lockstep on the same batches, measured; or probe them once. A generator of steps."""

import math
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from skipscope.model.data.catalogue import adapt_all, labels_of
from skipscope.model.data.loader import Dataset, load
from skipscope.model.describe import theory
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.request import Batches, ProbeRequest, TrainingRequest
from skipscope.model.measure.diagnosis import RECORDS, Finding, diagnose
from skipscope.model.measure.record import Record, wire_number
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.memory_format import MemoryFormat, memory_format_of, put_images, put_weights
from skipscope.model.network.resnet import ResNet
from skipscope.model.train import checkpoint
from skipscope.model.train.evaluation import BATCHES, accuracy_of, is_due
from skipscope.model.train.optimisation import extend, make_optimizer, rate_at


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """What one variant did in a step: mean cross-entropy and accuracy of the batch, and what was measured.

    `findings` are the diagnosis of this record and those before it, at most ten in all. `test_accuracy` is that on the
    images held out, after the step; None where it was not due.
    """

    loss: float
    accuracy: float
    record: Record
    findings: tuple[Finding, ...]
    test_accuracy: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form."""
        return {
            "loss": wire_number(self.loss),
            "accuracy": wire_number(self.accuracy),
            "test_accuracy": wire_number(self.test_accuracy),
            "dropped": list(self.record.dropped),
            "values": self.record.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One recorded step of all variants. Step 0 is the first update; `elapsed` are seconds since the start."""

    step: int
    epoch: float
    elapsed: float
    lr: float
    precision: str
    variants: tuple[VariantRecord, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's `step`."""
        return {
            "step": self.step,
            "epoch": wire_number(self.epoch),
            "elapsed": round(self.elapsed, 3),
            "lr": self.lr,
            "precision": self.precision,
            "variants": [variant.to_dict() for variant in self.variants],
        }


class Variant:
    """One network of a training with its optimizer and recorder."""

    def __init__(self, name: str, architecture: Architecture, request: Batches) -> None:
        self.label = name
        self.net = ResNet(architecture, seed=request.seed)
        self.net.train()
        wish = request.channels_last if isinstance(request, TrainingRequest) else None
        self.memory_format: MemoryFormat = memory_format_of(architecture, wish)
        put_weights(self.net, self.memory_format)
        self.precision = request.precision if isinstance(request, TrainingRequest) else "float32"
        self.optimizer = make_optimizer(self.net, request) if isinstance(request, TrainingRequest) else None
        self.recorder = Recorder(self.net)
        self.recent: deque[Record] = deque(maxlen=RECORDS)

    def step(
        self, images: Tensor, labels: Tensor, request: Batches, *, recorded: bool
    ) -> tuple[float, VariantRecord | None]:
        """Make one forward and backward pass and, when training, one update; return the loss and what was measured."""
        self.recorder.every = lambda _: recorded
        self.recorder.__enter__()
        smoothing = request.label_smoothing if isinstance(request, TrainingRequest) else 0.0
        if self.optimizer is not None:
            self.optimizer.zero_grad(set_to_none=True)
        else:
            self.net.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16"):
            logits = self.net(put_images(images, self.memory_format))
        loss = nn.functional.cross_entropy(logits.to(images.dtype), labels, label_smoothing=smoothing)
        loss.backward()
        if self.optimizer is not None:
            assert isinstance(request, TrainingRequest)
            if request.clip_norm is not None:
                nn.utils.clip_grad_norm_(self.net.parameters(), request.clip_norm)
            self.optimizer.step()
        accuracy = (logits.detach().argmax(1) == labels).to(loss.dtype).mean()
        record = self.recorder.read()
        value, share = torch.stack([loss.detach(), accuracy]).tolist()
        if record is None:
            return value, None
        self.recent.append(record)
        return value, VariantRecord(value, share, record, tuple(diagnose(self.recent)))


class Training:
    """A training under way: iterate for its recorded steps; pause is not iterating. Reproducible by its request."""

    def __init__(self, request: TrainingRequest, resume: bytes | None = None) -> None:
        self.request = request
        self.dataset: Dataset = load(request.dataset, image_size=request.image_size, seed=request.seed)
        self.architectures = adapt_all(request)
        names = labels_of(self.architectures)
        self.variants = [Variant(n, a, request) for n, a in zip(names, self.architectures, strict=True)]
        self.step = 0
        self.lr = request.lr
        self.reason: str | None = None
        self._batches = self.dataset.batches(request.batch_size)
        self._elapsed = 0.0
        if resume is not None:
            self._resume(checkpoint.load(resume))

    def _resume(self, state: dict[str, Any]) -> None:
        for variant in self.variants:
            checkpoint.restore(variant, state)
            variant.recorder.step = state["step"]
        self.step, self.lr = state["step"], state["lr"]
        for _ in range(self.step):
            next(self._batches)

    def checkpoint(self, variant: int) -> bytes:
        """Return a variant as it is between two steps: what `train(request, resume=…)` gives to all its variants."""
        return checkpoint.save(self.variants[variant], self.step, self.lr)

    def __iter__(self) -> Iterator[StepRecord]:
        return self

    def __next__(self) -> StepRecord:
        while not self.over:
            record = self.advance()
            if record is not None:
                return record
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
            assert variant.optimizer is not None
            for group in variant.optimizer.param_groups:
                group["lr"] = lr
            loss, measured = variant.step(images, labels, request, recorded=recorded)
            if not math.isfinite(loss):
                broken.append(variant.label)
            if measured is not None:
                due = is_due(request, epoch_steps, step)
                found.append(replace(measured, test_accuracy=self._test(variant)) if due else measured)
        if len(broken) == len(self.variants):
            where = f"loss is not finite at step {step} in {', '.join(broken)}"
            self.reason = f"{where}: lower the learning rate, or clip gradients"
        self.step += 1
        self._elapsed += time.monotonic() - started
        return StepRecord(step, epoch, self._elapsed, lr, request.precision, tuple(found)) if recorded else None

    def _test(self, variant: Variant) -> float:
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
        assert chosen.optimizer is not None
        extend(chosen.optimizer, fresh)

    def set_lr(self, lr: float) -> None:
        """Set the rate that the schedule multiplies."""
        self.lr = lr

    def set_strength(self, variant: int, strengths: Mapping[str, float]) -> None:
        """Multiply shortcuts of a variant, by block, with factors from 0 to 1."""
        for block, strength in strengths.items():
            self.variants[variant].net.set_strength(block, strength)

    def schema(self) -> dict[str, Any]:
        """Return the wire's `schema`."""
        return {"variants": [_describe(variant) for variant in self.variants]}

    def close(self) -> None:
        """Remove all hooks."""
        for variant in self.variants:
            variant.recorder.detach()


def train(request: TrainingRequest, resume: bytes | None = None) -> Training:
    """Start a training: an iterator of StepRecord that takes changes between steps.

    With `resume`, all variants go on from a checkpoint, at its step, on the batches that follow.
    """
    return Training(request, resume)


def probe(request: ProbeRequest) -> dict[str, Any]:
    """Measure each variant at initialisation: one forward and one backward pass on the first batch, no update.

    Its numbers are those of step 0 of a training with the same seed. Returns the wire's `probe`.
    """
    dataset = load(request.dataset, image_size=request.image_size, seed=request.seed)
    architectures = adapt_all(request)
    _, images, labels = next(dataset.batches(request.batch_size))
    results: list[dict[str, Any]] = []
    for index, (name, architecture) in enumerate(zip(labels_of(architectures), architectures, strict=True)):
        variant = Variant(name, architecture, request)
        strengths = request.strengths[index] if request.strengths else None
        if strengths is not None:
            for block, strength in zip(architecture.block_names, strengths, strict=True):
                variant.net.set_strength(block, strength)
        _, measured = variant.step(images, labels, request, recorded=True)
        variant.recorder.detach()
        assert measured is not None
        found = measured.to_dict()
        found["values"]["update_ratio"] = [None] * len(measured.record.schema.weights)
        expected = theory.expect(
            build_graph(architecture),
            images.double().square().mean((0, 1)).numpy(),
            found["values"]["gradient_rms"][-1],
            None if strengths is None else dict(zip(architecture.block_names, strengths, strict=True)),
        )
        results.append({**_describe(variant), **found, "theory": expected._asdict()})
    return {"variants": results}


def _describe(variant: Variant) -> dict[str, Any]:
    return {
        "label": variant.label,
        "architecture": variant.net.architecture.model_dump(mode="json"),
        "precision": variant.precision,
        "memory_format": variant.memory_format,
        "strength": [block.skip_strength for block in variant.net.blocks.values()],
        **variant.recorder.schema.to_dict(),
    }
