"""A run's life on the executor: begun in its slot, heard until its last word, and buried."""

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from skipscope.app.executors.base import Event, WorkerDied, WorkerFailed
from skipscope.app.jobs.database import StoreError

if TYPE_CHECKING:
    from skipscope.app.jobs.registry import Registry
    from skipscope.app.jobs.run import Run

log = structlog.get_logger("runs")


async def serve(registry: "Registry", run: "Run", *, paused: bool) -> None:
    """Begin a run that has a slot on the executor, take what it says, and bury it."""
    if run.over:  # ended before this task began
        await bury(registry, run)
        return
    run.serving = True
    try:
        await _start(registry, run, paused=paused)
        assert run.handle is not None
        async for said in run.handle.batches():
            run.heard = time.monotonic()
            batch = run.checkpoints.sort(said)
            if not batch:
                continue
            # the store goes on with what it was given, also where this task is cancelled
            await asyncio.shield(run.take(batch))
            registry.metrics.told(batch)
            _follow(registry, run, batch)
        if not run.over:
            run.say("failed", reason="The worker ended without a word.")
    except (WorkerDied, WorkerFailed) as error:
        _lose(registry, run, error)
    except StoreError as error:
        if not run.over:
            run.say("failed", reason=f"What was recorded cannot be kept. {error}")
    except asyncio.CancelledError:
        assert run.over, "who ends a run says why"
    except Exception:
        log.exception("run_broke", run=run.id)
        if not run.over:
            run.say("failed", reason="The server made a mistake; its log says more.")
    finally:
        run.serving = False
        await bury(registry, run)


def _lose(registry: "Registry", run: "Run", error: WorkerDied | WorkerFailed) -> None:
    registry.metrics.worker_lost(error)
    if isinstance(error, WorkerFailed):
        log.error("worker_failed", run=run.id, reason=str(error), trace=error.trace)
    if not run.over:
        run.say("failed", reason=str(error))


def _follow(registry: "Registry", run: "Run", batch: list[Event]) -> None:
    """Give the slot of a run that has paused to another."""
    if run.pausing and run.state == "paused" and any(event.kind == "status" for event in batch):
        run.pausing = False
        registry.slots.free(run)
        if not run.paused:  # resumed meanwhile
            registry.slots.ask(run)
        registry.fill()


async def _start(registry: "Registry", run: "Run", *, paused: bool) -> None:
    starting = asyncio.create_task(
        registry.executor.run(run.request, paused=paused, max_rate=run.max_rate, resume=run.resume)
    )
    try:
        run.handle = await asyncio.shield(starting)
    except asyncio.CancelledError:
        await (await starting).close()
        raise
    for command in run.pending:
        registry.send(run, command)
    run.pending.clear()


async def bury(registry: "Registry", run: "Run") -> None:
    """Let go of a run that is over, once its last word is told."""
    registry.slots.give_up(run)
    run.checkpoints.give_up()
    if run.handle is not None:
        await run.handle.close()
    if run.resume is not None:  # it may have ended before it began
        await registry.states.drop(run.resume)
    registry.slots.free(run)
    registry.fill()
    await asyncio.wait([run.told])
    if run.broken is not None and not registry.draining:
        await run.settle()
    registry.live.pop(run.id, None)
    registry.metrics.ended(run.state)
    log.info("run_ended", run=run.id, state=run.state, reason=run.reason, recorded=run.recorded)
