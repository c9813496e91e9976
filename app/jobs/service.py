"""The runs' parts put together: store, executor, registry, and the watch over them; started and ended with the app."""

import asyncio
import contextlib
import time
from typing import Self

import structlog

from skipscope.app.executors.base import Executor
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.ray import RayExecutor
from skipscope.app.jobs.admission import Admission, estimate
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.metrics import Metrics
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.timeouts import Watch
from skipscope.app.settings import Settings

IDLE_BYTES = 400_000_000
"""What a process with PyTorch takes before it trains."""
log = structlog.get_logger("runs")


def make_executor(settings: Settings, admission: Admission) -> Executor:
    """Make the executor that the settings name."""
    local = LocalExecutor(
        slots=settings.slots if settings.executor == "local" else 0, threads=settings.threads, nice=settings.nice,
        worker_bytes=admission.worker_memory, probers=settings.probers, probe_seconds=settings.probe_seconds,
        max_probes=settings.max_probes,
        address_probes=settings.share_of(settings.max_probes),
    )  # fmt: skip
    if settings.executor == "local":
        return local
    return RayExecutor(
        local, address=settings.ray_address, threads=max(1, settings.threads // settings.slots), gpus=settings.ray_gpus,
        needs=lambda request: IDLE_BYTES + estimate(request).of(request.batch_size),
    )  # fmt: skip


class Runs:
    """Everything about runs that one server has."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.admission = Admission(settings)
        self.metrics = Metrics()
        self.executor = make_executor(settings, self.admission)
        self.store: Store
        self.registry: Registry
        self._watching: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        self.store = Store(self.settings.data_dir)
        try:
            interrupted = await self.store.interrupt("the server ended while it was under way", time.time())
        except StoreError as error:  # the page is there nevertheless, with all that was recorded
            log.error("not_written", what="which runs were interrupted", reason=str(error))
        else:
            if interrupted:
                log.warning("runs_interrupted", runs=interrupted, reason="the server had ended without stopping them")
        await self.executor.start()
        self.registry = Registry(self.settings, self.executor, self.store, self.admission, self.metrics)
        self._watching = asyncio.create_task(Watch(self.registry).run())
        return self

    async def drain(self) -> None:
        """End all runs and tell their readers."""
        await self.registry.drain()

    async def __aexit__(self, *_: object) -> None:
        await self.drain()
        self._watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watching
        await self.executor.stop()
        await self.store.close()
