"""A run's records as JSON or CSV: page by page, one row a step, one column a number. It loads little, because each
export is written by a process that loads it anew."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, cast

import orjson

from skipscope.app.jobs.records import Records
from skipscope.app.wire.cells import cell
from skipscope.model.measure.record import BLOCK_MEASURES, WEIGHT_MEASURES

Row = list[Any]
Steps = Iterator[list[bytes]]
HEAD = ("step", "epoch", "elapsed", "lr", "precision")
PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": PARQUET,
    "plotly": "application/vnd.plotly.v1+json",
}
MAX_PATTERNS = 64


class Column(NamedTuple):
    """One number of a step: its name, and where it stands in the record."""

    name: str
    variant: int | None
    field: str
    place: int | str | None = None
    """Of a list or of an object."""

    def of(self, record: dict[str, Any]) -> Any:
        """Return the number; None where the record has none."""
        if self.variant is None:
            return record.get(self.field)
        found = record["variants"][self.variant]
        if isinstance(self.place, str):
            return found[self.field].get(self.place)
        if self.place is not None:
            return found["values"][self.field][self.place]
        value = found.get(self.field)
        return " ".join(cast("list[str]", value)) if isinstance(value, list) else value


class NoSuchColumn(LookupError):  # noqa: N818  (what happened)
    """A pattern names no column."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern


class Span(NamedTuple):
    """Which steps: from one to another, both included, those divisible by `every`."""

    first: int = 0
    last: int | None = None
    every: int = 1


class History:
    """The records of one run. Columns are step, epoch, elapsed, lr, precision, LABEL/loss, LABEL/gradient_rms/TAP, …"""

    def __init__(self, store: Records, key: int, span: Span) -> None:
        self._store, self._key, self._span = store, key, span
        self._schema = store.read_kind(key, "schema")
        self.columns = self._find_columns()

    @property
    def variants(self) -> list[dict[str, Any]]:
        """Return the names that each variant's columns are aligned to; none before the first step."""
        return orjson.loads(self._schema[-1])["variants"] if self._schema else []

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Return what was changed while the run went on."""
        return [orjson.loads(change) for change in self._store.read_kind(self._key, "change")]

    def _find_columns(self) -> list[Column]:
        columns = [Column(name, None, name) for name in HEAD]
        first = store_first(self._store, self._key)
        if not self._schema or first is None:
            return columns
        described = orjson.loads(self._schema[-1])["variants"]
        for number, (variant, found) in enumerate(zip(described, first["variants"], strict=True)):
            label = variant["label"]
            single = (n for n, value in found.items() if n == "dropped" or not isinstance(value, dict | list))
            columns += [Column(f"{label}/{name}", number, name) for name in single]
            if "logged" in found:
                names = self._store.read_logged(self._key)
                columns += [Column(f"{label}/logged/{name}", number, "logged", name) for name in names]
            for measure, column in found["values"].items():
                names = _names(variant, len(cast("list[Any]", column)), measure)
                columns += [Column(f"{label}/{measure}/{n}", number, measure, i) for i, n in enumerate(names)]
        return columns

    def select(self, patterns: Sequence[str]) -> list[Column]:
        """Return the columns that a pattern (with * and ?) names, the step always; all where there is no pattern.

        Raise NoSuchColumn.
        """
        if not patterns:
            return self.columns
        unknown = [p for p in patterns if not any(fnmatchcase(column.name, p) for column in self.columns)]
        if unknown:
            raise NoSuchColumn(unknown[0])
        return [c for c in self.columns if c.name == "step" or any(fnmatchcase(c.name, p) for p in patterns)]

    def json(self, columns: Sequence[Column] | None, about: Mapping[str, Any]) -> Iterator[bytes]:
        """Yield {run, schema, changes, steps} as they were recorded, or {run, columns, rows} of some columns."""
        yield b'{"run":' + orjson.dumps(dict(about)) + b","
        if columns is not None:
            yield b'"columns":' + orjson.dumps([column.name for column in columns]) + b',"rows":['
            yield from _joined(orjson.dumps(row) for page in self._rows(columns) for row in page)
            yield b"]}"
            return
        yield b'"schema":' + (self._schema[-1] if self._schema else b"null") + b',"changes":['
        yield from _joined(self._store.read_kind(self._key, "change"))
        yield b'],"steps":['
        yield from _joined(step for page in self.pages() for step in page)
        yield b"]}"

    def csv(self, columns: Sequence[Column]) -> Iterator[bytes]:
        """Yield a table with a line of names. Numbers that do not apply are empty; nan, inf and -inf are words."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([cell(column.name) for column in columns])
        for page in self._rows(columns):
            writer.writerows(page)
            yield _drain(text).encode()
        yield _drain(text).encode()

    def _rows(self, columns: Sequence[Column]) -> Iterator[list[Row]]:
        for page in self.pages():
            yield [[column.of(record) for column in columns] for record in map(orjson.loads, page)]

    def pages(self) -> Steps:
        """Yield pages of steps, each read in a transaction of its own, so that a slow reader keeps none open."""
        span, after = self._span, self._span.first - 1
        while page := self._store.read_steps(self._key, after, span.last, span.every):
            after = page[-1][0]
            yield [data for _, data in page]


def store_first(store: Records, key: int) -> dict[str, Any] | None:
    """Return a run's first record."""
    page = store.read_steps(key, -1, None, 1, limit=1)
    return orjson.loads(page[0][1]) if page else None


def _names(variant: dict[str, list[str]], length: int, measure: str) -> list[str]:
    kind = "weights" if measure in WEIGHT_MEASURES else "blocks" if measure in BLOCK_MEASURES else "taps"
    assert len(variant[kind]) == length, f"{measure} is aligned to {kind}"
    return variant[kind]


def _joined(parts: Iterator[bytes] | Sequence[bytes]) -> Iterator[bytes]:
    for number, part in enumerate(parts):
        yield b"," + part if number else part


def _drain(text: io.StringIO) -> str:
    said = text.getvalue()
    text.seek(0)
    text.truncate()
    return said
