"""A training, a probe and a block's maps as jobs: their events, and a training's response to commands."""

from collections.abc import Generator, Mapping
from typing import Any

from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.jobs.job import Event, Job, JobFailed, Reply
from skipscope.model.train.maps import maps
from skipscope.model.train.probe import probe
from skipscope.model.train.records import StepRecord
from skipscope.model.train.training import Training, train


def start_training(request: TrainingRequest, state: bytes | None) -> Job:
    """Begin a training, or go on with one from a checkpoint."""
    return Trainer(train(request, state)).job()


def start_probe(request: ProbeRequest, _: bytes | None) -> Job:
    """Begin a probe."""
    return Job(_probed(request))


def start_maps(request: MapsRequest, _: bytes | None) -> Job:
    """Begin to measure a block's maps."""
    return Job(_mapped(request))


def _probed(request: ProbeRequest) -> Generator[Event]:
    yield Event("probe", probe(request))


def _mapped(request: MapsRequest) -> Generator[Event]:
    yield Event("maps", maps(request))


class Trainer:
    """A training that is told what to do by name."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self._single = False
        """Whether the next step is recorded in any case."""

    def job(self) -> Job:
        """Return the training as a job."""
        commands = {
            "skips": self._set_skips, "strength": self._set_strength, "lr": self._set_rate, "step": self._step,
            "checkpoint": self._save, "weights": self._save_weights,
        }  # fmt: skip
        return Job(self._events(), commands, self.training.schema(), self.training.weights)

    def _events(self) -> Generator[Event | None]:
        training = self.training
        try:
            while not training.over:
                record = self.advance()
                yield None if record is None else Event("step", record.to_dict(), record.step)
        finally:
            training.close()
        if training.reason is not None:
            raise JobFailed(training.reason)

    def advance(self, *, record: bool = False) -> StepRecord | None:
        """Make one step; return its record where the request, a command or `record` asks for one."""
        found = self.training.advance(record=record or self._single)
        self._single = False
        return found

    def _step(self, _: Mapping[str, Any]) -> None:
        self._single = True

    def _set_skips(self, told: Mapping[str, Any]) -> Event:
        self.training.set_skips(told["variant"], told["skips"])
        return self._changed(told["variant"], skips=told["skips"])

    def _set_strength(self, told: Mapping[str, Any]) -> Event:
        variant, strength = told["variant"], told["strength"]
        blocks = self.training.variants[variant].net.blocks
        self.training.set_strength(variant, dict(zip(blocks, strength, strict=True)))
        return self._changed(variant, strength=strength)

    def _set_rate(self, told: Mapping[str, Any]) -> Event:
        self.training.set_lr(told["lr"])
        return self._changed(None, lr=told["lr"])

    def _save(self, told: Mapping[str, Any]) -> Reply:
        training, variant = self.training, told["checkpoint"]
        found = {"step": training.step, "skips": training.variants[variant].net.skips}
        return Reply(found, told["file"], training.checkpoint(variant))

    def _save_weights(self, told: Mapping[str, Any]) -> Reply:
        training = self.training
        skips = [variant.net.skips for variant in training.variants]
        return Reply({"step": training.step, "skips": skips}, told["file"], training.weights())

    def _changed(self, variant: int | None, **changed: Any) -> Event:
        return Event("change", {"step": self.training.step, "variant": variant, "changed": changed})
