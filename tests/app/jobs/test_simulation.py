"""Registry, slots, channel and store in schedules that seeds make: workers die, disks fail, clients leave, the server
stops, and every job ends once, in the store as its readers were told."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.app.jobs.simulation.world import Ground, World

NUM = int(os.environ.get("SKIPSCOPE_SCHEDULES", "2000"))
FIRST = int(os.environ.get("SKIPSCOPE_SEED", "0"))
CHUNK = max(1, min(250, NUM))
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Return one folder for all schedules of this module, in memory where there is such a disk."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        found = Ground(Path(folder))
        yield found
        found.close()


def run(ground: Ground, seed: int) -> str:
    """Run a schedule; where an invariant does not hold, say by which seed, and the end of its story."""
    world = World(ground, seed)
    try:
        return world.run()
    except Exception as error:  # whatever broke is told with its seed
        again = f"SKIPSCOPE_SEED={seed} SKIPSCOPE_SCHEDULES=1 make simulate"
        raise AssertionError("\n".join([f"seed {seed} ({again}): {error}", *world.log[-40:]])) from error


@pytest.mark.parametrize("first", range(FIRST, FIRST + NUM, CHUNK))
def test_every_schedule_ends_each_job_once_and_leaks_nothing(ground: Ground, first: int) -> None:
    for seed in range(first, min(first + CHUNK, FIRST + NUM)):
        run(ground, seed)
        if seed % 25 == 0:
            gc.collect()


def test_a_seed_gives_the_same_schedule_again(ground: Ground) -> None:
    for seed in range(20):
        assert run(ground, seed) == run(ground, seed)
