"""The invariants: at every moment, at rest, after an end, and in the store."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from skipscope.app.jobs.live import TERMINAL
from skipscope.app.jobs.room import Room
from skipscope.app.jobs.tables import EventRow, JobRow
from tests.app.jobs.simulation.witness import Broken

if TYPE_CHECKING:
    from tests.app.jobs.simulation.world import World

EVERY = 4
REST = 300.0
RETRIED = 15.0
"""Seconds in which the server writes what the disk did not take, once it takes it again."""


def require(condition: object, what: str) -> None:
    """Raise Broken unless something is so."""
    if not condition:
        raise Broken(what)


class Watch:
    """What must hold at every moment."""

    def __init__(self, world: "World") -> None:
        self._registry, self._settings = world.jobs.registry, world.jobs.settings
        self._world, self._turn = world, 0
        self._room = world.jobs.admission.room
        registry = self._registry
        self._most = registry.settings.client_slots or max(1, registry.settings.slots - 1)

    def look(self) -> None:
        """Look, every few turns."""
        self._turn += 1
        if self._turn % EVERY:
            return
        registry = self._registry
        slots, live = registry.slots, registry.live
        if len(slots.active) > self._settings.slots:
            raise Broken(f"{len(slots.active)} jobs have a slot, of {self._settings.slots}")
        held = Counter(job.seat for job in slots.active)
        if held and max(held.values()) > self._most:
            raise Broken(f"a client has too many slots: {held}")
        host = device = 0
        for job in live.values():
            if job.over:
                continue
            working = job in slots.active
            if working and slots.waits(job):
                raise Broken(f"job {job.id} has a slot and waits for one")
            if working or job.handle is not None:
                host, device = host + job.estimate.host_bytes, device + job.estimate.device_bytes
        if not self._room.holds(Room(host, device)):
            raise Broken(f"jobs hold {host} and {device} bytes, of {self._room}")
        for job in slots.active:
            if live.get(job.id) is not job:
                raise Broken(f"job {job.id} has a slot and is not under way")


async def come_to_rest(world: "World") -> None:
    """Wait until all jobs have ended: by themselves, or, where they are paused, because their clients stop them."""
    registry, clients = world.jobs.registry, world.clients
    deadline = world.loop.now + REST
    while (
        registry.live or registry.errands.under_way or not all(map(asyncio.Task.done, clients.asking))
    ) and world.loop.now < deadline:
        await asyncio.sleep(3.0)
        for job in list(registry.live.values()):
            if job.state == "paused" and job not in registry.active and not job.over and job.stopping is None:
                registry.send_command(job, {"state": "stopped"})
    if world.ground.disk.troubles:
        await asyncio.sleep(18.0)  # the next sweep writes what the disk has not taken
    left = [(job.id, job.state, job.handle is not None, job in registry.active) for job in registry.live.values()]
    require(not left, f"jobs that never ended (id, state, process, slot): {left}")
    for job_id in [*world.witness.made][-2:]:
        clients.read(job_id)
    tasks = [*clients.asking, *clients.reading]
    if tasks:
        await asyncio.wait(tasks, timeout=60.0)
    require(all(task.done() for task in tasks), f"waits for ever: {[t.get_name() for t in tasks if not t.done()]}")
    require(not registry.slots.active, "a slot is leaked")
    require(not registry.slots.num_waiting, "a job that is over waits for a slot")
    await asyncio.sleep(6.0)
    require(not world.jobs.store.pages._reading, "a page is still being read")
    spares = world.jobs.settings.slots
    require(len(world.machine.alive) <= spares + 1, f"{len(world.machine.alive)} processes for no job")


def nothing_is_left(world: "World") -> None:
    """Raise Broken where the server left something behind when it ended."""
    require(not world.machine.alive, f"{len(world.machine.alive)} processes outlive the server")
    if world.ground.disk.healthy_for < RETRIED:
        return
    tasks = [repr(task) for task in world.loop.tasks if not task.done()]
    require(not tasks, f"tasks are left: {tasks}")
    files = [path.name for path in (world.ground.folder / "states").glob("*")]
    require(not files, f"files are left: {files}")
    require(not world.loop.threads, f"threads are left: {[thread.name for thread in world.loop.threads]}")


def told_is_kept(world: "World") -> None:
    """Raise Broken where readers have an event that the store has not, or another one."""
    witness = world.witness
    kept = _kept(world)
    for job_id, told in witness.told.items():
        events = kept.get(job_id, {})
        lacking = {number: event for number, event in told.items() if events.get(number) != event}
        if not lacking:
            continue
        last = witness.over.get(job_id)
        if [*lacking] == [last] and world.ground.disk.healthy_for < RETRIED:
            witness.forget_end(job_id)  # it was told because nothing could be written
            continue
        if job_id in witness.doomed and not events:
            continue
        raise Broken(f"readers of job {job_id} were told {lacking}; kept is {dict(sorted(events.items())[-3:])}")


def _kept(world: "World") -> dict[str, dict[int, tuple[str, bytes]]]:
    query = select(JobRow.id, EventRow.number, EventRow.kind, EventRow.data).join(EventRow, EventRow.run == JobRow.key)
    kept: dict[str, dict[int, tuple[str, bytes]]] = {}
    with world.ground.engine.connect() as connection:
        for job_id, number, kind, data in connection.execute(query):
            kept.setdefault(job_id, {})[number] = (kind, data)
    return kept


def all_is_over(world: "World") -> None:
    """Raise Broken where a job in the store has not ended exactly once, or its row does not agree with its events."""
    columns = (JobRow.id, JobRow.state, JobRow.reason, JobRow.last_event, JobRow.recorded, JobRow.ended)
    with world.ground.engine.connect() as connection:
        rows = list(connection.execute(select(*columns)))
    kept = _kept(world)
    for row in rows:
        events = dict(sorted(kept.get(row.id, {}).items()))
        numbers = list(events)
        require(numbers == list(range(1, row.last_event + 1)), f"job {row.id} has events {numbers}, {row.last_event=}")
        ends = [number for number, (kind, data) in events.items() if kind == "status" and b'"final":true' in data]
        require(ends == numbers[-1:] and ends, f"job {row.id} ({row.state}) has last statuses {ends} of {numbers}")
        status: dict[str, Any] = orjson.loads(events[ends[0]][1])
        found = (row.state, row.reason)
        require((status["state"], status["reason"]) == found, f"job {row.id} is {found}; its last status is {status}")
        require(row.state in TERMINAL and row.ended is not None, f"job {row.id} is {row.state}, ended {row.ended}")
        steps = sum(kind == "step" for kind, _ in events.values())
        require(row.recorded == steps, f"job {row.id} has {steps} steps and says {row.recorded}")
    there = {row.id for row in rows}
    witness = world.witness
    require(not there & witness.deleted, f"deleted jobs are kept: {there & witness.deleted}")
    lost = set(witness.made) - there - witness.doomed
    require(not lost, f"jobs are lost: {lost}")
