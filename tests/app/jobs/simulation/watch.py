"""The invariants of every moment: slots, shares and memory are as promised, and nobody waits for what is there."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from skipscope.app.jobs.admission import PROCESS_BYTES
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.room import Room
from tests.app.jobs.simulation.witness import Broken, require
from tests.app.jobs.simulation.workers import Process

if TYPE_CHECKING:
    from tests.app.jobs.simulation.world import World

EVERY = 4
SELDOM = 32
"""So many turns lie between two looks, at what is so at once and at what becomes so."""
SOON = 5.0
"""Seconds in which a command is obeyed and a reader has what is published, on a disk that is quick and well."""
SILENT = 2.0
"""Seconds of silence before which nobody is called stuck."""


class Watch:
    """What must hold at every moment."""

    def __init__(self, world: "World") -> None:
        self._registry, self._settings = world.jobs.registry, world.jobs.settings
        self._world, self._turn = world, 0
        self._room = world.jobs.admission.room
        registry = self._registry
        self._most = registry.settings.client_slots or max(1, registry.settings.slots - 1)
        self._acquire = registry.slots.acquire
        registry.slots.acquire = self._acquire_fairly  # pyright: ignore[reportAttributeAccessIssue]
        world.machine.works = self._works
        self._since: dict[tuple[str, object], float] = {}
        """Since when something is so that must not be so for long."""
        self._stuck: set[LiveJob] = set()

    def look(self) -> None:
        """Look, every few turns."""
        self._turn += 1
        if self._turn % EVERY:
            return
        self._look_at_slots()
        if self._turn % SELDOM == 0:
            self._look_at_waiting()

    def _look_at_slots(self) -> None:
        registry = self._registry
        slots, live = registry.slots, registry.live
        if len(slots.active) > self._settings.slots:
            raise Broken(f"{len(slots.active)} jobs have a slot, of {self._settings.slots}")
        held = Counter(job.seat for job in slots.active)
        if held and max(held.values()) > self._most:
            raise Broken(f"a client has too many slots: {held}")
        host = device = 0
        own: Counter[str] = Counter()
        for job in live.values():
            if job.over:
                continue
            own[job.seat.client] += 1
            working = job in slots.active
            if working and slots.waits(job):
                raise Broken(f"job {job.id} has a slot and waits for one")
            process = process_of(job)
            early = self._world.witness.early[job.id]
            if process is not None and process.changes < early:
                raise Broken(f"job {job.id} was sent {process.changes} changes of {early} from before it began")
            if working or process is not None:
                host, device = host + job.estimate.host_bytes, device + job.estimate.device_bytes
        if own and max(own.values()) > self._settings.client_runs:
            raise Broken(f"a client has more jobs than {self._settings.client_runs}: {own}")
        if not self._room.holds(Room(host, device)):
            raise Broken(f"jobs hold {host} and {device} bytes, of {self._room}")
        for job in slots.active:
            if live.get(job.id) is not job:
                raise Broken(f"job {job.id} has a slot and is not under way")

    def _works(self, process: Process) -> None:
        """Take note that a process does a piece of work; it may where its job has a slot."""
        for job in self._registry.live.values():
            if process_of(job) is process and not job.over and job not in self._registry.active:
                self._world.loop.wrong.append(f"job {job.id} works without a slot")

    def _acquire_fairly(self, live: Iterable[LiveJob], memory: Room) -> tuple[LiveJob, list[LiveJob]] | None:
        """Give a slot as the server does, and look at those that end for it."""
        live = list(live)
        active = set(self._registry.active)
        found = self._acquire(live, memory)
        if found is None or not found[1]:
            return found
        job, ending = found
        totals: Counter[str] = Counter()
        for one in live:
            if one.handle is not None or one in active:
                totals[owner(one)] += host(one)
        for one in ending:
            require(one not in active, f"job {one.id} works, and ends for the memory of {job.id}")
            require(
                totals.total() + host(job) > memory.host,
                f"job {one.id} ends for memory of which {job.id} has enough",
            )
            require(
                owner(one) == owner(job) or totals[owner(one)] >= totals[owner(job)] + host(job),
                f"{owner(job)} takes memory from {owner(one)}, who holds less: {totals}, for {host(job)}",
            )
            totals[owner(one)] -= host(one)
        return found

    def _look_at_waiting(self) -> None:
        """Raise Broken where somebody waits for what should have come by now."""
        world, registry = self._world, self._registry
        well = not world.ground.disk.slow and world.ground.disk.healthy_for > SOON
        now: dict[tuple[str, object], str] = {}
        for job in registry.live.values():
            process = process_of(job)
            if job.over:
                if (job.reason or "").startswith("No sign of life") and process is not None and job not in self._stuck:
                    self._stuck.add(job)
                    silence = world.loop.now - process.spoke
                    require(
                        process.stands or silence > SILENT,
                        f"job {job.id} is called stuck {silence:g} s after its last word",
                    )
                continue
            if process is None or process.stands or job.stopping is not None:
                continue
            works, waits = job in registry.active, registry.slots.waits(job)
            if works and job.paused and job.state == "running":
                now["pauses", job] = f"job {job.id} was told to pause, and works"
            if not works and not waits and not job.paused:
                now["works", job] = f"job {job.id} was told to go on, and rests"
        for reading in world.clients.waiting:
            job = registry.live.get(reading.job_id)
            if job is not None and job.channel.last > reading.after:
                now["reads", reading] = f"a reader of job {job.id} waits after event {reading.after}"
        for source, task in world.clients.forking:
            if not task.done() and registry.live.get(source) is None:
                now["forks", task] = f"a fork of job {source} waits for a reply that cannot come"
        if not well:
            self._since.clear()
            return
        self._since = {what: self._since.get(what, world.loop.now) for what in now}
        for what, since in self._since.items():
            if world.loop.now - since > SOON:
                raise Broken(f"{now[what]}, since {world.loop.now - since:g} s")


def process_of(job: LiveJob) -> Process | None:
    """Return the process of a job, None where it has none."""
    return getattr(job.handle, "_worker", None)


def owner(job: LiveJob) -> str:
    """Return whose memory it is that a job holds."""
    return job.seat.address or job.seat.client


def host(job: LiveJob) -> int:
    """Return the bytes that a job holds with its process."""
    return job.estimate.host_bytes + PROCESS_BYTES
