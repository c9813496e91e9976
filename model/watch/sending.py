"""The delivery of a run's file, or of a recorder's Parquet file, to a server."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from skipscope.model.measure.record import MEASURES
from skipscope.model.watch.batch import Row, decode, encode
from skipscope.model.watch.delivery import ENDED
from skipscope.model.watch.link import LATER, Link, Refused
from skipscope.model.watch.request import MAX_NAME, MAX_WORDS, OutsideSchema
from skipscope.model.watch.runfile import NoRun, batches, read_head

AT_ONCE = 16
"""Steps of a Parquet file in a batch."""
LONGEST_WAIT = 60.0
LONGEST = {"kinds": MAX_NAME, "junctions": MAX_WORDS}
"""Lists of words that a recorder made, which are cut to what a server takes."""


def send_file(path: Path, link: Link, name: str | None = None) -> str:
    """Send a run that is in a file, and return the address of its page.

    Steps that the server has already are left out. A run that has ended there without them becomes another one. Raise
    NoRun, OSError, Unreachable, Refused.
    """
    is_parquet = path.suffix == ".parquet"
    key, run, bodies = _of_parquet(path) if is_parquet else _of_run(path)
    if name is not None:
        run = {**run, "name": name}
    if not bodies:
        raise NoRun(f"{path} holds no recorded step.")
    with closing(link):
        return _deliver(link, key, run, bodies)


def _deliver(link: Link, key: str, run: dict[str, Any], bodies: Sequence[bytes]) -> str:
    run_id = link.begin(key, run)
    received = link.send(run_id, key, b"")
    if received["state"] in ENDED:
        last = decode(bodies[-1], OutsideSchema.model_validate(run["names"]))[-1].step
        if received["step"] >= last:
            return link.page(run_id)
        key = secrets.token_hex(16)
        run_id = link.begin(key, run)
    for body in bodies:
        _send(link, run_id, key, body)
    link.send(run_id, key, b"", end="done")
    return link.page(run_id)


def _send(link: Link, run_id: str, key: str, body: bytes) -> None:
    while True:
        try:
            link.send(run_id, key, body)
        except Refused as error:
            if error.status not in LATER or error.wait is None or error.wait > LONGEST_WAIT:
                raise
            time.sleep(error.wait)
        else:
            return


def read_file(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """Return the words that begin a file's run, and its steps. Raise NoRun and OSError as `send_file` does."""
    _, run, bodies = _of_parquet(path) if path.suffix == ".parquet" else _of_run(path)
    names = OutsideSchema.model_validate(run["names"])
    return run, [row for body in bodies for row in decode(body, names)]


def _of_run(path: Path) -> tuple[str, dict[str, Any], list[bytes]]:
    key, run, place = read_head(path)
    return key, run, [body for body, _ in batches(path, place)]


def _of_parquet(path: Path) -> tuple[str, dict[str, Any], list[bytes]]:
    """Return the run of a table as `Record.to_arrow` makes them; its key follows from its bytes."""
    try:
        import pyarrow as pa  # noqa: PLC0415  (100 MB)
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NoRun(f"{path}: to read Parquet needs pyarrow. `pip install pyarrow`.") from error
    try:
        table: Any = pq.read_table(path)
        metadata = {name.decode(): json.loads(text) for name, text in (table.schema.metadata or {}).items()
                    if name.decode() in OutsideSchema.model_fields}  # fmt: skip
        words = {name: [one[:most] for one in metadata.get(name, ())] for name, most in LONGEST.items()}
        schema = OutsideSchema.model_validate({**metadata, **words})
        rows = list(_rows(table.to_pylist()))
    except (pa.ArrowInvalid, ValueError, KeyError, TypeError) as error:
        raise NoRun(f"{path} holds no records: write it from `record.to_arrow()`.") from error
    run = {"label": "network", "name": path.stem[:80], "names": schema.model_dump(mode="json")}
    bodies = [encode(rows[i : i + AT_ONCE]) for i in range(0, len(rows), AT_ONCE)]
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32], run, bodies


def _rows(found: Sequence[dict[str, Any]]) -> Iterator[Row]:
    for one in sorted(found, key=lambda row: row["step"]):
        # tables that were written before records said which gradient it is have no such column
        gradient = json.loads(one["gradient"]) if "gradient" in one else None
        yield Row(one["step"], 0.0, {m: one[m] for m in MEASURES}, dropped=one["dropped"], gradient=gradient)
