"""Jobs that are done in parts, spread over the nodes of a Ray cluster: the numbers of one job, and a lost worker."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import Jobs
from skipscope.app.settings import Settings
from skipscope.model.experiments.degradation.kind import DEGRADATION
from skipscope.model.experiments.landscape.kind import LANDSCAPE
from tests.app.executors.cluster import Cluster, Node
from tests.app.parts import asked, found, landscape, sweep, whole

pytestmark = pytest.mark.ray


@pytest.fixture
def on_cluster(tmp_path: Path, shared_cluster: tuple[Cluster, list[Node]]) -> Any:
    """Return what acts on a server's jobs, two of which are on the cluster at a time."""
    given: dict[str, Any] = {"executor": "ray", "ray_address": shared_cluster[0].address, "slots": 2, "threads": 2}
    settings = Settings(data_dir=tmp_path, client_slots=2, **given)

    def on(act: Callable[[Jobs], Awaitable[None]]) -> None:
        async def main() -> None:
            async with asyncio.timeout(150), Jobs(settings) as jobs:
                await act(jobs)

        asyncio.run(main())

    return on


async def ended(jobs: Jobs, job: LiveJob) -> JobView:
    await until(lambda: job.id not in jobs.registry.live)
    return await jobs.experiments.find(job.id)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; the time of the whole test is bounded."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


def processes(nodes: list[Node]) -> list[psutil.Process]:
    """Return the processes of the cluster that work."""
    started = [child for node in nodes for child in psutil.Process(node.process.pid).children(recursive=True)]
    return [process for process in started if "ray::JobActor" in " ".join(process.cmdline())]


def test_a_sweep_and_a_landscape_on_a_cluster_are_those_of_one_job(on_cluster: Any) -> None:
    requests = sweep(), landscape()

    async def act(jobs: Jobs) -> None:
        made = [(await jobs.registry.create(asked(request)))[0] for request in requests]
        for kind, request, one in zip((DEGRADATION, LANDSCAPE), requests, made, strict=True):
            view = await ended(jobs, jobs.registry.live[one.saved.id])
            assert (view.saved.state, view.saved.reason) == ("done", None)
            assert found(jobs, view) == whole(kind, request)
        total, runs = await jobs.runs.listing(offset=0, limit=100)
        assert (total, {run.saved.state for run in runs}) == (4, {"done"})

    on_cluster(act)


def test_a_part_whose_process_on_the_cluster_is_killed_is_said_and_the_rest_stays(
    on_cluster: Any, shared_cluster: tuple[Cluster, list[Node]]
) -> None:
    async def act(jobs: Jobs) -> None:
        made, _ = await jobs.registry.create(asked(sweep(steps=300, rates=None)))
        job = jobs.registry.live[made.saved.id]
        await until(lambda: any(part.recorded for part in job.parts.values()))
        part = next(part for part in job.parts.values() if part.recorded)
        assert part.handle is not None
        pid = await part.handle.pid()
        next(process for process in processes(shared_cluster[1]) if process.pid == pid).kill()
        view = await ended(jobs, job)
        assert (view.saved.state, (view.saved.reason or "")[:31]) == ("done", "1 of 2 parts have no result. De")
        assert "was lost" in (view.saved.reason or "")
        lost = next(iter(found(jobs, view)["result"]["lost"]))
        rows = found(jobs, view)["result"]["variants"][0]["rows"]
        assert [row["depth"] for row in rows] == [8 if "14 layers" in lost else 14]

    on_cluster(act)
