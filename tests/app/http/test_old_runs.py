"""A run that version 1 of the wire recorded, from a server of today: stream, exports and the file that replays it."""

import asyncio
import io
import math
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from skipscope.app.jobs.store import Store
from skipscope.app.wire.first import FirstView
from skipscope.model.describe.request import TrainingRequest
from tests.app.http.test_first_data import embedded
from tests.app.jobs.test_versions import keep
from tests.app.wire.recorded import REQUEST
from tests.app.wire.test_upgrade import read, upgraded


async def keep_in(folder: Path) -> None:
    """Write the run into a data folder."""
    store = Store(folder)
    try:
        await keep(store, TrainingRequest.model_validate(REQUEST).model_dump_json())
    finally:
        await store.close()


def test_a_run_of_version_1_is_read_as_one_of_today(serve: Any) -> None:
    serve.folder.mkdir()
    asyncio.run(keep_in(serve.folder))
    expected = upgraded(read("run.v1.jsonl"))
    with serve() as (url, _):
        api = serve.api(url)
        run = api.http.get("/api/runs/r").json()
        said = [{"id": one.id, "type": one.kind, "data": one.data} for one in api.follow(run)]
        resumed = [one.id for one in api.follow(run, after=12)]
        parquet = api.http.get(run["history"], params={"format": "parquet", "columns": "*"}).content
        page = embedded(api.http.get("/runs/r/offline.html").text)
    assert said == expected
    assert resumed == list(range(13, 20))
    assert run["digest"]["variants"][0]["loss"] == ["nan"]
    assert page["recording"]["events"] == expected
    FirstView.model_validate(page)
    table = pq.read_table(io.BytesIO(parquet))
    steps = [one["data"] for one in expected if one["type"] == "step"]
    label = expected[0]["data"]["variants"][0]["label"]
    for step, loss, norm in zip(
        steps, table[f"{label}/loss"].to_pylist(), table[f"{label}/residual_rms/layer1.0"].to_pylist(), strict=True
    ):
        variant = step["variants"][0]
        for read_back, sent in ((loss, variant["loss"]), (norm, variant["values"]["residual_rms"][0])):
            assert math.isnan(read_back) if sent == "nan" else read_back == sent
