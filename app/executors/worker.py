"""The process that does jobs: it receives them from a pipe and sends encoded events. Holds PyTorch."""

import contextlib
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

import torch

from skipscope.app.executors import child, malloc, state_file
from skipscope.app.executors.job import failed, serve
from skipscope.app.executors.preload import warm
from skipscope.model.describe.devices import DeviceName
from skipscope.model.jobs.job import Reply
from skipscope.model.train.device import limit_memory, prepare


def main(  # noqa: PLR0917  (options by name)
    pipe: Connection, threads: int, nice: int, memory_bytes: int, device: DeviceName = "cpu", device_bytes: int = 0
) -> None:  # fmt: skip
    """Serve jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child.begin(nice, memory_bytes)
    malloc.keep_freed()
    torch.set_num_threads(threads)
    if device != "cpu":
        _get_ready(device, device_bytes)
    with contextlib.suppress(BrokenPipeError, EOFError, ConnectionResetError):
        while True:
            job, kind, (order, resume) = pipe.recv()
            assert kind == "start", "a process does one job at a time"
            _serve(_Wire(pipe, job), order, resume)
            malloc.give_back()


def _get_ready(device: DeviceName, device_bytes: int) -> None:
    """Have the device's driver, libraries and memory at hand before the first job comes."""
    with contextlib.suppress(RuntimeError, ValueError):  # the job meets the same trouble, and ends with its words
        prepare(device)
        limit_memory(device, device_bytes)
        warm(device)


def _serve(wire: "_Wire", order: bytes, resume: str | None) -> None:
    try:
        serve(wire, order, None if resume is None else state_file.read_once(resume))
    except (BrokenPipeError, EOFError, ConnectionResetError):
        raise
    except Exception as error:  # whatever it is, the job ends with its words, and the trace goes to the log
        wire.send("failed", failed(error))
    else:
        wire.send("end", b"")


class _Wire:
    """A job's own end of the pipe."""

    def __init__(self, pipe: Connection, job: int) -> None:
        self._pipe, self._job = pipe, job

    def send(self, kind: str, data: bytes, step: int | None = None) -> None:
        self._pipe.send((self._job, kind, step, data, time.monotonic()))

    def reply(self, reply: Reply) -> None:
        self.send("reply", state_file.write(reply.data, reply.file, reply.content))

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        if not self._pipe.poll(seconds):
            return None
        job, kind, command = self._pipe.recv()
        assert (job, kind) == (self._job, "command"), "a process does one job at a time"
        return command
