"""A run as data of a page, from a real store."""

import asyncio
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from skipscope.app.errors import Problem
from skipscope.app.jobs.store import Store, Stored
from skipscope.app.page import recording
from skipscope.app.page.recording import Recordings
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.record import VERSION

REQUEST = TrainingRequest()
SCHEMA = {"version": VERSION, "variants": [{"label": "a", "taps": ["x"]}, {"label": "b", "taps": ["y"]}]}
HOSTILE = "/static/~0123456789ab/x.js <link rel=stylesheet href=/static/~ab/y.css> </script>"
STATUS = Stored(1, "status", None, b'{"state":"running"}')


def step(number: int, padding: int = 0) -> Stored:
    variants = [{"loss": float(number), "values": {}}, {"loss": 2.0, "values": {}, "padding": "<" * padding}]
    said = {"step": number, "comparison": None, "headline": None, "variants": variants}
    return Stored(number + 2, "step", number, orjson.dumps(said))


def schema() -> Stored:
    return Stored(2, "schema", None, orjson.dumps(SCHEMA))


def written(folder: Path, events: Sequence[Stored], last: int | None = None) -> tuple[list[bytes], int]:
    """Keep a run, write it as a page's data, and return the parts and the most memory that took."""

    async def act() -> tuple[list[bytes], int]:
        store = Store(folder)
        row = {
            "id": "r1", "client": "me", "name": "", "state": "queued", "reason": None, "created": time.time(),
            "ended": None, "request": "{}", "idempotency_key": None, "last_event": 0, "recorded": 0, "num_bytes": 0,
            "digest": None,
        }  # fmt: skip
        now: dict[str, Any] = {"state": "done", "reason": None, "ended": None, "digest": None}
        try:
            key = await store.create(row)
            for start in range(0, len(events), 50):
                await store.append(key, events[start : start + 50], now)
            run = {
                "id": "r1", "name": HOSTILE, "state": "done", "last_event": last or events[-1].number,
                "request": REQUEST.model_dump(mode="json"),
            }  # fmt: skip
            recordings = Recordings(store)
            extent = await recordings.extent(run, key)
            parts: list[bytes] = []
            tracemalloc.start()
            async for part in recordings.write(run, key, extent):
                assert b"<" not in part
                parts.append(part if len(events) < 100 else part[:0])
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return parts, peak
        finally:
            await store.close()

    return asyncio.run(act())


def data(parts: list[bytes]) -> dict[str, Any]:
    return orjson.loads(b"".join(parts))


def test_the_first_recorded_step_stands_in_for_the_probe_and_all_events_follow(tmp_path: Path) -> None:
    events = [STATUS, schema(), step(1), step(2), Stored(5, "status", None, b'{"state":"done"}')]
    first = data(written(tmp_path, events)[0])
    assert [one["loss"] for one in first["probe"]["variants"]] == [1.0, 2.0]
    assert [one["taps"] for one in first["probe"]["variants"]] == [["x"], ["y"]]
    found = first["recording"]["events"]
    assert [(event["id"], event["type"]) for event in found] == [(e.number, e.kind) for e in events]
    assert [event["data"] for event in found] == [orjson.loads(event.data) for event in events]
    assert first["recording"]["run"]["name"] == HOSTILE
    assert [one["architecture"]["in_channels"] for one in first["summaries"]] == [1, 1], "as the data set has them"


def test_what_is_told_while_it_is_written_is_not_in_it(tmp_path: Path) -> None:
    first = data(written(tmp_path, [STATUS, schema(), step(1), step(2), step(3)], last=4)[0])
    assert [event["id"] for event in first["recording"]["events"]] == [1, 2, 3, 4]


def test_a_run_without_a_step_has_nothing_to_replay(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="has no recorded step"):
        written(tmp_path, [STATUS])


def test_of_a_long_run_every_so_many_steps_are_in_it_and_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [step(number, padding=1000) for number in range(1, 21)]
    size = len(steps[0].data)
    monkeypatch.setattr(recording, "MAX_BYTES", 6 * size)
    end = Stored(23, "status", None, b'{"state":"done"}')
    found = data(written(tmp_path, [STATUS, schema(), *steps, end])[0])["recording"]["events"]
    assert [event["data"]["step"] for event in found if event["type"] == "step"] == [1, 5, 9, 13, 17, 20]
    assert found[-1]["type"] == "status"


def test_a_long_run_takes_no_more_memory_than_a_page_of_it(tmp_path: Path) -> None:
    # 40 MB, of which the half goes into the file
    _, peak = written(tmp_path, [STATUS, schema(), *(step(number, padding=100_000) for number in range(1, 401))])
    assert peak < 10_000_000


def test_what_is_left_out_is_said() -> None:
    extent = recording.Extent(9, b"", b"", 8, 20_000, 156_000_000, 8)
    assert extent.thinned is not None
    assert "one of 8 recorded steps" in extent.thinned
    assert "20,000 would take 156 MB" in extent.thinned
    assert extent._replace(every=1).thinned is None
