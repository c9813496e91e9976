"""The table of an experiment's result as CSV or Parquet. It loads little, because each export is written by a process
that loads it anew."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from skipscope.app.wire.cells import cell
from skipscope.model.jobs.rows import WORDS, Table

PAGE_ROWS = 10_000


def write_csv(table: Table, write: Callable[[bytes], object]) -> None:
    """Write a line of names and a line a row; a missing value is empty."""
    for at in range(0, max(1, len(table.rows)), PAGE_ROWS):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if at == 0:
            writer.writerow(map(cell, table.columns))
        # infinities are words that begin like formulas
        writer.writerows([one if one in WORDS else cell(one) for one in row] for row in table.rows[at : at + PAGE_ROWS])
        write(text.getvalue().encode())


def write_parquet(table: Table, write: Callable[[bytes], object]) -> None:
    """Write a table whose columns are of whole numbers, numbers or text, by what is in them."""
    import pyarrow as pa  # noqa: PLC0415  (100 MB)
    import pyarrow.parquet as pq  # noqa: PLC0415

    arrays: list[pa.Array] = []
    for place in range(len(table.columns)):
        values = [row[place] for row in table.rows]
        match kind_of(values):
            case "text":
                arrays.append(pa.array([None if one is None else str(one) for one in values], pa.string()))
            case "number":
                arrays.append(pa.array([None if one is None else float(one) for one in values], pa.float64()))
            case _:
                arrays.append(pa.array([None if one is None else int(one) for one in values], pa.int64()))
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(table.columns)), sink, compression="zstd")
    write(sink.getvalue())


def kind_of(values: Sequence[Any]) -> str:
    """Return what a column holds: whole numbers, numbers (with words for those that are not finite) or text."""
    known = [one for one in values if one is not None]
    if not known or any(isinstance(one, str) and one not in WORDS for one in known):
        return "text"
    return "whole" if all(isinstance(one, int) for one in known) else "number"
