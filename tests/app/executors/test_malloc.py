"""Where the C library takes large blocks from, and what it keeps of them, as it tells itself."""

import ctypes
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes
from skipscope.app.executors import malloc

class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
        "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Told
libc.malloc.argtypes, libc.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
libc.free.argtypes, libc.free.restype = [ctypes.c_void_p], None
{first}
mapped = libc.mallinfo2().hblks
block = libc.malloc(24 << 20)
print(libc.mallinfo2().hblks - mapped)
libc.free(block)
print(libc.mallinfo2().keepcost)
malloc.give_back()
print(libc.mallinfo2().keepcost)
"""


def told(first: str) -> list[int]:
    """Return how many blocks are mapped for one of 24 MiB, and the bytes that lie free once it is freed, given back."""
    command = [sys.executable, "-c", SCRIPT.format(first=first)]
    return [int(line) for line in subprocess.run(command, capture_output=True, check=True).stdout.split()]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33, which tells what it keeps")
def test_large_blocks_stay_with_the_process_until_they_are_given_back() -> None:
    mapped, kept, _ = told("")
    assert (mapped, kept < 2**20) == (1, True)
    mapped, kept, given_back = told("malloc.keep_freed()")
    assert (mapped, kept > 24 * 2**20, given_back < 2**20) == (0, True, True)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33, which tells what it keeps")
def test_a_server_maps_large_blocks_by_themselves_also_after_one_was_freed() -> None:
    freed_before = "libc.free(libc.malloc(30 << 20))"
    assert told(freed_before)[0] == 0
    mapped, kept, _ = told(f"malloc.keep_little()\n{freed_before}")
    assert (mapped, kept < 2**22) == (1, True)
