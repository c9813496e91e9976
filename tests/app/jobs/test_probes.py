"""A probe and a block's maps are measured once for all that ask for the same, also at the same moment."""

import asyncio
from typing import Any

import pytest

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest
from tests.app.jobs.conftest import SMALL

PAIR = {"variants": [SMALL, {**SMALL, "skips": False}], "batch_size": 8}


def num_measured(jobs: Jobs, kind: str) -> int:
    """Return how many networks were measured."""
    return int(jobs.metrics.registry.get_sample_value("skipscope_answers_total", {"kind": kind}) or 0)


def test_a_class_that_asks_at_once_is_answered_by_one_measurement(bench: Any) -> None:
    async def act(jobs: Jobs) -> None:
        probe = ProbeRequest.model_validate(PAIR)
        found = await asyncio.gather(*(jobs.probes.measure(probe) for _ in range(20)))
        assert num_measured(jobs, "probe") == 2
        assert all(one == found[0] for one in found)
        mapped = MapsRequest.model_validate({**PAIR, "block": "layer2.1"})
        pictures = await asyncio.gather(*(jobs.probes.maps(mapped) for _ in range(20)))
        assert num_measured(jobs, "maps") == 2
        assert all(one == pictures[0] for one in pictures)
        assert [one["label"] for one in pictures[0]["variants"]] == [one["label"] for one in found[0]["variants"]]
        assert [one["skip"] for one in pictures[0]["variants"]] == [True, False]
        await jobs.probes.maps(mapped.model_copy(update={"image": 1}))
        assert (num_measured(jobs, "probe"), num_measured(jobs, "maps")) == (2, 4)

    bench(act)


def test_nobody_waits_in_the_line_of_another_who_asked_for_the_same_before(bench: Any) -> None:
    async def act(jobs: Jobs) -> None:
        order: list[str] = []

        async def ask(name: str, seed: int) -> None:
            wish = ProbeRequest.model_validate({**PAIR, "variants": [SMALL], "seed": seed})
            await jobs.probes.measure(wish, Seat(name, name))
            order.append(f"{name} {seed}")

        async with asyncio.TaskGroup() as asking:
            for seed in range(6):
                asking.create_task(ask("long line", seed))
            asking.create_task(ask("one", 5))
        assert order.index("one 5") < order.index("long line 3")
        assert num_measured(jobs, "probe") == 6

    bench(act)


def test_a_failure_is_not_kept(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(jobs: Jobs) -> None:
        probe = ProbeRequest.model_validate({**PAIR, "variants": [SMALL]})
        with monkeypatch.context() as broken:
            broken.setattr(jobs.executor, "answer", _break)
            with pytest.raises(RuntimeError, match="the first breaks"):
                await jobs.probes.measure(probe)
        assert (await jobs.probes.measure(probe))["variants"]

    bench(act)


async def _break(*_: object) -> bytes:
    raise RuntimeError("the first breaks")
