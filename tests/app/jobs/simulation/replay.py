"""Schedules by their seeds, one after the other, with or without a fault in the code."""

import gc
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.app.jobs.simulation.fault import Fault, present
from tests.app.jobs.simulation.ground import Ground
from tests.app.jobs.simulation.world import World

MEMORY = Path("/dev/shm")


@contextmanager
def made_ground() -> Generator[Ground]:
    """Make one folder for many schedules, in memory where there is such a disk."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        ground = Ground(Path(folder))
        gc.collect()
        gc.freeze()  # modules stay: to look through them takes longer than a schedule
        try:
            yield ground
        finally:
            gc.unfreeze()
            ground.close()


def run(ground: Ground, seed: int) -> str:
    """Run a schedule; where an invariant does not hold, say by which seed, and the end of its story."""
    world = World(ground, seed)
    try:
        return world.run()
    except Exception as error:  # whatever broke is told with its seed
        again = f"SKIPSCOPE_SEED={seed} SKIPSCOPE_SCHEDULES=1 make simulate"
        raise AssertionError("\n".join([f"seed {seed} ({again}): {error}", *world.log[-40:]])) from error


def run_all(ground: Ground, seeds: Iterable[int]) -> None:
    """Run schedules; raise AssertionError at the first that breaks."""
    for seed in seeds:
        run(ground, seed)
        if seed % 25 == 0:
            gc.collect()


def find(ground: Ground, fault: Fault, seeds: Iterable[int]) -> tuple[int, str] | None:
    """Return the first of some schedules that a fault breaks, and how; None where none does."""
    with present(fault):
        for seed in seeds:
            world = World(ground, seed)
            try:
                world.run()
            except Exception as error:  # whatever broke: the fault was found
                return seed, f"{type(error).__name__}: {error}"
            finally:
                if seed % 25 == 0:
                    gc.collect()
    return None
