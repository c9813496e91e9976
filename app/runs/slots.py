"""Who trains and who waits: so many slots, and a fair queue before them. A run is in one of both, or in neither."""

from collections import Counter
from collections.abc import Iterable

from app.executors.queue import FairQueue, Seat
from app.runs.admission import PROCESS_BYTES
from app.runs.run import Run


class Slots:
    """Give at most `num` runs a slot, and at most `most` of them to one seat."""

    def __init__(self, num: int, most: int) -> None:
        self.active: set[Run] = set()
        self._num, self._most = num, most
        self._queue: FairQueue[Run] = FairQueue()

    @property
    def num_waiting(self) -> int:
        """Count the runs that wait."""
        return len(self._queue)

    def num_from(self, address: str) -> int:
        """Count the runs that wait from a network address."""
        return self._queue.num_from(address)

    def waits(self, run: Run) -> bool:
        """Say whether a run waits."""
        return run in self._queue

    def ask(self, run: Run) -> None:
        """Let a run wait for a slot, where it has none and does not wait yet."""
        if run not in self.active and run not in self._queue:
            self._queue.add(run, run.seat)

    def take(self) -> Run | None:
        """Give a slot to the run whose turn it is; None where no slot is free or nobody may have it."""
        if len(self.active) >= self._num:
            return None
        run = self._queue.take(self._held(), self._most)
        if run is not None:
            self.active.add(run)
        return run

    def give_up(self, run: Run) -> None:
        """Let a run wait no more."""
        if run in self._queue:
            self._queue.remove(run)

    def free(self, run: Run) -> None:
        """Take back the slot of a run."""
        self.active.discard(run)

    def in_the_way(self, run: Run, live: Iterable[Run], memory: int) -> list[Run]:
        """Return paused runs whose memory is needed by one that gets a slot: its client's first, the longest paused."""
        holding = [other for other in live if other.handle is not None or other is run]
        excess = sum(other.needs + PROCESS_BYTES for other in holding) - memory
        parked = [other for other in holding if other not in self.active and not self.waits(other)]
        found: list[Run] = []
        for other in sorted(parked, key=lambda other: (other.client != run.client, other.since)):
            if excess <= 0:
                break
            excess -= other.needs + PROCESS_BYTES
            found.append(other)
        return found

    def announce(self) -> None:
        """Tell those who wait their place, where it is another than before."""
        for position, run in enumerate(self._queue.order(self._held()), 1):
            if run.queue_position != position:
                run.say("queued", queue_position=position)

    def _held(self) -> Counter[Seat]:
        return Counter(run.seat for run in self.active)
