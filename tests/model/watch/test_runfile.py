"""A run's file, the same run as its events, and its records as Parquet: golden for Python and JavaScript, which both
read files."""

import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from skipscope.app.jobs.outside_events import schema_event, step_event
from skipscope.model.measure.record import MEASURES, Record, Schema, Value
from skipscope.model.measure.step_gradient import StepGradient
from skipscope.model.watch.batch import Row, decode, encode
from skipscope.model.watch.request import OutsideSchema
from skipscope.model.watch.runfile import NoRun, RunFile, batches, read_head
from skipscope.model.watch.sending import read_file

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
FILE, EVENTS, PARQUET = (GOLDEN / f"outside.{end}" for end in ("skipscope", "jsonl", "parquet"))
SCHEMA = OutsideSchema(
    taps=("conv", "relu"), weights=("conv",), blocks=("block",), kinds=("Conv2d", "ReLU"),
    junctions=("block: identity shortcut",),
)  # fmt: skip
RUN = {"label": "Net", "name": "<b>", "host": "gpu-07", "names": SCHEMA.model_dump(mode="json")}
NAN, INF = float("nan"), float("inf")

GRADIENT = StepGradient(
    passes=2, steps=1, skipped=1, scale=65536.0, norm=1.0, before=INF, processes=4, shared="averaged"
)  # fmt: skip
"""Of one step: the others have none, as those of files that were written before there was one."""


def rows() -> list[Row]:
    """Return steps with all that a number can be."""
    columns: dict[str, list[Value]] = {m: [0.125] * SCHEMA.size_of(m) for m in MEASURES}
    columns |= {"nonfinite": [0, 12_345], "dead_units": [None, 3], "zero_fraction": [None, 0.0]}
    strange: dict[str, list[Value]] = {**columns, "gradient_rms": [1.23456e-30, INF], "identity_rms": [None]}
    return [
        Row(0, 0.5, columns, 0.1, {"loss": 2.5}),
        Row(1, 0.625, strange, None, {"loss": NAN, "val": -INF}, ["NaN is a word here"], ["block"]),
        Row(7, 1.0, {**columns, "activation_rms": [NAN, 98_765.4]}, 0.01, gradient=GRADIENT.to_dict()),
    ]


def events_of(path: Path) -> list[Any]:
    """Return the events of a file, as a server stores them."""
    _, run, place = read_head(path)
    schema = OutsideSchema.model_validate(run["names"])
    steps = [step_event(row) for body, _ in batches(path, place) for row in decode(body, schema)]
    return [orjson.loads(event.data) for event in (schema_event(run["label"], schema), *steps)]


def test_the_golden_file_reads_as_its_events(tmp_path: Path) -> None:
    made = RunFile(tmp_path / "run.skipscope", "0" * 32, RUN)
    first, *others = rows()
    made.append(encode([first]))
    made.append(encode(others))
    made.close()
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        FILE.write_bytes(made.path.read_bytes())
        EVENTS.write_text("".join(json.dumps(one) + "\n" for one in events_of(FILE)), encoding="utf-8")
    told = [json.loads(line) for line in EVENTS.read_text(encoding="utf-8").splitlines()]
    assert events_of(FILE) == told
    assert events_of(made.path) == told


def test_the_golden_parquet_has_the_records_of_the_golden_file(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = Schema(SCHEMA.taps, SCHEMA.weights, SCHEMA.blocks, kinds=SCHEMA.kinds, junctions=SCHEMA.junctions)
    records = [
        Record(schema, row.step, row.columns, tuple(row.dropped), gradient=GRADIENT if row.gradient else StepGradient())
        for row in rows()
    ]
    made = tmp_path / "made.parquet"
    pq.write_table(pa.concat_tables([record.to_arrow() for record in records]), made)
    if os.environ.get("SKIPSCOPE_UPDATE_GOLDEN"):
        PARQUET.write_bytes(made.read_bytes())
    for path in (PARQUET, made):
        run, found = read_file(path)
        assert run["names"] == RUN["names"]
        assert [row.step for row in found] == [0, 1, 7]
        values = [
            event["variants"][0]["values"] for event in map(orjson.loads, (step_event(row).data for row in found))
        ]
        assert values == [event["variants"][0]["values"] for event in events_of(FILE)[1:]]


def test_what_was_cut_off_is_left_out_and_nothing_before_it(tmp_path: Path) -> None:
    whole = FILE.read_bytes()
    _, _, place = read_head(FILE)
    path = tmp_path / "cut.skipscope"
    counts: set[int] = set()
    for end in range(place, len(whole), 7):
        path.write_bytes(whole[:end])
        counts.add(len(list(batches(path, place))))
    assert counts == {0, 1}
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert len(list(batches(path, place))) == 1


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    with pytest.raises(FileExistsError):
        RunFile(tmp_path / "there", "key", RUN)
    with pytest.raises(NoRun, match="holds no run"):
        read_head(tmp_path / "there")
