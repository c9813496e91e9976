"""Executors with a loop of their own, and what their runs say."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from skipscope.app.executors.base import Event, Executor, JobHandle
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING
from skipscope.model.train.training import train


class Place:
    """An executor with a loop of its own, for tests that wait."""

    def __init__(self, executor: Callable[[], Executor], seconds: float = 60) -> None:
        self.seconds = seconds
        self.runner = asyncio.Runner()
        self.runner.get_loop()
        self.executor = executor()
        self.runner.run(self.executor.start())

    def do(self, act: Callable[[Executor], Awaitable[Any]]) -> Any:
        async def bounded() -> Any:
            async with asyncio.timeout(self.seconds):
                return await act(self.executor)

        return self.runner.run(bounded())

    def close(self) -> None:
        self.runner.run(self.executor.stop())
        self.runner.close()


async def told(handle: JobHandle) -> list[Event]:
    """Return all that a run says, and let it go."""
    try:
        return [event async for batch in handle.batches() for event in batch]
    finally:
        await handle.close()


async def until(handle: JobHandle, kind: str, count: int = 1) -> list[Event]:
    """Return what a run says until the count-th event of a kind, without ending it."""
    said: list[Event] = []
    batches = handle.batches()
    async for batch in batches:
        said += batch
        if sum(event.kind == kind for event in said) >= count:
            return said
    raise AssertionError(f"the run ended before: {said[-1:]}")


def of_kind(events: list[Event], kind: str) -> list[dict[str, Any]]:
    return [orjson.loads(event.data) for event in events if event.kind == kind]


async def run_whole(executor: Executor, request: TrainingRequest) -> list[Event]:
    return await told(await executor.start_job(TRAINING, request))


def numbers(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what must be the same in each repetition: all but the clock."""
    return [{name: value for name, value in step.items() if name != "elapsed"} for step in steps]


def expected(request: TrainingRequest, change: Callable[[Any], None] = lambda _: None, at: int = -1) -> Any:
    """Return the steps of a plain loop, computed in this process, with a change after so many of them."""
    training = train(request)
    steps: list[dict[str, Any]] = []
    if at == 0:
        change(training)
    for record in training:
        steps.append(orjson.loads(orjson.dumps(record.to_dict())))
        if len(steps) == at:
            change(training)
    training.close()
    return numbers(steps)
