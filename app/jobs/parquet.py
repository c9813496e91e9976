"""A run's history as Parquet. Each column of each row group costs a kilobyte while the file is written, so that groups
are made by cells, and not by pages of the store."""

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from skipscope.app.jobs.history import Column

GROUP_CELLS = 8_000_000
"""Most numbers that wait for their group: 64 MB."""
GROUP_ROWS = 1000
CHUNKS = 250_000
"""Most column chunks of a file: a quarter of a gigabyte while it is written, and 60 MB of it."""
KINDS = {"step": pa.int64(), "nonfinite": pa.int64(), "precision": pa.string(), "dropped": pa.string()}


class TooWideError(Exception):
    """The table has more numbers than a file of so many columns can take; `every` would fit."""

    def __init__(self, columns: int, rows: int, every: int) -> None:
        super().__init__(f"{columns:,} columns of {rows:,} steps")
        self.every = every


def rows_of_group(columns: int, rows: int) -> int:
    """Return how many rows make a group of a table; raise TooWideError where no number would do."""
    least = math.ceil(rows / max(1, CHUNKS // columns))
    most = max(1, GROUP_CELLS // columns)
    if least > most:
        raise TooWideError(columns, rows, math.ceil(least / most))
    return max(least, min(GROUP_ROWS, most))


def write_parquet(
    columns: Sequence[Column], pages: Iterable[Sequence[bytes]], rows: int, write: Callable[[bytes], object],
    about: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write a table of steps, group by group; its nulls are those of JSON. `about` is its metadata `skipscope`."""
    table = _Table(columns, rows_of_group(len(columns), rows))
    table.schema = table.schema.with_metadata({"skipscope": orjson.dumps(dict(about))})
    sink = io.BufferedWriter(_Sink(write), 2**20)
    # few numbers a chunk: statistics and dictionaries would take more room than they do
    options: dict[str, Any] = {"compression": "zstd", "write_statistics": False, "use_dictionary": False}
    with pq.ParquetWriter(sink, table.schema, **options) as writer:
        for page in pages:
            for record in page:
                table.add(orjson.loads(record))
                if table.full:
                    writer.write_table(table.drain())
        if not table.empty:
            writer.write_table(table.drain())
    sink.flush()


class _Table:
    """The rows of one group: numbers in one array, texts in lists."""

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        kinds = [KINDS.get(column.field, pa.float64()) for column in columns]
        self.schema = pa.schema([(column.name, kind) for column, kind in zip(columns, kinds, strict=True)])
        self._numbers = [column for column, kind in zip(columns, kinds, strict=True) if kind != pa.string()]
        self._texts: dict[str, tuple[Column, list[str | None]]] = {
            column.name: (column, []) for column, kind in zip(columns, kinds, strict=True) if kind == pa.string()
        }
        self._values = np.empty((len(self._numbers), rows))
        self._absent = np.empty((len(self._numbers), rows), dtype=bool)
        self._rows = 0

    @property
    def empty(self) -> bool:
        return self._rows == 0

    @property
    def full(self) -> bool:
        return self._rows == self._values.shape[1]

    def add(self, record: dict[str, Any]) -> None:
        """Add a row: null does not apply, and words stand for numbers that are not finite."""
        row = [column.of(record) for column in self._numbers]
        self._values[:, self._rows] = np.array(row, dtype=float)
        self._absent[:, self._rows] = [value is None for value in row]
        for column, found in self._texts.values():
            found.append(column.of(record))
        self._rows += 1

    def drain(self) -> pa.Table:
        """Return the group, and begin the next."""
        numbers = zip(self._values[:, : self._rows], self._absent[:, : self._rows], strict=True)
        arrays: list[pa.Array] = []
        for field in self.schema:
            if field.name in self._texts:
                arrays.append(pa.array(self._texts[field.name][1], type=field.type))
                self._texts[field.name][1].clear()
            else:
                values, absent = next(numbers)
                arrays.append(pa.array(values, mask=absent).cast(field.type))
        self._rows = 0
        return pa.Table.from_arrays(arrays, schema=self.schema)


class _Sink(io.RawIOBase):
    """A file that goes out while it is written."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._at = write, 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._write(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at
