"""How a run goes on whose record breaks: what its readers were told is what is kept."""

import asyncio
from typing import Any

import orjson
import pytest

from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.service import Jobs


def test_a_write_whose_answer_is_lost_ends_the_run_as_its_readers_were_told(
    bench: Any, tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(runs: Jobs) -> None:
        run = await tools.start(runs)
        await tools.until(lambda: run.recorded > 1)
        append, lost = runs.store.append, list[int]()

        def lose(key: int, events: Any, now: dict[str, Any]) -> "asyncio.Future[None]":
            kept = append(key, events, now)
            if lost:
                return kept
            lost.append(events[0].number)

            async def said() -> None:
                await kept
                raise StoreError("broken", "the answer is lost")

            return asyncio.ensure_future(said())

        monkeypatch.setattr(runs.store, "append", lose)
        reading = asyncio.create_task(_data(run.channel.read(0)))
        await tools.until(lambda: run.id not in runs.registry.live)
        told = await reading
        kept = await runs.store.events(run.key, 0)
        assert [event.number for event in kept] == [*range(1, lost[0] + 1)]
        assert [event.data for event in kept] == told
        assert orjson.loads(told[-1]) == {
            "state": "failed", "reason": "The records cannot be stored. the answer is lost", "queue_position": None,
            "final": True,
        }  # fmt: skip
        saved = (await runs.runs.find(run.id)).saved
        assert await _data(runs.runs.follow(await runs.runs.find(run.id), 0)) == told
        steps = sum(event.kind == "step" for event in kept)
        assert (saved.state, saved.last_event, saved.recorded) == ("failed", lost[0], steps)
        _, data = await runs.store._read(lambda c: c.exec_driver_sql("SELECT key, num_bytes FROM runs").one())
        assert data == sum(map(len, told))

    bench(act)


async def _data(frames: Any) -> list[bytes]:
    """Return the data of all events of a stream."""
    whole = b"".join([piece async for piece in frames])
    lines = [line for line in whole.split(b"\n") if line.startswith(b"data: ")]
    return [line.removeprefix(b"data: ") for line in lines]
