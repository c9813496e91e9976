"""A record as plain data, as a NumPy structure and as a row of Parquet."""

import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from skipscope.model.measure.record import MEASURES, Record, Schema, Value, WireNumber, wire_number

SCHEMA = Schema(("relu", "layer1.0", "fc"), ("conv1", "fc"), ("layer1.0",))


def record(step: int = 3) -> Record:
    """Make a record in which each kind of value occurs."""
    columns: dict[str, list[Value]] = {measure: [0.5] * len(SCHEMA.names(measure)) for measure in MEASURES}
    columns["gradient_rms"] = [1.23456e-17, 0.0, math.inf]
    columns["zero_fraction"] = [0.25, None, None]
    columns["nonfinite"] = [0, 0, 7]
    return Record(SCHEMA, step, columns, ("layer1.0",))


def test_one_number_by_name() -> None:
    assert record().of("gradient_rms", "relu") == 1.23456e-17
    assert record().of("zero_fraction", "fc") is None


def test_the_wire_has_four_digits_a_true_zero_and_words() -> None:
    assert record().to_dict()["gradient_rms"] == [1.235e-17, 0.0, "inf"]
    assert record().to_dict()["nonfinite"] == [0, 0, 7]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (123456.0, 123500.0),
        (-0.00012345, -0.0001234),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, None),
        (12345, 12345),
    ],
)  # fmt: skip
def test_numbers_are_rounded(value: Value, expected: WireNumber) -> None:
    assert wire_number(value) == expected


def test_numpy_has_all_digits() -> None:
    row = record().to_numpy()
    assert row.dtype.names == ("step", *MEASURES)
    assert row["step"].tolist() == [3]
    np.testing.assert_array_equal(row["gradient_rms"][0], [1.23456e-17, 0.0, math.inf])
    assert math.isnan(row["zero_fraction"][0][1])


def test_rows_of_parquet_come_back(tmp_path: Path) -> None:
    path = tmp_path / "run.parquet"
    parquet.write_table(pa.concat_tables([record(1).to_arrow(), record(2).to_arrow()]), path)
    table = parquet.read_table(path)
    assert table.num_rows == 2
    assert table.column("step").to_pylist() == [1, 2]
    assert table.column("gradient_rms").to_pylist()[0] == [1.23456e-17, 0.0, math.inf]
    assert table.column("zero_fraction").to_pylist()[0] == [0.25, None, None]
    assert table.column("dropped").to_pylist()[0] == ["layer1.0"]
    assert json.loads(table.schema.metadata[b"taps"]) == list(SCHEMA.taps)


def test_a_record_goes_to_tensorboard_without_what_does_not_apply() -> None:
    found: dict[str, tuple[float, int]] = {}

    class Writer:
        """Keeps scalars."""

        def add_scalar(self, name: str, value: float, step: int) -> None:
            """Keep one."""
            found[name] = value, step

    record(5).to_tensorboard(Writer())
    assert found["gradient_rms/relu"] == (1.23456e-17, 5)
    assert "zero_fraction/fc" not in found
    assert len(found) == sum(value is not None for column in record().columns.values() for value in column)
