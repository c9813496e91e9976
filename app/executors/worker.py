"""The process that measures and trains: takes jobs from a pipe, answers with encoded events. Holds PyTorch."""

import os
import signal
import time
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

import orjson
import torch
from pydantic import ValidationError

from model.request import ProbeRequest, TrainingRequest
from model.training import StepRecord, Training, probe, train

NICENESS = 5


def main(pipe: Connection, threads: int) -> None:
    """Serve jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    torch.set_num_threads(threads)
    pipe.send(("ready", b""))
    while True:
        try:
            job, body = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if job == "probe":
                pipe.send(("probe", orjson.dumps(probe(ProbeRequest.model_validate_json(body)))))
            elif job == "run":
                _Run(pipe, body).serve()
                pipe.send(("end", b""))
        except (BrokenPipeError, EOFError):
            return
        except (ValueError, ValidationError, MemoryError, RuntimeError) as error:
            traceback.print_exc()
            pipe.send(("failed", _words(error).encode()))


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return "out of memory: use a smaller batch or network"
    return f"{type(error).__name__}: {error}"


class _Run:
    """One training, between steps of which commands are heeded."""

    def __init__(self, pipe: Connection, body: bytes) -> None:
        options = orjson.loads(body)
        self.pipe = pipe
        self.paused = bool(options["paused"])
        self.single = 0
        self.stopped = False
        self.rate: float = options.get("max_rate") or 0.0
        self.training: Training = train(TrainingRequest.model_validate(options["request"]))

    def serve(self) -> None:
        self._say("schema", self.training.schema())
        self._state("paused" if self.paused else "running")
        due = time.monotonic()
        while not self.stopped:
            while self.pipe.poll(None if self.paused and not self.single else 0.0):
                self._obey(self.pipe.recv())
                if self.stopped or not self.paused or self.single:
                    break
            if self.stopped or (self.paused and not self.single):
                continue
            if self.rate > 0 and not self.single:
                wait = due - time.monotonic()
                if wait > 0 and self.pipe.poll(wait):
                    continue
                due = max(due, time.monotonic() - 1 / self.rate) + 1 / self.rate
            record = next(self.training, None)
            if record is None:
                break
            self._step(record)
            self.single = max(0, self.single - 1)
        self._close()

    def _close(self) -> None:
        self.training.close()
        if self.training.reason is not None:
            self._say("status", {"state": "failed", "reason": self.training.reason, "final": True})
        else:
            self._say("status", {"state": "stopped" if self.stopped else "done", "reason": None, "final": True})

    def _obey(self, command: Mapping[str, Any]) -> None:
        step = self.training.step
        match command:
            case {"state": "paused"} if not self.paused:
                self.paused = True
                self._state("paused")
            case {"state": "running"} if self.paused:
                self.paused = False
                self._state("running")
            case {"state": "stopped"}:
                self.stopped = True
            case {"step": count}:
                self.single += count
            case {"variant": variant, "skips": skips}:
                self.training.set_skips(variant, skips)
                self._say("change", {"step": step, "variant": variant, "changed": {"skips": skips}})
            case {"variant": variant, "strength": strength}:
                names = list(self.training.variants[variant].net.blocks)
                self.training.set_strength(variant, dict(zip(names, strength, strict=True)))
                self._say("change", {"step": step, "variant": variant, "changed": {"strength": strength}})
            case {"lr": lr}:
                self.training.set_lr(lr)
                self._say("change", {"step": step, "variant": None, "changed": {"lr": lr}})
            case {"max_rate": rate}:
                self.rate = rate
            case _:
                pass

    def _step(self, record: StepRecord) -> None:
        self._say("step", record.to_dict())

    def _state(self, state: str) -> None:
        self._say("status", {"state": state, "reason": None, "queue_position": None})

    def _say(self, kind: str, content: Mapping[str, Any]) -> None:
        self.pipe.send((kind, orjson.dumps(content)))
