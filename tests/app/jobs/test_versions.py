"""A run that an earlier version stored, as every reader of the store gets it."""

import asyncio
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, delete, update

from skipscope.app.jobs.exporting import Wish, export
from skipscope.app.jobs.history import Span
from skipscope.app.jobs.records import FileRecords
from skipscope.app.jobs.store import Store, Stored
from skipscope.app.jobs.tables import EventRow
from skipscope.app.page.recording import Recordings
from skipscope.model.describe.request import TrainingRequest
from tests.app.wire.recorded import REQUEST
from tests.app.wire.test_upgrade import GOLDEN, read, upgraded

DIGEST = '{"steps":[8],"variants":[{"label":"a","loss":[null],"accuracy":[0.1],"gradient_ratio":[null]}]}'


async def keep(store: Store, request: str = "{}") -> int:
    """Write the run of version 1 as it was stored."""
    events = [
        Stored(one["id"], one["type"], one["data"].get("step") if one["type"] == "step" else None,
               orjson.dumps(one["data"]))
        for one in read("run.v1.jsonl")
    ]  # fmt: skip
    key = await store.create({
        "id": "r", "client": "me", "name": "", "state": "done", "reason": None, "created": time.time(), "ended": None,
        "request": request, "idempotency_key": None, "last_event": 0, "recorded": 0, "num_bytes": 0, "digest": None,
    })  # fmt: skip
    await store.append(key, events, {"state": "done", "reason": None, "ended": time.time(), "digest": DIGEST})
    return key


async def gathered(store: Store) -> dict[str, Any]:
    """Read the run by every way there is."""
    key = await keep(store)
    stream: list[Stored] = []
    while page := await store.events(key, stream[-1].number if stream else 0):
        stream += page
    run = {"id": "r", "state": "done", "last_event": 19, "request": REQUEST}
    recordings = Recordings(store)
    extent = await recordings.extent(run, key)
    file = b"".join([part async for part in recordings.write(run, key, extent)])
    saved = await store.find("r")
    assert saved is not None
    assert saved.digest is not None
    in_file = FileRecords(store.file)
    assert in_file.read_steps(key, -1, None, 1) == [(one.step, one.data) for one in stream if one.kind == "step"]
    assert in_file.read_kind(key, "schema") == [one.data for one in stream if one.kind == "schema"]
    history = await asyncio.to_thread(lambda: exported(store, key, "json", Span(), []))
    table = await asyncio.to_thread(lambda: exported(store, key, "csv", Span(first=8), ["*/loss"]))
    return {"stream": stream, "file": orjson.loads(file), "digest": orjson.loads(saved.digest),
            "history": orjson.loads(history), "table": table.decode()}  # fmt: skip


def exported(store: Store, key: int, form: str, span: Span, columns: list[str]) -> bytes:
    """Return an export, as the process that writes it does."""
    parts: list[bytes] = []
    export(Wish(str(store.file), key, form, span, columns), parts.append)
    assert parts.pop(0) == b"{}\n"
    return b"".join(parts)


def test_every_reader_gets_the_present_form(tmp_path: Path) -> None:
    async def act() -> dict[str, Any]:
        store = Store(tmp_path)
        try:
            return await gathered(store)
        finally:
            await store.close()

    assert (GOLDEN / "run.v1.jsonl").exists()
    found, expected = asyncio.run(act()), upgraded(read("run.v1.jsonl"))
    said = {kind: [one["data"] for one in expected if one["type"] == kind] for kind in ("schema", "change", "step")}
    told = [{"id": one.number, "type": one.kind, "data": orjson.loads(one.data)} for one in found["stream"]]
    assert told == expected
    assert found["history"] == {
        "run": {},
        "schema": said["schema"][0],
        "changes": said["change"],
        "steps": said["step"],
    }
    assert found["file"]["recording"]["events"] == expected
    first = [one["net"] for one in found["file"]["probe"]["variants"]]
    assert first == [one["net"] for one in said["step"][0]["variants"]]
    assert found["digest"]["variants"][0]["loss"] == ["nan"]
    assert [line.split(",")[1] for line in found["table"].splitlines()[1:]] == ["nan", "nan", "nan"]


@pytest.mark.parametrize(
    ("preset", "ran", "size"),
    [
        ("resnet50", 8, 8),
        ("resnet50", 64, None),
        ("resnet50d", 32, 32),
        ("resnet20", 8, None),
        ("resnet50", None, None),
    ],
)
def test_a_run_without_a_size_keeps_the_size_that_it_had(
    tmp_path: Path, preset: str, ran: int | None, size: int | None
) -> None:
    async def act() -> list[str]:
        store = Store(tmp_path)
        try:
            request = TrainingRequest.model_validate({"variants": [{"preset": preset}]}).model_dump_json()
            key = await keep(store, request)
            if ran is not None:
                schema = {"version": 4, "variants": [{"architecture": {"image_size": ran}}]}
                store.read(lambda one: rewrite(one, key, schema))
            else:
                store.read(lambda one: rewrite(one, key, None))
            found = await store.find("r")
            assert found is not None
            _, (listed,) = await store.listing(offset=0, limit=5)
            return [found.request, listed.request]
        finally:
            await store.close()

    assert [orjson.loads(request)["image_size"] for request in asyncio.run(act())] == [size, size]


def rewrite(connection: Connection, key: int, schema: dict[str, Any] | None) -> None:
    """Have the run say another schema, or none."""
    rows = (EventRow.run == key) & (EventRow.kind == "schema")
    connection.execute(
        delete(EventRow).where(rows)
        if schema is None
        else update(EventRow).where(rows).values(data=orjson.dumps(schema))
    )
    connection.commit()
