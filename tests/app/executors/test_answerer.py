"""Who may wait for a probe; that probes are answered in turn is with what every executor promises."""

import asyncio

import pytest

from skipscope.app.errors import Problem
from skipscope.app.executors import local
from skipscope.app.executors.base import Busy
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.probes import Probes
from skipscope.app.settings import Settings
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.train.kinds import PROBE

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


def test_made_up_clients_fill_no_more_of_the_line_than_their_address_may() -> None:
    wish = ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 4})

    async def act() -> None:
        executor = LocalExecutor(slots=0, threads=1, max_probes=6, address_probes=2)
        await executor.start()
        answered: list[str] = []

        async def ask(client: str, address: str) -> None:
            await executor.answer(PROBE, wish, Seat(client, address))
            answered.append(client)

        asking = [asyncio.create_task(ask(f"made up {number}", "a")) for number in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="2 probes from your network address"):
            await executor.answer(PROBE, wish, Seat("another", "a"))
        asking.append(asyncio.create_task(ask("somebody", "b")))
        await asyncio.gather(*asking)
        await executor.stop()
        assert answered == ["made up 0", "somebody", "made up 1", "made up 2"]

    asyncio.run(act())


def test_a_heavy_probe_has_a_lane_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = ProbeRequest.model_validate({"variants": [{**SMALL, "depths": [40, 40]}], "batch_size": 64, "seed": 1})
    light = ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 4})
    # between the two: what takes long here must not take long in a test
    limit = (PROBE.estimate(heavy).seconds + PROBE.estimate(light).seconds) / 2
    monkeypatch.setattr(local, "LIGHT_SECONDS", limit)

    async def act() -> None:
        executor = LocalExecutor(slots=0, threads=1)
        await executor.start()
        answered: list[str] = []

        async def ask(name: str, wish: ProbeRequest) -> None:
            await executor.answer(PROBE, wish, Seat(name, name))
            answered.append(name)

        asking = [asyncio.create_task(ask(f"heavy {n}", heavy)) for n in range(3)]
        await asyncio.sleep(0)
        await asyncio.gather(*(ask(f"light {n}", light) for n in range(3)))
        assert "heavy 2" not in answered, "light ones wait for no heavy one"
        await asyncio.gather(*asking)
        assert [name for name in answered if "heavy" in name] == ["heavy 0", "heavy 1", "heavy 2"]
        await executor.stop()

    asyncio.run(act())


def test_a_probe_that_would_take_far_too_long_is_refused_before_it_begins() -> None:
    async def act() -> None:
        probes = Probes(LocalExecutor(slots=0), Admission(Settings.model_validate({})), seconds=0.01)
        with pytest.raises(Problem) as refused:
            await probes.measure(ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 4}))
        assert (refused.value.status, refused.value.title) == (422, "Takes too long")
        assert "would take about" in str(refused.value.detail)

    asyncio.run(act())
