"""Who trains and who waits: so many slots, and a fair queue before them. A run is in one of both, or in neither."""

from collections import Counter
from collections.abc import Iterable

from skipscope.app.executors.fair_queue import FairQueue, Seat
from skipscope.app.jobs.admission import PROCESS_BYTES
from skipscope.app.jobs.run import Run


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

    def take(self, live: Iterable[Run], memory: int) -> tuple[Run, list[Run]] | None:
        """Give a slot to the run whose turn it is, and return it with those that must end for the memory it needs.

        None where no slot is free or nobody may have it. Where memory is short, those who wait with theirs, since they
        were paused before, go first: they need no more. Of those that are paused, or may have no slot, its client's end
        first, then the longest paused.
        """
        if len(self.active) >= self._num:
            return None
        held = self._held()
        holding = [run for run in live if run.handle is not None or run in self.active]
        ready = {run for run in holding if self.waits(run) and held[run.seat] < self._most}
        idle = [run for run in holding if run not in self.active and run not in ready]
        free = memory - sum(map(_bytes, holding))
        most = free + sum(map(_bytes, idle))
        run = self._queue.take(held, self._most, lambda run: run in ready or not ready or _bytes(run) <= most)
        if run is None:
            return None
        self.active.add(run)
        lacking = (0 if run in ready else _bytes(run)) - free
        in_the_way: list[Run] = []
        for other in sorted(idle, key=lambda other: (other.client != run.client, other.since)):
            if lacking <= 0:
                break
            lacking -= _bytes(other)
            in_the_way.append(other)
        return run, in_the_way

    def give_up(self, run: Run) -> None:
        """Let a run wait no more."""
        if run in self._queue:
            self._queue.remove(run)

    def free(self, run: Run) -> None:
        """Take back the slot of a run."""
        self.active.discard(run)

    def announce(self) -> None:
        """Tell those who wait their place, where it is another than before."""
        for position, run in enumerate(self._queue.order(self._held()), 1):
            if run.queue_position != position:
                run.say("queued", queue_position=position)

    def _held(self) -> Counter[Seat]:
        return Counter(run.seat for run in self.active)


def _bytes(run: Run) -> int:
    return run.needs + PROCESS_BYTES
