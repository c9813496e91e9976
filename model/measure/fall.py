"""The way of a network's loss since its training began."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean

NEWEST = 10
"""Losses of single batches scatter: the newest are those of so many recorded steps, in the mean."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The loss of the first recorded step, the mean of the newest ones, and the steps made since the first."""

    start: float
    now: float
    steps: int

    def words(self) -> str:
        """Say how the loss went: "fell from 2.30 to 2.28"."""
        start, now = f"{self.start:#.3g}", f"{self.now:#.3g}"
        if not isfinite(self.now):
            return f"began at {start} and is not finite now"
        if start == now:
            return f"stayed at {now}"
        return f"{'fell' if self.now < self.start else 'rose'} from {start} to {now}"


class Losses:
    """The losses of a training that goes on, of which the first and the newest are held."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None
        self._newest: deque[tuple[int, float]] = deque(maxlen=NEWEST)

    def append(self, step: int, loss: float) -> None:
        """Add the loss of a recorded step."""
        if self._first is None:
            self._first = (step, loss)
        self._newest.append((step, loss))

    @property
    def fall(self) -> Fall | None:
        """Return what became of the loss; None before a second step was recorded."""
        if self._first is None or self._newest[-1][0] == self._first[0]:
            return None
        step, start = self._first
        newest = [loss for at, loss in self._newest if at != step]
        return Fall(start, fmean(newest), self._newest[-1][0] - step)


def fall_of(losses: Sequence[float], steps: int) -> Fall | None:
    """Return what became of the losses of some recorded steps, `steps` having been made from the first to the last."""
    if len(losses) < 2:
        return None
    return Fall(losses[0], fmean(losses[1:][-NEWEST:]), steps)
