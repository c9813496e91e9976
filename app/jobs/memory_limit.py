"""The memory of the machine, or the container's share of it."""

from pathlib import Path

import psutil

MIB = 1024 * 1024
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_bytes() -> int:
    """Return the memory that this process and its children may use together."""
    total = psutil.virtual_memory().total
    for path in _LIMITS:
        try:
            said = path.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if said.isdecimal():
            total = min(total, int(said))
    return total
