"""The metrics of jobs for Prometheus."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector
from prometheus_client import Counter as Total
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from skipscope.app.executors.base import Event, WorkerDied
from skipscope.app.jobs.channel import Channel

LAGS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
STATES = ("queued", "running", "paused")
log = structlog.get_logger("metrics")


class Watched(Protocol):
    """A job, as far as it is counted."""

    @property
    def state(self) -> str:
        """Return what it is at."""
        ...

    @property
    def channel(self) -> Channel:
        """Return where it is read."""
        ...


class Home(Protocol):
    """The holder of the jobs under way."""

    @property
    def jobs(self) -> Iterable[Watched]:
        """List them."""
        ...

    @property
    def num_waiting(self) -> int:
        """Count those that wait for a slot."""
        ...

    @property
    def kept_bytes(self) -> int:
        """Return the size of all weights that are kept."""
        ...


class Metrics(Collector):
    """Counters of one server; the gauges are read off the jobs when they are asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._home: Home | None = None
        self._ended = Total("skipscope_runs_ended", "Runs that ended, by how.", ["state"], registry=self.registry)
        self._steps = Total("skipscope_steps", "Steps recorded by all runs.", registry=self.registry)
        self._lag = Histogram(
            "skipscope_event_lag_seconds", "From the making of an event in its worker until readers have it.",
            buckets=LAGS, registry=self.registry,
        )  # fmt: skip
        self._refused = Total(
            "skipscope_refused", "Refused requests, by status and by the part that refused them.",
            ["status", "by"], registry=self.registry,
        )  # fmt: skip
        self._readers = Gauge(
            "skipscope_readers", "Open streams of events, of runs under way and of those that are over.",
            registry=self.registry,
        )  # fmt: skip
        self._lost = Total("skipscope_workers_lost", "Workers that died in a run.", registry=self.registry)
        self._answers = Total(
            "skipscope_answers",
            "Short jobs that were begun, such as measurements of a probe's network; equal ones at a time are one.",
            ["kind"], registry=self.registry,
        )  # fmt: skip
        self.registry.register(self)

    def watch(self, home: Home) -> None:
        """Read the gauges off these jobs."""
        self._home = home

    def published(self, batch: Sequence[Event]) -> None:
        """Count events that were published to readers."""
        now = time.monotonic()
        # who measures how long each step takes to a reader needs to know when it was made (benchmarks/classroom.py)
        made = {event.step: event.made for event in batch if event.kind == "step"}
        log.debug("steps_told", steps=list(made), made=list(made.values()))
        for event in batch:
            self._lag.observe(max(0.0, now - event.made))
            if event.kind == "step":
                self._steps.inc()

    def ended(self, state: str) -> None:
        """Count a job that ended."""
        self._ended.labels(state).inc()

    def refused(self, status: int, by: str = "runs") -> None:
        """Count a refusal."""
        self._refused.labels(str(status), by).inc()

    def answering(self, kind: str) -> None:
        """Count a short job that begins."""
        self._answers.labels(kind).inc()

    def reading(self, change: int) -> None:
        """Count a reader who comes (1) or leaves (-1)."""
        self._readers.inc(change)

    def worker_lost(self, error: Exception) -> None:
        """Count a worker that died in a job."""
        if isinstance(error, WorkerDied):
            self._lost.inc()

    def collect(self) -> Iterable[Metric]:
        """Read the gauges."""
        jobs = list(self._home.jobs) if self._home else []
        states = Counter(job.state for job in jobs)
        by_state = GaugeMetricFamily("skipscope_runs", "Runs under way, by state.", labels=["state"])
        for state in STATES:
            by_state.add_metric([state], states[state])
        yield by_state
        waiting = self._home.num_waiting if self._home else 0
        yield GaugeMetricFamily("skipscope_queue_length", "Runs that wait for a slot.", value=waiting)
        kept = self._home.kept_bytes if self._home else 0
        yield GaugeMetricFamily("skipscope_kept_weights_bytes", "Final weights of ended runs on the disk.", value=kept)
