"""Worker processes on this machine, forked from one that has PyTorch warm or fresh; each serves one job at a time."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from skipscope.app.executors.base import WorkerDied
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import Message, PipeEnd
from skipscope.app.executors.process import main as work

PATIENCE = 5.0
_JOB = 1


def warm_context() -> ForkServerContext | SpawnContext:
    """Return where processes are forked from: one that has imported PyTorch and made a step.

    Windows cannot fork, and macOS's own threads do not survive it: there each process starts afresh, in seconds.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["skipscope.app.executors.fork_server"])
    return context


def fresh_context() -> SpawnContext:
    """Return where processes start from nothing, as those must that work on a GPU."""
    return multiprocessing.get_context("spawn")


class Worker:
    """One process with its pipe."""

    def __init__(self, process: BaseProcess, pipe: PipeEnd) -> None:
        self.process, self._pipe = process, pipe

    @classmethod
    async def make(
        cls, context: ForkServerContext | SpawnContext, options: Mapping[str, int | str],
        main: Callable[[Connection, dict[str, Any]], None] = work,
    ) -> "Worker":  # fmt: skip
        """Start a process; it comes up while we go on."""
        ours, theirs = context.Pipe()
        process = context.Process(target=main, args=(theirs, dict(options)), daemon=True)
        try:
            # a fork server that was lost is made anew here, which takes seconds
            await asyncio.to_thread(process.start)
        except OSError as error:  # too many processes, files or threads, or no memory for one more
            ours.close()
            raise WorkerDied(f"No worker process can be started: {error.strerror or error}.") from error
        finally:
            theirs.close()
        pipe = PipeEnd(ours)
        pipe.open_job(_JOB)
        return cls(process, pipe)

    @property
    def alive(self) -> bool:
        """Say whether the process is there."""
        return self.process.is_alive()

    def start(self, order: Order, resume: Path | None = None) -> None:
        """Give the process a job, with the file of the state that it goes on from if there is one."""
        self._pipe.send(_JOB, "start", (order.encode(), None if resume is None else str(resume)))

    def call(self, packed: bytes) -> None:
        """Have a clerk call a function."""
        self._pipe.send(_JOB, "call", packed)

    def send_command(self, command: Mapping[str, object]) -> None:
        """Send the job under way a command."""
        self._pipe.send(_JOB, "command", dict(command))

    @property
    def unsent(self) -> int:
        """Count what the process has not made room for yet."""
        return self._pipe.unsent

    async def receive(self) -> list[Message]:
        """Return what the process has sent; raise WorkerDied when it is gone and all is read."""
        messages = await self._pipe.receive(_JOB)
        if not messages:
            await asyncio.to_thread(self.process.join, PATIENCE)
            raise WorkerDied(_exit_reason(self.process.exitcode))
        return messages

    async def end(self) -> None:
        """End the process at once, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await asyncio.to_thread(self.process.join, PATIENCE)
        self._pipe.close_job(_JOB)
        await self._pipe.close()
        if not self.process.is_alive():
            self.process.close()


def _exit_reason(code: int | None) -> str:
    if code is None or code >= 0:
        return f"The worker process ended by itself, with exit code {code}."
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    likely = ", as happens when the machine is out of memory" if -code == signal.SIGKILL else ""
    return f"The worker process was killed by {name}{likely}."


def num_cores() -> int:
    """Return how many cores this process may use, a container's share included."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError), open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:  # noqa: PTH123
        quota, period = file.read().split()
        cores = min(cores, max(1, int(quota) // int(period)))
    return cores
