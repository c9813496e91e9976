"""What a cluster alone can do: lose a node, lack what is asked for, not be there at all."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from skipscope.app.executors.base import Executor, JobHandle, WorkerDied
from skipscope.app.executors.bridge import lacking
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.executors.ray import RayExecutor
from skipscope.model.describe.devices import AskedDevice
from skipscope.model.train.kinds import TRAINING
from tests.app.executors.cluster import Cluster, Node, cluster
from tests.app.executors.place import Place, of_kind, told, until
from tests.app.executors.sight import SIGHT, SightRequest

pytestmark = pytest.mark.ray


def executor(address: str, **options: Any) -> RayExecutor:
    return RayExecutor(LocalExecutor(slots=0, threads=1), address=address, **options)


@pytest.fixture(scope="module")
def doomed(ray_token: None) -> Iterator[tuple[Cluster, Node, list[Node]]]:
    """Start a cluster that loses a node to the first test that asks for it, and its head to the second."""
    pytest.importorskip("ray", reason="the ray extra is not installed")
    with cluster() as found:
        yield found


def test_a_lost_node_ends_its_runs_alone(request_of: Any, doomed: tuple[Cluster, Node, list[Node]]) -> None:
    found, _, nodes = doomed

    async def act(place: RayExecutor, nodes: list[Any]) -> None:
        # four CPUs: two runs on each node
        handles = [await place.start_job(TRAINING, request_of(steps=1_000_000)) for _ in range(4)]
        await asyncio.gather(*(until(handle, "step", 2) for handle in handles))
        nodes[0].kill()

        async def fate(handle: Any) -> str:
            try:
                async with asyncio.timeout(25):
                    await told(handle)
            except WorkerDied as error:
                return str(error)
            except TimeoutError:
                return "trains on"
            return "ended"

        fates = await asyncio.gather(*(fate(handle) for handle in handles))
        assert sorted(said == "trains on" for said in fates) == [False, False, True, True]
        assert all("node on the cluster was lost" in said for said in fates if said != "trains on")
        last = await told(await place.start_job(TRAINING, request_of()))
        assert of_kind(last, "status")[-1]["state"] == "done"

    place = Place(lambda: executor(found.address), seconds=200)
    try:
        place.do(lambda found: act(found, nodes))  # pyright: ignore[reportArgumentType]
    finally:
        place.close()


def test_a_head_that_was_lost_and_came_back_ends_its_runs_and_gets_the_next_one(
    request_of: Any, doomed: tuple[Cluster, Node, list[Node]]
) -> None:
    found, head, _ = doomed

    async def act(place: RayExecutor, cluster: Cluster, head: Node) -> None:
        doomed = await place.start_job(TRAINING, request_of(steps=1_000_000))
        await until(doomed, "step", 2)
        fate = asyncio.create_task(told(doomed))
        head.kill()
        # the nodes of the lost head, and the connection to them, are still there
        for start in (cluster.start_head, cluster.start_node):
            await asyncio.to_thread(start)
        last = await told(await place.start_job(TRAINING, request_of()))
        assert of_kind(last, "status")[-1]["state"] == "done"
        with pytest.raises(WorkerDied, match="cluster was lost"):
            await fate

    place = Place(lambda: executor(found.address), seconds=200)
    try:
        place.do(lambda ray: act(ray, found, head))  # pyright: ignore[reportArgumentType]
    finally:
        place.close()


def test_a_job_on_a_gpu_reserves_one_and_sees_that_one_alone(shared_cluster: tuple[Cluster, list[Node]]) -> None:
    async def act(place: Executor) -> None:
        async def look(device: AskedDevice, *, paused: bool = False) -> JobHandle:
            return await place.start_job(SIGHT, SightRequest(device=device), paused=paused)

        # a job that is paused holds its GPU
        holding = [await look(device, paused=True) for device in ("auto", "cuda")]
        for handle in holding:
            await until(handle, "status")
        late = asyncio.create_task(told(await look("cuda")))
        seen = of_kind(await told(await look("cpu")), "sight")
        assert [(one["device"], one["visible"] or "") for one in seen] == [("cpu", "")]
        assert not late.done(), "it waits for a GPU while a job on a CPU comes and goes"
        for handle in holding:
            handle.send({"state": "running"})
        for handle in holding:
            seen += of_kind(await told(handle), "sight")
        seen += of_kind(await late, "sight")
        assert [one["device"] for one in seen[1:]] == ["cuda"] * 3
        assert sorted(one["visible"] for one in seen[1:3]) == ["0", "1"], "each has its own"
        assert seen[3]["visible"] in {"0", "1"}
        assert [one["deterministic"] for one in seen] == [False, True, True, True]
        handle = await place.start_job(SIGHT, SightRequest(device="cuda"))
        await handle.close()

    place = Place(lambda: executor(shared_cluster[0].address, gpus=1.0), seconds=150)
    try:
        place.do(act)
    finally:
        place.close()


def test_what_no_node_has_is_refused_in_words() -> None:
    nodes = [
        {"Alive": True, "Resources": {"CPU": 4.0, "memory": 8e9}},
        {"Alive": False, "Resources": {"CPU": 64.0, "GPU": 8.0, "memory": 512e9}},
    ]
    assert lacking({"CPU": 4.0, "GPU": 0.0, "memory": 8e9}, nodes) is None
    said = lacking({"CPU": 1.0, "GPU": 1.0, "memory": 1e9}, nodes)
    assert said is not None
    assert "asks for 1 CPU, 1 GPU and 1.0 GB" in said
    assert "the largest of 1 nodes have 4 CPU, 0 GPU, 8.0 GB" in said


def test_a_cluster_that_is_not_there_is_told_at_the_start() -> None:
    pytest.importorskip("ray", reason="the ray extra is not installed")
    with pytest.raises(WorkerDied, match=r"cluster at 127\.0\.0\.1:1 cannot be joined"):
        asyncio.run(executor("127.0.0.1:1", patience=8).start())
