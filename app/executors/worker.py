"""The process that measures and trains: takes jobs from a pipe, answers with encoded events. Holds PyTorch."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from skipscope.app.executors import malloc, state_file
from skipscope.app.executors.job import failed, measure, serve

OOM_SCORE = 500


def main(pipe: Connection, threads: int, nice: int, memory_bytes: int) -> None:
    """Serve jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, name="lifeline", daemon=True).start()
    step_back(nice, memory_bytes)
    malloc.keep_freed()
    torch.set_num_threads(threads)
    with contextlib.suppress(BrokenPipeError, EOFError, ConnectionResetError):
        while True:
            job, kind, body = pipe.recv()
            _serve(_Wire(pipe, job), kind, body)
            malloc.give_back()


def _serve(wire: "_Wire", kind: str, body: Any) -> None:
    try:
        if kind == "probe":
            wire.say("probe", measure(body))
        elif kind == "run":
            request, resume = body
            serve(wire, request, None if resume is None else state_file.take(resume))
    except (BrokenPipeError, EOFError, ConnectionResetError):
        raise
    except Exception as error:  # whatever it is, the run ends with its words, and the trace goes to the log
        wire.say("failed", failed(error))
    else:
        wire.say("end", b"")


def step_back(nice: int, memory_bytes: int) -> None:
    """Let the web process go first, be the one that the kernel ends when memory is short, and take no more."""
    if hasattr(os, "nice"):
        os.nice(nice)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE), encoding="ascii")
    if memory_bytes and sys.platform == "linux":
        import resource  # noqa: PLC0415  (not on every system)

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        most = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _follow_parent() -> None:
    """End with the web process, also in the middle of a long step."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


class _Wire:
    """A job's own end of the pipe."""

    def __init__(self, pipe: Connection, job: int) -> None:
        self._pipe, self._job = pipe, job

    def say(self, kind: str, data: bytes, step: int | None = None) -> None:
        self._pipe.send((self._job, kind, step, data, time.monotonic()))

    def keep(self, told: Mapping[str, Any], state: bytes) -> None:
        self.say("checkpoint", state_file.keep(told, state))

    def heard(self, seconds: float | None) -> dict[str, Any] | None:
        if not self._pipe.poll(seconds):
            return None
        job, kind, command = self._pipe.recv()
        assert (job, kind) == (self._job, "tell"), "a process serves one job at a time"
        return command
