"""Turns: so many at a time, addresses in turn, and nobody's turn is lost with who waited for it."""

import asyncio

import pytest

from skipscope.app.executors.base import Busy
from skipscope.app.executors.turns import Turns
from skipscope.app.guard.seat import NOBODY, Seat


def test_addresses_take_turns() -> None:
    async def main() -> list[str]:
        turns, served = Turns(1, most=20, most_of_one=20, what="probes"), list[str]()

        async def one(seat: Seat) -> None:
            await turns.enter(seat)
            await asyncio.sleep(0)
            served.append(seat.address)
            turns.leave(seat)

        crowd = [Seat(f"made up {n}", "a") for n in range(5)]
        await asyncio.gather(*map(one, [*crowd, Seat("b", "b")]))
        assert turns.num_waiting == 0
        return served

    assert asyncio.run(main()).index("b") <= 1


def test_there_are_so_many_at_a_time_and_so_many_wait() -> None:
    async def main() -> None:
        turns = Turns(2, most=3, most_of_one=2, what="probes")
        for _ in range(2):
            await turns.enter(NOBODY)
        waiting = [asyncio.create_task(turns.enter(Seat("c", "a"))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="2 probes from your network address"):
            await turns.enter(Seat("d", "a"))
        waiting.append(asyncio.create_task(turns.enter(Seat("e", "b"))))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="3 probes wait already"):
            await turns.enter(Seat("f", "c"))
        waiting[0].cancel()
        turns.leave(NOBODY)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        turns.leave(NOBODY)
        await asyncio.wait(waiting[1:], timeout=5)
        assert turns.num_waiting == 0
        assert [task.cancelled() for task in waiting] == [True, False, False]

    asyncio.run(main())


def test_a_turn_that_came_to_somebody_who_had_left_goes_on() -> None:
    async def main() -> None:
        turns = Turns(1, most=9, most_of_one=9, what="probes")
        await turns.enter(NOBODY)
        late = asyncio.create_task(turns.enter(NOBODY))
        await asyncio.sleep(0)
        turns.leave(NOBODY)  # the turn is late's, who is cancelled before hearing of it
        late.cancel()
        await asyncio.wait([late])
        await asyncio.wait_for(turns.enter(NOBODY), 5)

    asyncio.run(main())


def test_seats_that_were_served_are_not_looked_through_at_each_turn() -> None:
    """A queue that is never empty would else get slower with each cookie that somebody makes up."""

    async def main() -> int:
        turns = Turns(1, most=9, most_of_one=9, what="requests")
        await turns.enter(NOBODY)
        leaving = NOBODY
        for number in range(500):
            seat = Seat(f"made up {number}", "a")
            waiting = asyncio.create_task(turns.enter(seat))
            await asyncio.sleep(0)
            turns.leave(leaving)
            await waiting
            leaving = seat
        return len(turns._active)

    assert asyncio.run(main()) == 1
