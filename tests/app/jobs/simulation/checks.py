"""The invariants at rest, after an end, and in the store."""

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from skipscope.app.jobs.live import TERMINAL
from tests.app.jobs.simulation.witness import Broken, require

if TYPE_CHECKING:
    from tests.app.jobs.simulation.world import World

REST = 300.0
FAILURES = (
    "the loss is not finite", "RuntimeError: a bug of a job", "has no square today", "was killed by SIGKILL",
    "No sign of life", "No worker process can be started", "The records cannot be stored",
)  # fmt: skip
"""Parts of the reasons for which a job may fail here."""
MANY = 20
"""Steps in which a worker has heard all that was asked before it began."""
RETRIED = 17.0
"""Seconds in which the server writes what the disk did not take, once it takes it again: a sweep is due every 15."""


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
    require(all(page.frames for page in world.jobs.store.pages._known.values()), "a page is remembered as empty")
    spares = world.jobs.settings.slots
    require(len(world.machine.alive) <= spares + 1, f"{len(world.machine.alive)} processes for no job")


def nothing_is_left(world: "World") -> None:
    """Raise Broken where the server left something behind when it ended."""
    require(not world.machine.alive, f"{len(world.machine.alive)} processes outlive the server")
    if world.well_for < RETRIED:
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
        if [*lacking] == [last] and world.well_for < RETRIED:
            witness.forget_end(job_id)  # it was told because nothing could be written
            continue
        if job_id in witness.doomed and not events:
            continue
        raise Broken(f"readers of job {job_id} were told {lacking}; kept is {dict(sorted(events.items())[-3:])}")


def _kept(world: "World") -> dict[str, dict[int, tuple[str, bytes]]]:
    query = "SELECT id, number, events.kind, data FROM events JOIN runs ON events.run = runs.key"
    kept: dict[str, dict[int, tuple[str, bytes]]] = {}
    with world.ground.engine.connect() as connection:
        for job_id, number, kind, data in connection.exec_driver_sql(query):
            kept.setdefault(job_id, {})[number] = (kind, data)
    return kept


def all_is_over(world: "World") -> None:
    """Raise Broken where a job in the store has not ended exactly once, or its row does not agree with its events."""
    with world.ground.engine.connect() as connection:
        rows = list(
            connection.exec_driver_sql("SELECT id, state, reason, last_event, recorded, ended, weights_bytes FROM runs")
        )
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
        if steps > MANY:
            heard = sum(kind == "change" or b'"refused":' in data for kind, data in events.values())
            asked = world.witness.early[row.id]
            require(heard >= asked, f"job {row.id} heard {heard} changes of {asked} that were asked before it began")
        known = row.state != "failed" or any(part in row.reason for part in FAILURES)
        require(known, f"job {row.id} failed for a reason of ours: {row.reason}")
    there = {row.id for row in rows}
    said = {row.id for row in rows if row.weights_bytes}
    files = {path.name for path in (world.ground.folder / "weights").glob("*")}
    if not world.killed and not world.ground.disk.troubles:
        require(said == files, f"weights are kept of {sorted(files)}, and said to be of {sorted(said)}")
    witness = world.witness
    if not world.ground.disk.troubles and not world.killed and not world.slow:
        require(not there & witness.doomed, f"jobs that were to be deleted are kept: {there & witness.doomed}")
    require(not there & witness.deleted, f"deleted jobs are kept: {there & witness.deleted}")
    lost = set(witness.made) - there - witness.doomed
    require(not lost, f"jobs are lost: {lost}")
