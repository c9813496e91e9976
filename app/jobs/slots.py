"""Which jobs work and which wait: so many slots, and a fair queue before them. A job is in one of both, or neither."""

from collections import Counter
from collections.abc import Iterable

from skipscope.app.executors.fair_queue import FairQueue
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.admission import PROCESS_BYTES
from skipscope.app.jobs.live import LiveJob


class Slots:
    """Give at most `num` jobs a slot, and at most `most` of them to one seat."""

    def __init__(self, num: int, most: int) -> None:
        self.active: set[LiveJob] = set()
        self._num, self._most = num, most
        self._queue: FairQueue[LiveJob] = FairQueue()

    @property
    def num_waiting(self) -> int:
        """Count the jobs that wait."""
        return len(self._queue)

    def num_from(self, address: str) -> int:
        """Count the jobs that wait from a network address."""
        return self._queue.num_from(address)

    def waits(self, job: LiveJob) -> bool:
        """Return whether a job waits."""
        return job in self._queue

    def enqueue(self, job: LiveJob) -> None:
        """Let a job wait for a slot, if it has none and does not wait yet."""
        if job not in self.active and job not in self._queue:
            self._queue.enqueue(job, job.seat)

    def acquire(self, live: Iterable[LiveJob], memory: int) -> tuple[LiveJob, list[LiveJob]] | None:
        """Give a slot to the job whose turn it is, and return it with those that must end for the memory it needs.

        None if no slot is free or no job may have it. If memory is short, waiting jobs that already hold theirs, since
        they were paused before, go first. To make room, jobs that are paused, or may have no slot, end: the same
        client's first, then the longest paused.
        """
        if len(self.active) >= self._num:
            return None
        held = self._held()
        holding = [job for job in live if job.handle is not None or job in self.active]
        ready = {job for job in holding if self.waits(job) and held[job.seat] < self._most}
        idle = [job for job in holding if job not in self.active and job not in ready]
        free = memory - sum(map(_bytes, holding))
        most = free + sum(map(_bytes, idle))
        job = self._queue.pop(held, self._most, lambda job: job in ready or not ready or _bytes(job) <= most)
        if job is None:
            return None
        self.active.add(job)
        lacking = (0 if job in ready else _bytes(job)) - free
        in_the_way: list[LiveJob] = []
        for other in sorted(idle, key=lambda other: (other.seat.client != job.seat.client, other.since)):
            if lacking <= 0:
                break
            lacking -= _bytes(other)
            in_the_way.append(other)
        return job, in_the_way

    def withdraw(self, job: LiveJob) -> None:
        """Let a job wait no more."""
        if job in self._queue:
            self._queue.remove(job)

    def release(self, job: LiveJob) -> None:
        """Take back the slot of a job."""
        self.active.discard(job)

    def publish_places(self) -> None:
        """Publish the places of those that wait, if they are others than before."""
        for position, job in enumerate(self._queue.order(self._held()), 1):
            if job.queue_position != position:
                job.publish_status("queued", queue_position=position)

    def _held(self) -> Counter[Seat]:
        return Counter(job.seat for job in self.active)


def _bytes(job: LiveJob) -> int:
    return job.needs + PROCESS_BYTES
