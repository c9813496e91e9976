"""Clients that are made up, and the address that they come from."""

from typing import Any

import pytest

from app.errors import Problem
from app.runs.run import Run
from app.runs.service import Runs


def test_made_up_clients_fill_no_more_of_the_queue_than_their_address_may(bench: Any, tools: Any) -> None:
    async def act(runs: Runs) -> None:
        async def ask(client: str, address: str) -> Run:
            run, _ = await runs.registry.create(tools.small(), client=client, address=address)
            assert isinstance(run, Run)
            return run

        first = await ask("made up", "a")
        waiting = [await ask(f"made up {number}", "a") for number in range(3)]
        with pytest.raises(Problem) as refused:
            await ask("another", "a")
        assert (refused.value.status, refused.value.limit) == (429, "3")
        assert "SKIPSCOPE_ADDRESS_SHARE" in (refused.value.remedy or "")
        other = await ask("somebody", "b")
        # it comes next, since of its address nothing trains
        assert [run.queue_position for run in (other, *waiting)] == [1, 2, 3, 4]
        runs.registry.stop(first)
        await tools.until(lambda: other in runs.registry.active)
        assert [run.queue_position for run in waiting] == [1, 2, 3]

    bench(act, max_queue=6)
