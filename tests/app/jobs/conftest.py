"""A server's runs in this process, without the web: real store, real workers, small nets."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.service import Jobs
from skipscope.app.settings import Settings
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING

SMALL = {"block": "basic", "depths": [1, 2], "widths": [4, 8], "stem": "cifar", "stem_width": 4, "norm": "none"}
Act = Callable[[Jobs], Awaitable[Any]]


def small(**more: Any) -> TrainingRequest:
    """Return a request of one small net that trains for ever, unless it is said for how long."""
    return TrainingRequest.model_validate({"variants": [SMALL], "batch_size": 16, "steps": 20_000, "lr": 1e-4, **more})


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait until something is so, for a bounded time."""
    for _ in range(1500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it did not come to pass: {what}")


async def statuses(runs: Jobs, key: int) -> list[dict[str, Any]]:
    """Return all statuses that a run was said to have, from the store."""
    found: list[Any] = []
    after = 0
    while page := await runs.store.events(key, after):
        found += page
        after = page[-1].number
    assert [event.number for event in found] == list(range(1, len(found) + 1))
    return [orjson.loads(event.data) for event in found if event.kind == "status"]


class Bench:
    """Makes `Runs` with settings, acts, and closes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, act: Act, **settings: Any) -> Any:
        async def main() -> Any:
            given: dict[str, Any] = {"threads": 1, "slots": 1, **settings}
            chosen = Settings(data_dir=self.folder, **given)
            async with asyncio.timeout(90), Jobs(chosen) as runs:
                return await act(runs)

        return asyncio.run(main())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return what makes `Runs` on a folder of its own."""
    yield Bench(tmp_path)


def wish(request: TrainingRequest, client: str, address: str = "", **options: Any) -> NewJob:
    """Return a training that a client asks for."""
    return NewJob(kind=TRAINING, request=request, seat=Seat(client, address), **options)


def hold_creation(runs: Jobs, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have whoever makes a job wait once the store keeps it, until the event."""
    create, may = runs.store.create, asyncio.Event()

    async def held(row: dict[str, Any]) -> int:
        key = await create(row)
        await may.wait()
        return key

    monkeypatch.setattr(runs.store, "create", held)
    return may


async def start(runs: Jobs, client: str = "me", **more: Any) -> LiveJob:
    """Start a run."""
    options = {name: more.pop(name) for name in ("paused", "max_rate", "idempotency_key") if name in more}
    run, _ = await runs.registry.create(wish(small(**more), client, **options))
    return runs.registry.live[run.saved.id]


@pytest.fixture
def tools() -> Any:
    """Hand the helpers over."""
    helpers: dict[str, Any] = {
        "start": start,
        "until": until,
        "small": small,
        "wish": wish,
        "statuses": statuses,
        "hold_creation": hold_creation,
    }
    return type("Tools", (), {name: staticmethod(helper) for name, helper in helpers.items()})
