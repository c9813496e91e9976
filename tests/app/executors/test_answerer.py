"""Who may wait for a probe; that probes are answered in turn is with what every executor promises."""

import asyncio
from pathlib import Path

import pytest

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, TooSlow
from skipscope.app.executors.local import LIGHT_SECONDS, LocalExecutor
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.probes import Probes
from skipscope.app.settings import Settings
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.train.kinds import PROBE
from tests.app.gate import GATE, GateRequest

SMALL = {"block": "basic", "depths": [1, 1], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}


def small(seed: int) -> ProbeRequest:
    return ProbeRequest.model_validate({"variants": [SMALL], "batch_size": 4, "seed": seed})


def test_an_answer_is_made_once_for_all_who_wait_for_it() -> None:
    """It begins in the first turn of any of them, and one who leaves takes it from nobody."""

    async def act() -> None:
        begun: list[str] = []
        executor = LocalExecutor(slots=0, threads=1, count_answer=begun.append)
        await executor.start()
        order: list[str] = []

        async def ask(name: str, seed: int, seat: Seat) -> bytes:
            answer = await executor.answer(PROBE, small(seed), seat)
            order.append(name)
            return answer

        def asking(name: str, seed: int, address: str) -> "asyncio.Task[bytes]":
            return asyncio.create_task(ask(name, seed, Seat(address, address)))

        busy = [asking(f"busy {seed}", seed, "a") for seed in range(4)]
        # the same as the last in that long line, from an address that waits for nothing else
        same = [asking(f"same {number}", 3, "b") for number in range(30)]
        answers = await asyncio.gather(*busy, *same)
        assert len(begun) == 4
        assert set(answers[4:]) == {answers[3]}
        assert order.index("same 0") < order.index("busy 2"), "it does not wait for another's long line"

        leaving, *staying = [asking(f"later {number}", 9, f"c{number}") for number in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        leaving.cancel()
        assert len(set(await asyncio.gather(*staying))) == 1
        assert (leaving.cancelled(), len(begun)) == (True, 5)

        alone = asking("alone", 10, "d")
        await asyncio.sleep(0.005)
        alone.cancel()
        await asyncio.wait({alone})
        assert await executor.answer(PROBE, small(10), Seat("e", "e")), "the turn of one who left is free again"
        await executor.stop()

    asyncio.run(act())


def test_a_job_that_failed_is_begun_anew_for_the_next_who_asks() -> None:
    large = ProbeRequest.model_validate({"variants": [{"preset": "resnet110"}], "batch_size": 256, "image_size": 16})

    async def act() -> None:
        begun: list[str] = []
        executor = LocalExecutor(slots=0, threads=1, probe_seconds=0.05, count_answer=begun.append)
        await executor.start()
        for times in (1, 2):
            asked = [executor.answer(PROBE, large, Seat(str(number), "a")) for number in range(3)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(answer) for answer in answers] == [TooSlow] * 3
            assert len(begun) == times
        await executor.stop()

    asyncio.run(act())


def test_made_up_clients_fill_no_more_of_the_line_than_their_address_may() -> None:
    wishes = iter(small(seed) for seed in range(9))

    async def act() -> None:
        executor = LocalExecutor(slots=0, threads=1, max_probes=6, address_probes=2)
        await executor.start()
        answered: list[str] = []

        async def ask(client: str, address: str) -> None:
            await executor.answer(PROBE, next(wishes), Seat(client, address))
            answered.append(client)

        asking = [asyncio.create_task(ask(f"made up {number}", "a")) for number in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="2 probes from your network address"):
            await executor.answer(PROBE, next(wishes), Seat("another", "a"))
        asking.append(asyncio.create_task(ask("somebody", "b")))
        await asyncio.gather(*asking)
        await executor.stop()
        assert answered == ["made up 0", "somebody", "made up 1", "made up 2"]

    asyncio.run(act())


def test_a_heavy_probe_has_a_lane_of_its_own(tmp_path: Path) -> None:
    opened = tmp_path / "opened"

    async def act() -> None:
        executor = LocalExecutor(slots=0, threads=1)
        await executor.start()
        answered: list[str] = []

        async def ask(wish: GateRequest) -> None:
            await executor.answer(GATE, wish, Seat(wish.name, wish.name))
            answered.append(wish.name)

        heavies = [GateRequest(name=f"heavy {n}", file=str(opened), seconds=2 * LIGHT_SECONDS) for n in range(3)]
        asking = [asyncio.create_task(ask(heavy)) for heavy in heavies]
        await asyncio.sleep(0)
        lights = [GateRequest(name=f"light {n}", seconds=LIGHT_SECONDS / 2) for n in range(3)]
        await asyncio.gather(*map(ask, lights))
        assert answered == ["light 0", "light 1", "light 2"], "light ones wait for no heavy one"
        opened.touch()
        await asyncio.gather(*asking)
        assert answered[3:] == ["heavy 0", "heavy 1", "heavy 2"]
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
