"""Who may wait for a probe; that probes are answered in turn is with what every executor promises."""

import asyncio

import pytest

from skipscope.app.executors.base import Busy
from skipscope.app.executors.local import LocalExecutor
from skipscope.app.guard.seat import Seat
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
