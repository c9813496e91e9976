"""Many who each start a run at about the same time: the answers to them, and the order in which they were served."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.budgets import Verdict
from benchmarks.students import STATUS, Figures, Reader


@dataclass
class Start:
    """A run that a client asked for: when, the answer, the places in the queue that it was told, and when it began."""

    asked: float
    answered: float
    status: int
    places: list[int] = field(default_factory=list[int])
    began: float | None = None


@dataclass
class Starts:
    """The answers to all clients together."""

    runs: list[Start] = field(default_factory=list[Start])
    took: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    errors: list[str] = field(default_factory=list[str])
    done: int = 0


class Follower(Reader):
    """A reader that notes the places in the queue, and when the run begins."""

    def __init__(self, path: str, figures: Figures, cookie: str, start: Start) -> None:
        super().__init__(path, figures, cookie)
        self._start = start

    def take(self, block: bytes) -> None:
        super().take(block)
        for found in STATUS.finditer(block):
            status = json.loads(found[1])
            if status["queue_position"] is not None:
                self._start.places.append(status["queue_position"])
            if status["state"] == "running" and self._start.began is None:
                self._start.began = time.monotonic()


def passed_over(runs: Iterable[Start]) -> int:
    """Return by how many at most of those who asked after it was answered a run was passed over."""
    runs = list(runs)
    return max(
        sum(
            later.asked > one.answered and later.began is not None and (one.began is None or later.began < one.began)
            for later in runs
        )
        for one in runs
    )


def in_order(starts: Starts, num_clients: int, num_slots: int) -> Verdict:
    """Judge whether all were admitted, and began in the order in which they had asked.

    Each client has one run, so that round robin is that order. Runs that get the slots at the same moment may say that
    they train in any order; a place in the queue never gets worse.
    """
    admitted = sum(run.status == 201 for run in starts.runs)
    began = sum(run.began is not None for run in starts.runs)
    placed = sum(run.began is not None or bool(run.places) for run in starts.runs)
    worse = sum(run.places != sorted(run.places, reverse=True) for run in starts.runs)
    most = passed_over(starts.runs) if starts.runs else 0
    return Verdict(
        "all admitted, or queued in the order of asking",
        f"{admitted} of {num_clients} admitted, {began} began, {starts.done} ended; "
        f"{num_clients - placed} with neither slot nor place, {worse} whose place got worse, "
        f"none passed over by more than {most}",
        (admitted, placed, worse) == (num_clients, num_clients, 0) and most < num_slots < began,
    )
