"""The jobs' parts put together: store, executor, registry, and the watch over them; started and ended with the app."""

import asyncio
import contextlib
import time
from typing import Any, Self

import structlog
from pydantic import BaseModel
from starlette.requests import Request

from skipscope.app.executors.base import Executor
from skipscope.app.executors.child import BEHIND
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.placement import Placement
from skipscope.app.executors.ray import RayExecutor
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.desk import MOST, Desk
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.from_weights import FromWeights
from skipscope.app.jobs.metrics import Metrics
from skipscope.app.jobs.outside import Outside
from skipscope.app.jobs.probes import Probes
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.starting import Starting
from skipscope.app.jobs.store import Store
from skipscope.app.jobs.timeouts import Watch
from skipscope.app.jobs.uploads import Uploads
from skipscope.app.settings import Settings
from skipscope.model.jobs.kind import Kind
from skipscope.model.kinds import RUNS, Kinds
from skipscope.model.train.kinds import TRAINING

IDLE_BYTES = 400_000_000
"""Memory of a process with PyTorch before it works."""
log = structlog.get_logger("jobs")


def make_executor(settings: Settings, admission: Admission, metrics: Metrics) -> Executor:
    """Make the executor that the settings name."""
    local = LocalExecutor(
        slots=settings.slots if settings.executor == "local" else 0, threads=settings.threads, nice=settings.nice,
        worker_bytes=admission.worker_memory, probers=settings.probers, probe_seconds=settings.probe_seconds,
        max_probes=settings.max_probes,
        address_probes=settings.share_of(settings.max_probes),
        placement=Placement(settings.device if settings.executor == "local" else "auto"),
        device_bytes=lambda: admission.device_worker_memory,
        count_answer=metrics.answering,
    )  # fmt: skip
    if settings.executor == "local":
        return local
    return RayExecutor(
        local, address=settings.ray_address, threads=max(1, settings.threads // settings.slots), gpus=settings.ray_gpus,
        needs=_needs, default=settings.device,
    )  # fmt: skip


def _needs(kind: Kind[Any], request: BaseModel) -> int:
    return IDLE_BYTES + kind.estimate(request).host_bytes


def kinds_of(settings: Settings) -> Kinds:
    """Return the kinds of jobs, with those that the settings name; raise ValueError if one cannot be had."""
    return Kinds(address.strip() for address in settings.kinds.split(",") if address.strip())


class Jobs:
    """Everything about jobs that one server has."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.kinds = kinds_of(settings)
        self.admission = Admission(settings)
        self.metrics = Metrics()
        self.executor = make_executor(settings, self.admission, self.metrics)
        self.admission.placement = self.executor.placement
        self.desk = Desk(nice=settings.nice + BEHIND, most_of_one=settings.share_of(MOST))
        self.probes = Probes(self.executor, self.admission, settings.probe_seconds)
        self.store: Store
        self.registry: Registry
        self.runs: Directory
        self.experiments: Directory
        self.everything: Directory
        self.starting: Starting
        self.from_weights: FromWeights
        self.uploads: Uploads
        self.outside: Outside
        self._watching: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        self.store = Store(self.settings.data_dir)
        try:
            interrupted = await self.store.interrupt("the server ended while it was under way", time.time())
        except StoreError as error:  # the page is there nevertheless, with all that was recorded
            log.error("not_written", what="which jobs were interrupted", reason=str(error))
        else:
            if interrupted:
                log.warning("jobs_interrupted", jobs=interrupted, reason="the server had ended without stopping them")
        await self.executor.start()
        self.registry = Registry(
            self.settings, self.executor, self.store, self.admission, metrics=self.metrics, desk=self.desk
        )  # fmt: skip
        try:
            await self.registry.weights.look()
        except (OSError, StoreError) as error:  # the sweep tries again
            log.error("weights_not_looked_at", reason=str(error))
        self.runs = Directory(self.registry, self.store, RUNS, TRAINING.noun)
        self.experiments = Directory(self.registry, self.store, self.kinds.experiments, "experiment")
        self.everything = Directory(
            self.registry, self.store, {**RUNS, **self.kinds.experiments}, TRAINING.noun
        )  # fmt: skip
        self.starting = Starting(self.registry, self.runs)
        self.from_weights = FromWeights(self.registry)
        self.uploads = Uploads(self.registry)
        self.outside = Outside(self.registry)
        await self.outside.start()
        self._watching = asyncio.create_task(Watch(self.registry).run())
        return self

    async def drain(self) -> None:
        """End all jobs and publish their ends."""
        await self.outside.leave()
        await self.registry.drain()

    async def __aexit__(self, *_: object) -> None:
        await self.drain()
        self._watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watching
        await self.desk.close()
        await self.executor.stop()
        await self.store.close()


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the server that is asked."""
    return request.app.state.jobs
