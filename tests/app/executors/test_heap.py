"""Memory that a process frees and takes again, counted by the kernel."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource, psutil, torch
from app.executors import heap
{first}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def work():
    kept = [torch.ones(2**20 + 2**18 * n) for n in range(8)]
for _ in range(3):
    work()
before = faults()
for _ in range(20):
    work()
print(faults() - before)
held = psutil.Process().memory_info().rss
heap.give_back()
print(held - psutil.Process().memory_info().rss)
"""


def numbers(first: str) -> tuple[int, int]:
    """Return the page faults of some work, and the bytes that were given back after it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(first=first)], capture_output=True, text=True, check=True
    )
    faults, given = done.stdout.split()
    return int(faults), int(given)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="elsewhere the allocator is left as it is")
def test_what_is_freed_is_taken_again_without_the_kernel_until_it_is_given_back() -> None:
    usual, _ = numbers("")
    kept, given = numbers("heap.keep_freed()")
    assert kept < usual / 20
    assert given > 40 * 2**20
