"""A job's life on the executor: begun in its slot, followed until its last event, and closed."""

import asyncio
import contextlib
import time
from collections.abc import Generator
from contextlib import aclosing
from typing import Any, Protocol

import structlog

from skipscope.app.executors.base import Event, Executor, JobHandle, WorkerDied, WorkerFailed
from skipscope.app.jobs.crew import Crew
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.kept_weights import KeptWeights
from skipscope.app.jobs.leader import Leader
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.metrics import Metrics

log = structlog.get_logger("jobs")


class Home(Crew, Protocol):
    """The job's surroundings: its executor and store, and the call that follows when its slot is free."""

    @property
    def executor(self) -> Executor:
        """Return where it works."""
        ...

    @property
    def metrics(self) -> Metrics:
        """Return what counts it."""
        ...

    @property
    def weights(self) -> KeptWeights:
        """Return the weights of ended runs."""
        ...

    @property
    def draining(self) -> bool:
        """Return whether the server ends."""
        ...

    def send(self, job: LiveJob, command: dict[str, Any]) -> None:
        """Send the job a command."""
        ...

    def fill(self) -> None:
        """Give free slots to those whose turn it is."""
        ...


async def serve(home: Home, job: LiveJob, *, paused: bool) -> None:
    """Begin a job that has a slot on the executor, append its events, and close it."""
    if job.over:  # ended before this task began
        await close(home, job)
        return
    job.serving = True
    try:
        written = await _expect_weights(home, job)
        await _start(home, job, paused=paused)
        assert job.handle is not None
        async with aclosing(job.handle.batches()) as batches:
            async for events in batches:
                with _handling(job):
                    batch = job.split_off(events)
                    written = await _keep_weights(home, job, written)
                    if not batch:
                        continue
                    # the store goes on with what it was given, also if this task is cancelled
                    await asyncio.shield(_append(home, job, batch))
                    home.metrics.published(batch)
                    _release_if_paused(home, job, batch)
                if job.over:  # a worker may stand still after its last word
                    await asyncio.sleep(0)  # or it was ended for the memory of the next, and is cancelled here
                    break
        if not job.over:
            job.publish_status("failed", reason="The worker ended without a word.")
    except (WorkerDied, WorkerFailed) as error:
        _lose(home, job, error)
    except StoreError as error:
        if not job.over:
            job.publish_status("failed", reason=f"The records cannot be stored. {error}")
    except asyncio.CancelledError:
        assert job.over, "who ends a job says why"
    except Exception:
        log.exception("job_broke", job=job.id)
        if not job.over:
            job.publish_status("failed", reason="The server made a mistake; its log has the reason.")
    finally:
        job.serving = False
        await close(home, job)


def _append(home: Home, job: LiveJob, batch: list[Event]) -> asyncio.Future[None]:
    """Append events; the future is done when they are published."""
    appended = job.append(batch)
    if job.over:  # the store may be slow to keep its end, and it waits for no slot meanwhile
        home.slots.withdraw(job)
    return appended


@contextlib.contextmanager
def _handling(job: LiveJob) -> Generator[None]:
    """Take note that a worker has spoken, and for how long the server is at that: its patience waits meanwhile."""
    job.heard = job.handling = time.monotonic()
    try:
        yield
    finally:
        job.heard = time.monotonic()
        if job.stopping is not None:
            job.stopping += job.heard - max(job.handling, job.stopping)
        job.handling = None


def _lose(home: Home, job: LiveJob, error: WorkerDied | WorkerFailed) -> None:
    home.metrics.worker_lost(error)
    if isinstance(error, WorkerFailed):
        log.error("worker_failed", job=job.id, reason=str(error), trace=error.trace)
    if not job.over:
        job.publish_status("failed", reason=str(error))


def _release_if_paused(home: Home, job: LiveJob, batch: list[Event]) -> None:
    """Give the slot of a job that has paused to another."""
    if job.pausing and job.state == "paused" and any(event.kind == "status" for event in batch):
        job.pausing = False
        home.slots.release(job)
        if not job.paused:  # resumed meanwhile
            home.slots.enqueue(job)
        home.fill()


Written = asyncio.Future[dict[str, Any]]
"""The word of a worker that has written weights, or could not."""


async def _keep_weights(home: Home, job: LiveJob, written: Written | None) -> Written | None:
    """Keep weights that are written by now; return what is waited for still."""
    if written is None or not written.done():
        return written
    assert job.keep is not None
    await home.weights.keep(job, job.seat.client, job.keep, written.result())
    return None


async def _expect_weights(home: Home, job: LiveJob) -> Written | None:
    """Make the file for the job's weights, and return the future of its worker's word; None if none are kept."""
    if job.num_parts or job.gives is not None or not (job.kind.keeps and home.weights.any):
        return None
    making = asyncio.create_task(home.weights.make(job.id))
    try:
        job.keep = await asyncio.shield(making)
    except OSError as error:
        job.weights_note = f"{error.strerror}."
        return None
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):
            await home.weights.discard(await making)
        raise
    return job.replies.expect(str(job.keep))


async def _start(home: Home, job: LiveJob, *, paused: bool) -> None:
    if job.num_parts:
        job.handle = Leader(home, job, paused=paused)
    else:
        job.handle = await _start_alone(home, job, paused=paused)
    job.heard = time.monotonic()  # to begin may have taken long
    for command in job.pending:
        home.send(job, command)
    job.pending.clear()


async def _start_alone(home: Home, job: LiveJob, *, paused: bool) -> JobHandle:
    starting = asyncio.create_task(
        home.executor.start_job(
            job.kind,
            job.request,
            paused=paused,
            max_rate=job.max_rate,
            resume=job.resume,
            keep=job.gives or job.keep,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await (await starting).close()
        raise


async def close(home: Home, job: LiveJob) -> None:
    """Let go of a job that is over, once its last event is published."""
    home.slots.withdraw(job)
    job.replies.cancel()
    if job.handle is not None:
        await job.handle.close()
    if job.resume is not None:  # it may have ended before it began
        await home.states.remove(job.resume)
    if job.keep is not None:
        await home.weights.discard(job.keep)
    home.slots.release(job)
    home.fill()
    await asyncio.wait([job.published])
    if home.draining:
        job.unwanted.set()
    await job.settle()
    if job.broken is None or not home.draining:  # else its end is known here alone, and clients may still ask
        home.live.pop(job.id, None)
    home.fill()  # its memory is free now too
    home.metrics.ended(job.state)
    log.info("job_ended", job=job.id, state=job.state, reason=job.reason, recorded=job.recorded)
