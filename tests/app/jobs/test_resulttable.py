"""Tables of results as files: CSV as it reads, Parquet with types."""

import csv
import io
from typing import Any

import pyarrow.parquet as pq
import pytest

from skipscope.app.jobs import resulttable
from skipscope.app.jobs.resulttable import kind_of, write_csv, write_parquet
from skipscope.model.jobs.rows import Table

TABLE = Table(
    ("network", "item", "value", "text"),
    [["a, b", 0, 0.25, None], ["c", None, "-inf", "it is plain"], ["d", 2, None, None], ["e", 3, 1, None]],
)


def written(write: Any, table: Table) -> bytes:
    parts: list[bytes] = []
    write(table, parts.append)
    return b"".join(parts)


def test_csv_has_a_line_a_row_whatever_the_size_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (10_000, 3):
        monkeypatch.setattr(resulttable, "PAGE_ROWS", rows)
        lines = list(csv.reader(io.StringIO(written(write_csv, TABLE).decode())))
        assert lines == [
            ["network", "item", "value", "text"], ["a, b", "0", "0.25", ""], ["c", "", "-inf", "it is plain"],
            ["d", "2", "", ""], ["e", "3", "1", ""],
        ]  # fmt: skip
    assert written(write_csv, Table(("network",), [])) == b"network\n"


def test_no_cell_of_csv_is_a_formula() -> None:
    table = Table(("=name", "value"), [["=1+1", "-inf"], ["@a", -1.5]])
    assert written(write_csv, table) == b"'=name,value\n'=1+1,-inf\n'@a,-1.5\n"


def test_parquet_has_types_and_nulls() -> None:
    found = pq.read_table(io.BytesIO(written(write_parquet, TABLE)))
    assert [str(field.type) for field in found.schema] == ["string", "int64", "double", "string"]
    assert found.to_pylist() == [
        {"network": "a, b", "item": 0, "value": 0.25, "text": None},
        {"network": "c", "item": None, "value": float("-inf"), "text": "it is plain"},
        {"network": "d", "item": 2, "value": None, "text": None},
        {"network": "e", "item": 3, "value": 1.0, "text": None},
    ]
    empty = pq.read_table(io.BytesIO(written(write_parquet, Table(("network", "value"), []))))
    assert (empty.num_rows, empty.column_names) == (0, ["network", "value"])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, 2], "whole"), ([True, False], "whole"), ([1, 0.5], "number"), ([1, "nan"], "number"),
        (["a", 1], "text"), ([None], "text"),
    ],
)  # fmt: skip
def test_a_column_is_what_is_in_it(values: list[Any], kind: str) -> None:
    assert kind_of(values) == kind
