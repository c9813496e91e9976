"""Work that somebody asked for and that goes on when he has left."""

import asyncio
from typing import Any

import pytest

from skipscope.app.jobs.errand import Errands


def test_an_errand_returns_and_raises_what_its_work_does() -> None:
    async def work(error: Exception | None) -> int:
        await asyncio.sleep(0)
        if error is not None:
            raise error
        return 3

    async def main() -> None:
        run = Errands().run
        assert await run(work(None)) == 3
        with pytest.raises(ValueError, match="no"):
            await run(work(ValueError("no")))

    asyncio.run(main())


@pytest.mark.parametrize("fails", [False, True])
def test_an_errand_is_done_to_its_end_when_who_asked_has_left(fails: bool) -> None:
    said: list[Any] = []

    async def work(begun: asyncio.Event, may: asyncio.Event) -> None:
        begun.set()
        await may.wait()
        said.append("done")
        if fails:
            raise ValueError("nobody hears this")

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        begun, may, errands = asyncio.Event(), asyncio.Event(), Errands()
        asking = asyncio.create_task(errands.run(work(begun, may)))
        await begun.wait()
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
        assert len(errands.under_way) == 1
        may.set()
        await asyncio.wait(errands.under_way)
        await asyncio.sleep(0)
        assert not errands.under_way

    asyncio.run(main())
    assert said == ["done"]
