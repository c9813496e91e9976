"""What is computed beside the loop: in fair turns, one at a time, while the loop goes on."""

import asyncio
import threading

import pytest

from skipscope.app.executors.base import Busy
from skipscope.app.guard.seat import NOBODY, Seat
from skipscope.app.jobs.desk import Desk


def test_the_loop_goes_on_meanwhile_and_one_is_computed_at_a_time() -> None:
    async def main() -> None:
        desk, running, most = Desk(), 0, 0
        begun, may_end = threading.Event(), threading.Event()

        def work() -> int:
            nonlocal running, most
            running += 1
            most = max(most, running)
            begun.set()
            assert may_end.wait(10)
            running -= 1
            return 7

        asked = [asyncio.create_task(desk.compute(Seat(str(n), str(n)), work)) for n in range(3)]
        await asyncio.to_thread(begun.wait, 10)
        may_end.set()
        assert await asyncio.gather(*asked) == [7, 7, 7]
        assert most == 1
        desk.close()

    asyncio.run(main())


def test_one_address_does_not_fill_the_queue() -> None:
    async def main() -> None:
        desk, may_end = Desk(most_of_one=2), threading.Event()
        asked = [asyncio.create_task(desk.compute(Seat(str(n), "a"), may_end.wait, 10)) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await desk.compute(Seat("x", "a"), int)
        other = asyncio.create_task(desk.compute(Seat("y", "b"), int))
        may_end.set()
        assert await other == 0
        await asyncio.gather(*asked)
        desk.close()

    asyncio.run(main())


def test_an_error_is_the_callers() -> None:
    async def main() -> None:
        desk = Desk()
        with pytest.raises(ValueError, match="invalid literal"):
            await desk.compute(NOBODY, int, "x")
        assert await desk.compute(NOBODY, int, "3") == 3
        desk.close()

    asyncio.run(main())
