"""Which jobs work and which wait: so many slots, and a fair queue before them. A job is in one of both, or neither."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce

from skipscope.app.executors.fair_queue import FairQueue
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.admission import PROCESS_BYTES
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.room import Room
from skipscope.app.jobs.waiting import seconds_until

PLACE_SECONDS = 1.0


class Slots:
    """Give at most `num` jobs a slot, and at most `most` of them to one seat.

    A job that is done in parts works without a slot, and waits for nobody: its parts have the slots.
    """

    def __init__(self, num: int, most: int) -> None:
        self.active: set[LiveJob] = set()
        self._num, self._most = num, most
        self._queue: FairQueue[LiveJob] = FairQueue()
        self._wholes: list[LiveJob] = []
        """Those that wait for nobody."""

    @property
    def num_waiting(self) -> int:
        """Count the jobs that wait."""
        return len(self._queue)

    def num_from(self, address: str) -> int:
        """Count the jobs that wait from a network address."""
        return self._queue.num_from(address)

    def waits(self, job: LiveJob) -> bool:
        """Return whether a job waits."""
        return job in self._queue or job in self._wholes

    def enqueue(self, job: LiveJob) -> None:
        """Let a job wait for a slot, if it has none and does not wait yet."""
        if job not in self.active and not self.waits(job):
            if job.num_parts:
                self._wholes.append(job)
            else:
                self._queue.enqueue(job, job.seat)

    def acquire(self, live: Iterable[LiveJob], memory: Room) -> tuple[LiveJob, list[LiveJob]] | None:
        """Give a slot to the job whose turn it is, and return it with those that must end for the memory it needs.

        None if no slot is free or no job may have it. If memory is short, waiting jobs that already hold theirs, since
        they were paused before, go first. To make room, jobs that are paused, or may have no slot, end: the same
        client's first, then those of the address that holds the most memory. No address takes from one that would
        hold less than it: its job waits.
        """
        if self._wholes:
            whole = self._wholes.pop(0)
            self.active.add(whole)
            return whole, []
        if len(self._working) >= self._num:
            return None
        held = self._held()
        holding = [job for job in live if job.handle is not None or job in self.active]
        ready = {job for job in holding if self.waits(job) and held[job.seat] < self._most}
        idle = [job for job in holding if job not in self.active and job not in ready]
        ending: dict[LiveJob, list[LiveJob]] = {}

        def has_room(job: LiveJob) -> bool:
            found = [] if job in ready else _in_the_way(job, memory, holding, idle)
            if found is not None:
                ending[job] = found
            return found is not None

        job = self._queue.pop(held, self._most, has_room)
        if job is None:
            return None
        self.active.add(job)
        return job, ending[job]

    def withdraw(self, job: LiveJob) -> None:
        """Let a job wait no more."""
        if job in self._queue:
            self._queue.remove(job)
        elif job in self._wholes:
            self._wholes.remove(job)

    def release(self, job: LiveJob) -> None:
        """Take back the slot of a job."""
        self.active.discard(job)

    def publish_places(self) -> None:
        """Publish the places of those that wait, if they are others than before.

        The first place of each at once; later ones to who watches, and to nobody more often than each `PLACE_SECONDS`.
        """
        now = time.monotonic()
        waiting = list(self._queue.order(self._held()))
        starts = seconds_until(
            (job.seconds_left for job in self._working), [job.seconds_left for job in waiting], self._num
        )
        for position, (job, start) in enumerate(zip(waiting, starts, strict=True), 1):
            first = job.queue_position is None
            job.queue_position, job.queue_seconds = position, start
            if first or (job.place != position and job.watched and now - job.placed >= PLACE_SECONDS):
                job.place, job.placed = position, now
                job.publish_status("queued", queue_position=position, queue_seconds=float(f"{start:.2g}"))

    def _held(self) -> Counter[Seat]:
        return Counter(job.seat for job in self._working)

    @property
    def _working(self) -> list[LiveJob]:
        """Return those that have a slot."""
        return [job for job in self.active if not job.num_parts]


def _in_the_way(
    job: LiveJob, memory: Room, holding: Sequence[LiveJob], idle: Iterable[LiveJob]
) -> list[LiveJob] | None:
    """Return which idle jobs end for a job that lacks memory; None if there are too few that may."""
    lacking = _room(job).less(memory.less(_all(map(_room, holding))))
    left, ending = list(idle), list[LiveJob]()
    totals: dict[str, Room] = defaultdict(Room)
    for other in holding:
        totals[_owner(other)] = totals[_owner(other)].plus(_room(other))

    def held(owner: str) -> int:
        return totals[owner].host if lacking.host > 0 else totals[owner].device

    while lacking.host > 0 or lacking.device > 0:
        own = held(_owner(job)) + (_room(job).host if lacking.host > 0 else _room(job).device)
        left = [other for other in left if lacking.shares(_room(other))]
        may = [other for other in left if _owner(other) == _owner(job) or held(_owner(other)) >= own]
        if not may:
            # what processes have of their own comes on top of what jobs may need together
            staying = [other for other in holding if other not in ending]
            fits = memory.less(_all(map(_needs, staying))).holds(_needs(job))
            return ending if not left and (fits or not staying) else None
        other = min(may, key=lambda one: (one.seat.client != job.seat.client, -held(_owner(one)), one.since))
        left.remove(other)
        ending.append(other)
        lacking = lacking.less(_room(other))
        totals[_owner(other)] = totals[_owner(other)].less(_room(other))
    return ending


def _owner(job: LiveJob) -> str:
    """Return whose memory it is: an address's, for clients can be made up, or a client's if addresses say nothing."""
    return job.seat.address or job.seat.client


def _needs(job: LiveJob) -> Room:
    return Room() if job.num_parts else Room(job.estimate.host_bytes, job.estimate.device_bytes)


def _room(job: LiveJob) -> Room:
    """Return what it needs and its process has."""
    return Room() if job.num_parts else _needs(job).plus(Room(PROCESS_BYTES))


def _all(rooms: Iterable[Room]) -> Room:
    return reduce(Room.plus, rooms, Room())
