"""The watch over time: heartbeats, and the end of runs that nobody watches, that last too long, are stuck or old."""

import asyncio
import contextlib
import time
from collections.abc import Generator

import structlog

from skipscope.app.executors import malloc
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.registry import Registry

TICK = 0.25
STOP_SECONDS = 5.0
WHOLE_STOP_SECONDS = 3 * STOP_SECONDS
"""Of a job in parts: each part has its own, and then the findings are put together."""
SWEEP_SECONDS = 600.0
TRIM_SECONDS = 30.0
DAY = 86_400
log = structlog.get_logger("jobs")


class Watch:
    """Look after the runs of a registry, by the monotonic clock."""

    def __init__(self, registry: Registry) -> None:
        self._registry, self._settings = registry, registry.settings
        self._swept, self._trimmed = -SWEEP_SECONDS, 0.0
        self._lost: str | None = None
        self._started = time.time() - elapsed()

    async def run(self) -> None:
        """Look again and again, until cancelled; a fault of one job is logged and touches no other."""
        looked = time.monotonic()
        while True:
            # time in which this process itself stood still, as where the machine slept, is nobody's silence
            late, looked = time.monotonic() - looked - TICK, time.monotonic()
            for job in list(self._registry.jobs):
                with _logged(job=job.id):
                    job.heard += max(0.0, late)
                    job.channel.beat(self._settings.heartbeat)
                    if not job.over:
                        self._look(job)
            with _logged():
                self._look_at_store()
                self._registry.slots.publish_places()
            if time.monotonic() - self._trimmed >= TRIM_SECONDS:
                self._trimmed = time.monotonic()
                with _logged():
                    await asyncio.to_thread(malloc.give_back)  # what readers and requests have let go
            if time.monotonic() - self._swept >= SWEEP_SECONDS:
                self._swept = time.monotonic()
                with _logged():
                    await self._sweep()
            await asyncio.sleep(TICK)

    def _look_at_store(self) -> None:
        """Say once that nothing is kept any more, and once that it is again."""
        error = self._registry.store.lost()
        lost = None if error is None else str(error)
        if lost != self._lost:
            self._lost = lost
            if lost is None:
                log.info("data_found", reason="folder and file are those that were opened")
            else:
                log.error("data_lost", reason=lost)

    def _look(self, job: LiveJob) -> None:
        registry, settings, now = self._registry, self._settings, time.monotonic()
        if job.handle is None:
            return
        # a part is watched by the readers of the whole, and pauses with it
        unwatched = 0.0 if job.whole is not None else min(job.unwatched(), now - job.since)
        patience = WHOLE_STOP_SECONDS if job.num_parts else STOP_SECONDS
        if job.stopping is not None:
            if job.handling is None and now - job.stopping > patience:
                registry.end(job, "stopped", "ended in the middle of its work")
        elif job in registry.active:
            if job.num_parts:
                self._look_at_whole(job, unwatched)
            elif job.handling is None and now - job.heard > settings.max_step_seconds:
                registry.end(job, "failed", f"No sign of life for {span(settings.max_step_seconds)}: it is stuck.")
            elif job.worked_seconds > settings.max_seconds:
                registry.stop(job, f"it has worked for {span(settings.max_seconds)}, the longest time allowed")
            elif 0 < settings.keep_megabytes * 1e6 < job.num_bytes:
                registry.stop(job, f"it has recorded {settings.keep_megabytes:g} MB, the limit of all runs together")
            else:
                self._pause_if_idle(job, unwatched)
        elif job.state == "paused" and unwatched > settings.paused_seconds:
            registry.stop(job, f"paused, and nobody has watched for {span(settings.paused_seconds)}")

    def _look_at_whole(self, job: LiveJob, unwatched: float) -> None:
        """Look at a job that is done in parts: time and signs of life are those of each part."""
        limit = self._settings.keep_megabytes
        if 0 < limit * 1e6 < job.num_bytes:
            self._registry.stop(job, f"it has recorded {limit:g} MB, the limit of all runs together")
        else:
            self._pause_if_idle(job, unwatched)

    def _pause_if_idle(self, job: LiveJob, unwatched: float) -> None:
        longest = self._settings.idle_seconds
        if job.state == "running" and 0 < longest < unwatched:
            self._registry.pause(job, f"nobody has watched for {span(longest)}; resume it to go on")

    async def _sweep(self) -> None:
        settings = self._settings
        # a clock that jumps ahead makes no job old
        now = min(time.time(), self._started + elapsed())
        before = now - settings.keep_days * DAY if settings.keep_days else 0.0
        try:
            gone = await self._registry.store.sweep(before=before, max_bytes=settings.keep_megabytes * 1e6)
            await self._registry.weights.look(self._registry.live)
        except StoreError as error:
            log.error("sweep_failed", reason=str(error))
            return
        if gone.deleted:
            await self._registry.weights.forget(*gone.deleted)
            log.info("jobs_deleted", jobs=gone.deleted, reason="beyond the limits of age and size")
        if gone.named:
            log.warning("named_jobs_deleted", jobs=gone.named, reason="their owner had nothing else that could go")
        if gone.beyond:
            log.warning(
                "over_the_limit", megabytes=round(gone.beyond / 1e6, 1), reason="nobody's newest run is deleted"
            )


@contextlib.contextmanager
def _logged(**where: str) -> Generator[None]:
    try:
        yield
    except Exception:
        log.exception("watch_broke", **where)


def elapsed() -> float:
    """Return seconds that pass while the machine sleeps too, where there are such."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def span(seconds: float) -> str:
    """Write a length of time for people: 0.6 s, 30 min, 2 h."""
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"
