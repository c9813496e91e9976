"""Work for one request has a process of its own: in fair turns, one piece at a time, while the loop goes on."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy
from skipscope.app.executors.clerk import main
from skipscope.app.executors.workers import Worker, fresh_context
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.admission import Admission
from skipscope.app.jobs.desk import Desk
from skipscope.app.settings import Settings
from skipscope.model.describe.presets import UnknownPreset, preset
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.words import FieldError, check_names
from skipscope.model.train.kinds import TRAINING


async def fresh(nice: int) -> Worker:
    """Start a process that has not imported PyTorch."""
    return await Worker.make(fresh_context(), {"nice": nice}, main)


def at(act: Callable[[Desk], Awaitable[None]], **options: Any) -> None:
    """Do something at a desk, and close it."""

    async def both() -> None:
        desk = Desk(make=fresh, **options)
        try:
            async with asyncio.timeout(60):
                await act(desk)
        finally:
            await desk.close()

    asyncio.run(both())


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Return a pipe: to read it takes until something is written."""
    made = tmp_path / "pipe"
    os.mkfifo(made)
    return made


def test_the_loop_goes_on_and_turns_are_fair(pipe: Path) -> None:
    async def act(desk: Desk) -> None:
        first = asyncio.create_task(desk.compute(Seat("first", "a"), Path.read_bytes, pipe))
        seats = [Seat(str(number), "a") for number in range(3)] + [Seat("9", "b")]
        others = [asyncio.create_task(desk.compute(seat, time.monotonic)) for seat in seats]
        await asyncio.to_thread(pipe.write_bytes, b"the loop goes on")
        assert await first == b"the loop goes on"
        *ours, theirs = await asyncio.gather(*others)
        assert theirs < min(ours)
        assert ours == sorted(ours)
        assert len({await desk.compute(NOBODY, os.getpid) for _ in range(3)} - {os.getpid()}) == 1

    at(act)


def test_one_address_does_not_fill_the_queue(pipe: Path) -> None:
    async def act(desk: Desk) -> None:
        asked = [asyncio.create_task(desk.compute(Seat(str(n), "a"), Path.read_bytes, pipe)) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await desk.compute(Seat("x", "a"), int)
        other = asyncio.create_task(desk.compute(Seat("y", "b"), int))
        await asyncio.to_thread(pipe.write_bytes, b"1")
        assert await other == 0
        for task in asked[1:]:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    at(act, most_of_one=2)


def test_one_who_leaves_gives_the_turn_on_when_the_process_is_free(pipe: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.compute(NOBODY, int)
        leaving = asyncio.create_task(desk.compute(Seat("1", "a"), Path.read_bytes, pipe))
        await asyncio.sleep(0.05)
        leaving.cancel()
        after = asyncio.create_task(desk.compute(Seat("2", "b"), int, "7"))
        await asyncio.wait({after}, timeout=0.1)
        assert not after.done()
        await asyncio.to_thread(pipe.write_bytes, b"nobody reads this")
        assert await after == 7
        assert leaving.cancelled()

    at(act)


def test_what_is_known_when_the_turn_comes_is_not_computed_again() -> None:
    async def act(desk: Desk) -> None:
        kept: list[int] = []

        def known() -> int | None:
            return kept[-1] if kept else None

        found = await asyncio.gather(*(desk.find(NOBODY, known, kept.append, os.getpid) for _ in range(5)))
        assert len(kept) == 1
        assert found == kept * 5

    at(act)


def test_an_error_is_the_callers_and_has_its_trace() -> None:
    async def act(desk: Desk) -> None:
        with pytest.raises(ValueError, match="invalid literal") as met:
            await desk.compute(NOBODY, int, "x")
        assert "clerk.py" in met.value.__notes__[0]
        limits = Admission(Settings.model_validate({"max_layers": 20})).limits
        deep = TrainingRequest.model_validate({"variants": [{"preset": "resnet56"}]})
        with pytest.raises(Problem) as refused:
            await desk.compute(NOBODY, limits.check, TRAINING, deep)
        assert (refused.value.status, refused.value.field) == (422, "variants.0.depths")
        assert refused.value.limit == "20"
        assert await desk.compute(NOBODY, int, "3") == 3

    at(act)


def test_a_process_that_ends_or_takes_too_long_is_one_refusal_and_the_next_has_another(pipe: Path) -> None:
    async def act(desk: Desk) -> None:
        first = await desk.compute(NOBODY, os.getpid)
        with pytest.raises(Problem, match="503") as lost:
            await desk.compute(NOBODY, os._exit, 3)
        assert "exit code 3" in lost.value.detail
        second = await desk.compute(NOBODY, os.getpid)
        with pytest.raises(Problem, match="503") as slow:
            await desk.compute(NOBODY, Path.read_bytes, pipe)
        assert (slow.value.title, slow.value.limit) == ("Takes too long", "3 s")
        assert len({first, second, await desk.compute(NOBODY, os.getpid)}) == 3

    at(act, seconds=3.0)


def test_a_desk_that_closes_ends_what_is_at_work(pipe: Path) -> None:
    pids: list[int] = []

    async def act(desk: Desk) -> None:
        pids.append(await desk.compute(NOBODY, os.getpid))
        work = asyncio.create_task(desk.compute(NOBODY, Path.read_bytes, pipe))
        await asyncio.sleep(0.05)
        await desk.close()
        assert (await asyncio.gather(work, return_exceptions=True))[0].__class__ is asyncio.CancelledError

    at(act)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_a_call_that_cannot_go_to_another_process_is_made_here_in_its_turn() -> None:
    async def act(desk: Desk) -> None:
        (here,) = await desk.compute(NOBODY, lambda: (os.getpid(),))
        assert here == os.getpid() != await desk.compute(NOBODY, os.getpid)

        def fail() -> None:
            raise FieldError("a", 1, "it is wrong", "give another")

        with pytest.raises(FieldError, match="a=1: it is wrong"):
            await desk.compute(NOBODY, fail)

    at(act)


def test_errors_come_back_whole() -> None:
    async def act(desk: Desk) -> None:
        with pytest.raises(FieldError) as caught:
            await desk.compute(NOBODY, check_names, {"dept": 1}, ["depths"])
        assert (caught.value.field, caught.value.value, caught.value.remedy) == ("dept", 1, "did you mean depths?")
        with pytest.raises(UnknownPreset) as unknown:
            await desk.compute(NOBODY, preset, "resnet21")
        assert "resnet20" in unknown.value.suggestions

    at(act)
