"""A probe and a block's maps are measured once for all that ask for the same, also at the same moment."""

import asyncio
from typing import Any

import pytest

from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest
from tests.app.jobs.conftest import SMALL

PAIR = {"variants": [SMALL, {**SMALL, "skips": False}], "batch_size": 8}


def test_a_class_that_asks_at_once_is_answered_by_one_measurement(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(jobs: Jobs) -> None:
        asked: list[str] = []
        answer = jobs.executor.answer

        async def counted(kind: Any, *more: Any) -> bytes:
            asked.append(kind.name)
            return await answer(kind, *more)

        monkeypatch.setattr(jobs.executor, "answer", counted)
        probe = ProbeRequest.model_validate(PAIR)
        found = await asyncio.gather(*(jobs.probes.measure(probe) for _ in range(20)))
        assert asked == ["probe", "probe"]
        assert all(one == found[0] for one in found)
        mapped = MapsRequest.model_validate({**PAIR, "block": "layer2.1"})
        pictures = await asyncio.gather(*(jobs.probes.maps(mapped) for _ in range(20)))
        assert asked[2:] == ["maps", "maps"]
        assert all(one == pictures[0] for one in pictures)
        assert [one["label"] for one in pictures[0]["variants"]] == [one["label"] for one in found[0]["variants"]]
        assert [one["skip"] for one in pictures[0]["variants"]] == [True, False]
        await jobs.probes.maps(mapped.model_copy(update={"image": 1}))
        assert len(asked) == 6

    bench(act)


def test_one_that_failed_is_measured_by_the_next(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(jobs: Jobs) -> None:
        answer = jobs.executor.answer
        calls: list[int] = []

        async def once_broken(*asked: Any) -> bytes:
            calls.append(1)
            if len(calls) == 1:
                raise RuntimeError("the first breaks")
            return await answer(*asked)

        monkeypatch.setattr(jobs.executor, "answer", once_broken)
        probe = ProbeRequest.model_validate({**PAIR, "variants": [SMALL]})
        asking = [jobs.probes.measure(probe) for _ in range(3)]
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert sum(isinstance(one, RuntimeError) for one in found) == 1
        assert len(calls) == 2

    bench(act)
