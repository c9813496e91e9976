"""A process of the server's: it ends with the server, yields to it, and is ended before it if memory is short."""

import contextlib
import os
import sys
import threading
from multiprocessing import connection, parent_process
from pathlib import Path

OOM_SCORE = 500
BEHIND = 5
"""Added to the niceness of trainings for work that one client asks for, and that may take long."""


def begin(nice: int, memory_bytes: int) -> None:
    """Follow the server, and step back behind it."""
    threading.Thread(target=_follow_parent, name="lifeline", daemon=True).start()
    step_back(nice, memory_bytes)


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
