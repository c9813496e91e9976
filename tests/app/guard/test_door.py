"""A burst of requests is let in over many turns of the loop, and one from another address is not behind it."""

import asyncio
from collections import Counter

from starlette.types import Receive, Scope, Send

from skipscope.app.guard.door import Door


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing."""


def counted(addresses: list[str], at_once: int) -> list[list[str]]:
    """Return which addresses' requests begin in each turn of the loop."""

    async def main() -> list[list[str]]:
        door, begun, turns = Door(nothing, at_once), list[str](), list[list[str]]()

        async def ask(address: str) -> None:
            await door.enter(address)
            begun.append(address)

        asking = [asyncio.create_task(ask(address)) for address in addresses]
        while not all(task.done() for task in asking):
            await asyncio.sleep(0)
            turns.append([*begun])
            begun.clear()
        return turns

    return asyncio.run(main())


def test_no_turn_has_more_than_its_number_and_all_come_in_the_end() -> None:
    turns = counted(["a"] * 50, 4)
    assert max(map(len, turns)) == 4
    assert Counter(address for turn in turns for address in turn) == {"a": 50}
    assert sum(map(bool, turns)) <= 14


def test_addresses_come_in_turn() -> None:
    turns = counted(["burst"] * 40 + ["one", "other", "one"], 2)
    order = [address for turn in turns for address in turn]
    assert max(order.index("one"), order.index("other")) < 8
    assert len(order) - 1 - order[::-1].index("one") < 8


def test_a_few_wait_for_no_turn() -> None:
    assert counted(["a", "b", "c"], 4) == [["a", "b", "c"]]


def test_one_who_left_takes_no_place() -> None:
    async def main() -> None:
        door = Door(nothing, 1)
        await door.enter("a")
        leaving = [asyncio.create_task(door.enter("a")) for _ in range(5)]
        staying = asyncio.create_task(door.enter("a"))
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        async with asyncio.timeout(5):
            await staying
            await door.enter("b")

    asyncio.run(main())


def test_a_door_that_was_idle_is_open() -> None:
    async def main() -> None:
        door = Door(nothing, 1)
        for _ in range(3):
            for address in "ab":
                await door.enter(address)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            async with asyncio.timeout(5):
                await door.enter("c")

    asyncio.run(main())
