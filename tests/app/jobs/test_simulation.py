"""Registry, slots, channel and store in schedules that seeds make: workers die, disks fail, clients leave, the server
stops, and every job ends once, in the store as its readers were told."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from skipscope.app.guard.seat import Seat
from skipscope.model.train.kinds import TRAINING
from tests.app.jobs.simulation.ground import Ground
from tests.app.jobs.simulation.mended import MENDED
from tests.app.jobs.simulation.mistakes import MISTAKES
from tests.app.jobs.simulation.replay import find, made_ground, run, run_all
from tests.app.jobs.simulation.witness import Broken, Witness

NUM = int(os.environ.get("SKIPSCOPE_SCHEDULES", "2000"))
FIRST = int(os.environ.get("SKIPSCOPE_SEED", "0"))
CHUNK = max(1, min(250, NUM))
SUITE = 2000
FAULTS = (*MENDED, *MISTAKES)
KEPT = (
    500_317, 504_053, 605_691, 605_922, 1_014_572, 1_015_291, 1_015_624, 1_021_695, 3_003_280, 3_058_461
)  # fmt: skip
"""Seeds beyond the suite's that have broken: 605,691, 605,922 and 1,015,624 for a mistake of the simulation's own."""
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "simulation.md"


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Return one folder for all schedules of this module."""
    with made_ground() as found:
        yield found


@pytest.mark.parametrize("first", range(FIRST, FIRST + NUM, CHUNK))
def test_every_schedule_ends_each_job_once_and_leaks_nothing(ground: Ground, first: int) -> None:
    run_all(ground, range(first, min(first + CHUNK, FIRST + NUM)))


def test_seeds_that_have_broken_hold(ground: Ground) -> None:
    run_all(ground, KEPT)


def test_a_seed_gives_the_same_schedule_again(ground: Ground) -> None:
    for seed in range(20):
        assert run(ground, seed) == run(ground, seed)


def test_who_asks_while_a_job_is_deleted_may_have_it_and_who_asks_later_may_not() -> None:
    witness, seat = Witness(), Seat("a")

    def create(job_id: str, *, new: bool, gone: bool = False) -> None:
        witness.create(job_id, TRAINING, seat, "k", new=new, gone=gone)

    create("old", new=True)
    with pytest.raises(Broken, match="has given jobs old and other"):
        create("other", new=False)
    witness.doomed.add("old")
    create("next", new=True)
    create("old", new=False)  # asked for before, and answered after the next one
    create("next", new=False)
    with pytest.raises(Broken, match="has given jobs next and other"):
        create("other", new=False)
    with pytest.raises(Broken, match="old was deleted, and idempotency key k gives it again"):
        create("old", new=False, gone=True)


def told() -> dict[str, int | None]:
    """Return the faults that the document tells of, and the seeds that find them; None where so many do not."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+|not in \d+) \|$", text, re.MULTILINE)
    return {name: int(num) - 1 if num.isdecimal() else None for name, num in rows}


@pytest.mark.parametrize(("name", "seed"), [(name, seed) for name, seed in told().items() if seed is not None])
def test_a_fault_is_found_by_its_seed(ground: Ground, name: str, seed: int) -> None:
    fault = next(fault for fault in FAULTS if fault.name == name)
    run(ground, seed)
    # a change of the server's steps may hide a fault from its seed: then another schedule of the suite shows it
    assert find(ground, fault, (seed, *range(SUITE))), f"no schedule shows it: {fault.cause}"


def test_the_document_tells_of_every_fault() -> None:
    assert [*told()] == [fault.name for fault in FAULTS], "run python -m scripts.mutations"
