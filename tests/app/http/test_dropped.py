"""Blocks that stochastic depth leaves out are named wherever a step's numbers go."""

import csv
import io
from typing import Any

import pyarrow.parquet as pq

from skipscope.app.wire.events import StepVariant


def test_dropped_blocks_are_named_in_the_stream_and_in_every_table(api: Any) -> None:
    run = api.start(variants=[{**api.small()["variants"][0], "depths": [2, 2], "stochastic_depth": 0.9}], steps=8)
    schema, *said = [event.data for event in api.follow(run) if event.kind in {"schema", "step"}]
    assert set(said[0]["variants"][0]) == set(StepVariant.model_fields), "what is sent is described"
    told = [step["variants"][0]["dropped"] for step in said]
    blocks = schema["variants"][0]["blocks"]
    assert len({tuple(names) for names in told}) > 1
    for step, names in zip(said, told, strict=True):
        residual = step["variants"][0]["values"]["residual_rms"]
        assert names == [name for name, value in zip(blocks, residual, strict=True) if value is None]
    column = {"columns": "*/dropped"}
    text = api.http.get(run["history"], params={"format": "csv", **column}).text
    assert [row["ResNet-10/dropped"].split() for row in csv.DictReader(io.StringIO(text))] == told
    parquet = pq.read_table(io.BytesIO(api.http.get(run["history"], params={"format": "parquet", **column}).content))
    assert [names.split() for names in parquet["ResNet-10/dropped"].to_pylist()] == told
    assert [step["variants"][0]["dropped"] for step in api.http.get(run["history"]).json()["steps"]] == told
