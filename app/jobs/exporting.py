"""The process that writes one export and ends: the wish on its input as JSON, a line that accepts or refuses it on its
output, and then the bytes. No part of it runs in the process that serves."""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from skipscope.app.jobs.history import Column, History, NoSuchColumn, Span
from skipscope.app.jobs.records import FileRecords, Gone
from skipscope.app.jobs.resulttable import write_csv
from skipscope.app.jobs.resulttable import write_parquet as write_table
from skipscope.model.jobs.events import FINDINGS
from skipscope.model.jobs.kind import imported
from skipscope.model.jobs.rows import Table

GONE = 3
"""Exit code where the run was deleted meanwhile."""
NICE = 10
"""Behind trainings, which yield to the process that serves."""


class Wish(NamedTuple):
    """The wish for an export: the database's file, the run's key, form, steps and columns; `about`: the run's notes.

    `rows` is the address of what makes a table of an experiment's result, which is wanted in place of steps.
    """

    file: str
    key: int
    form: str
    span: Span
    columns: list[str]
    about: Mapping[str, Any] = MappingProxyType({})
    rows: str | None = None

    def to_json(self) -> bytes:
        """Write it for the process."""
        return orjson.dumps({**self._asdict(), "span": list(self.span), "about": dict(self.about)})

    @classmethod
    def from_json(cls, text: bytes) -> "Wish":
        """Read it in the process."""
        found: dict[str, Any] = orjson.loads(text)
        found["span"] = Span(*found["span"])
        return cls(**found)


def export(wish: Wish, write: Callable[[bytes], object]) -> None:
    """Write a line, {} or a refusal, and then the export; raise Gone where the run is deleted before the end."""
    records = FileRecords(Path(wish.file))
    if wish.rows is not None:
        _result(records, wish, imported(wish.rows), write)
        return
    history = History(records, wish.key, wish.span)
    try:
        columns = history.select(wish.columns)
    except NoSuchColumn as error:
        _refuse(write, column=error.pattern, columns=len(history.columns))
        return
    if wish.form == "parquet":
        _parquet(columns, history, records, wish, write)
        return
    parts = history.csv(columns) if wish.form == "csv" else history.json(columns if wish.columns else None, wish.about)
    write(b"{}\n")
    for part in parts:
        write(part)


def _result(
    records: FileRecords, wish: Wish, rows_of: Callable[[dict[str, Any]], Table], write: Callable[[bytes], object]
) -> None:  # fmt: skip
    latest = records.read_last(wish.key, FINDINGS)
    if latest is None:
        raise Gone
    table = rows_of(orjson.loads(latest)["result"])
    write(b"{}\n")
    (write_csv if wish.form == "csv" else write_table)(table, write)


def _parquet(
    columns: Sequence[Column], history: History, records: FileRecords, wish: Wish, write: Callable[[bytes], object]
) -> None:
    from skipscope.app.jobs.parquet import TooWideError, rows_of_group, write_parquet  # noqa: PLC0415  (100 MB)

    span = wish.span
    rows = records.count(wish.key, span.first, span.last, span.every)
    try:
        rows_of_group(len(columns), rows)
    except TooWideError as error:
        _refuse(write, wide=str(error), every=error.every * span.every)
        return
    write(b"{}\n")
    write_parquet(columns, history.pages(), rows, write, wish.about)


def _refuse(write: Callable[[bytes], object], **why: Any) -> None:
    write(orjson.dumps(why) + b"\n")


def main() -> int:
    """Export what the input asks for; return the exit code."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    with contextlib.suppress(OSError):  # memory short: this is ended before the server
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    wish = Wish.from_json(sys.stdin.buffer.readline())
    out = sys.stdout.buffer
    try:
        export(wish, out.write)
        out.flush()
    except Gone:
        return GONE
    except BrokenPipeError:  # nobody wants it any more
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
