"""The allocator's settings. In a worker a layer reuses the memory of the one before, without asking the kernel; the
process that serves gives large blocks back at once.

glibc maps large blocks one by one and unmaps them when they are freed; each of their pages is then cleared and faulted
in anew. A training step frees and takes all of its tensors: that was a tenth to a fifth of its time.
"""

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
KEPT = 2**28
"""Bytes that may lie free at the heap's end."""
LARGEST = 2**25
"""Bytes of the largest block that comes from the heap: larger ones would leave holes that nothing else fits into."""

SMALL = 2**18
"""Bytes from which a block of the server is mapped by itself: a summary, an event of a deep network."""
ARENAS = 2


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None


def keep_freed() -> None:
    """Keep freed memory in this process, where the C library is glibc."""
    libc = _libc()
    if libc is not None:
        libc.mallopt(_TRIM_THRESHOLD, KEPT)
        libc.mallopt(_MMAP_THRESHOLD, LARGEST)


def keep_little() -> None:
    """Map large blocks by themselves in this process, where the C library is glibc; call it before there are threads.

    Otherwise glibc takes them from the heap once one was freed, and from one of 64 MB a thread: a hole between two that
    stay is never given back.
    """
    libc = _libc()
    if libc is not None:
        libc.mallopt(_MMAP_THRESHOLD, SMALL)
        libc.mallopt(_TRIM_THRESHOLD, LARGEST // 8)
        libc.mallopt(_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Give what lies free back to the kernel."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
