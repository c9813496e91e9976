"""What a worker does, whatever wire it hangs on: answer a probe, or train and heed commands between steps."""

import time
import traceback
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from pydantic import ValidationError

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.train.probe import probe
from skipscope.model.train.training import Training, train

ALIVE_EVERY = 1.0


class Stopped(Exception):  # noqa: N818  (not a mistake)
    """Nobody wants the job any more."""


class Wire(Protocol):
    """Where a job's words go and its commands come from."""

    def say(self, kind: str, data: bytes, step: int | None = None) -> None:
        """Send a message."""
        ...

    def keep(self, told: Mapping[str, Any], state: bytes) -> None:
        """Have a state written into the file that `told` names, and then say `told`, a checkpoint, with the outcome."""
        ...

    def heard(self, seconds: float | None) -> dict[str, Any] | None:
        """Return the next command, waiting for it so long (None: for ever); None where none came. Raise Stopped."""
        ...


def measure(body: bytes) -> bytes:
    """Answer a probe."""
    return orjson.dumps(probe(ProbeRequest.model_validate_json(body)))


def serve(wire: Wire, body: bytes, state: bytes | None) -> None:
    """Train as asked, from a state where there is one, until the end or until nobody wants it."""
    wire.say("alive", b"")  # loading the data may take long
    options = orjson.loads(body)
    training = train(TrainingRequest.model_validate(options["request"]), state)
    del state  # the networks have it
    try:
        _Loop(wire, training, paused=options["paused"], rate=options["max_rate"]).run()
    except Stopped:
        pass
    finally:
        training.close()


def failed(error: Exception) -> bytes:
    """Say what went wrong: in words for people, and where for the log."""
    return orjson.dumps({"words": _words(error), "trace": "".join(traceback.format_exception(error))})


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error) or "out of memory" in str(error):
        return "out of memory: use a smaller batch, image size or network"
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


class _Loop:
    """One training: step, say, listen."""

    def __init__(self, wire: Wire, training: Training, *, paused: bool, rate: float) -> None:
        self.wire, self.training = wire, training
        self.paused, self.rate = paused, rate
        self.single = 0
        self.stopped: str | None = None
        self._due = self._spoke = time.monotonic()
        self._rested = True
        """Whether the last step was recorded: the pace is that of recorded steps."""

    def run(self) -> None:
        self._say("schema", self.training.schema())
        self._state("paused" if self.paused else "running")
        while self.stopped is None:
            # steps that were asked for come before what was asked for later
            command = None if self.single else self.wire.heard(self._patience())
            if command is not None:
                self._obey(command)
            elif self.single or self._left() == 0:
                if self.training.over:
                    break
                self._advance()
            self._live()
        reason = self.training.reason
        if self.stopped is not None:
            self._state("stopped", reason=self.stopped or None, final=True)
        else:
            self._state("done" if reason is None else "failed", reason=reason, final=True)

    def _left(self) -> float:
        """Return the seconds until the next step is due."""
        return max(0.0, self._due - time.monotonic()) if self.rate > 0 and self._rested else 0.0

    def _patience(self) -> float | None:
        """Return for how long a command may be waited for."""
        return None if self.paused else min(self._left(), ALIVE_EVERY)

    def _live(self) -> None:
        """Give a sign of life in a long silence."""
        if time.monotonic() - self._spoke >= ALIVE_EVERY:
            self._spoke = time.monotonic()
            self.wire.say("alive", b"")

    def _advance(self) -> None:
        """Make one step; one that was asked for is recorded in any case."""
        asked, self.single = self.single > 0, max(0, self.single - 1)
        if self.rate > 0 and self._rested:
            self._due = max(self._due, time.monotonic() - 1 / self.rate) + 1 / self.rate
        record = self.training.advance(record=asked)
        self._rested = record is not None
        if record is not None:
            self._say("step", record.to_dict(), record.step)

    def _obey(self, command: Mapping[str, Any]) -> None:
        try:
            self._change(command)
        except ValueError as error:
            changed = {name: value for name, value in command.items() if name != "variant"}
            detail = (
                error.errors()[0]["msg"].removeprefix("Value error, ")
                if isinstance(error, ValidationError)
                else str(error)
            )
            refused = {"variant": command.get("variant"), "changed": changed, "detail": detail}
            self._state("paused" if self.paused else "running", reason=f"not changed: {detail}", refused=refused)

    def _change(self, command: Mapping[str, Any]) -> None:
        training = self.training
        match command:
            case {"state": "paused", **more}:
                self.paused = True
                self._state("paused", reason=more.get("reason"))
            case {"state": "running"}:
                self.paused, self.single = False, 0
                self._due = time.monotonic()
                self._state("running")
            case {"state": "stopped", **more}:
                self.stopped = more.get("reason") or ""
            case {"step": count}:
                self.single = count if self.paused else 0
            case {"variant": variant, "skips": skips}:
                training.set_skips(variant, skips)
                self._changed(variant, skips=skips)
            case {"variant": variant, "strength": strength}:
                names = training.schema()["variants"][variant]["blocks"]
                training.set_strength(variant, dict(zip(names, strength, strict=True)))
                self._changed(variant, strength=strength)
            case {"checkpoint": variant, "file": file}:
                told = {"step": training.step, "skips": training.variants[variant].net.skips, "file": file}
                self.wire.keep(told, training.checkpoint(variant))
            case {"lr": lr}:
                training.set_lr(lr)
                self._changed(None, lr=lr)
            case {"max_rate": rate}:
                self.rate, self._due = rate, time.monotonic()
            case _:
                raise AssertionError(f"the web sent {command!r}")

    def _changed(self, variant: int | None, **changed: Any) -> None:
        self._say("change", {"step": self.training.step, "variant": variant, "changed": changed})

    def _state(self, state: str, *, reason: str | None = None, **more: Any) -> None:
        self._say("status", {"state": state, "reason": reason, "queue_position": None, **more})

    def _say(self, kind: str, content: Mapping[str, Any], step: int | None = None) -> None:
        self._spoke = time.monotonic()
        self.wire.say(kind, orjson.dumps(content), step)
