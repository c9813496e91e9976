"""Memory and time of exports: of the process that serves, and of the one that writes; the size of the file beside that
of the data. `python -m benchmarks.exports` appends a table to benchmarks/results."""

import asyncio
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
import psutil

from scripts.serving import serving
from skipscope.app.jobs.store import Store, Stored
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.measure.record import VERSION

RESULTS = Path(__file__).resolve().parent / "results" / "exports.md"
SHAPES = {"4 networks of 496 blocks, 100 steps": (43_749, 100), "the default pair, 4,000 steps": (901, 4000)}
FORMS = ("json", "csv", "parquet")
MEASURES = ("activation_rms", "gradient_rms")
RUN = "0123456789abcdef"
MB = 1e6


class Cost(NamedTuple):
    """The cost of an export, in MB and seconds: the serving process's growth, the writing process's peak, the file."""

    server: float
    writer: float
    file: float
    seconds: float


def fill(folder: Path, columns: int, steps: int) -> int:
    """Write a run of about so many numbers a step into a data folder; return the bytes of its steps."""
    taps = columns // len(MEASURES)
    names = [f"layer1.{n}" for n in range(taps)]
    variant = {"label": "plain-1000", "taps": names, "blocks": names, "weights": []}

    async def main() -> int:
        store = Store(folder)
        ended = time.time()
        row: dict[str, Any] = {
            "id": RUN, "client": "nobody", "name": "", "state": "done", "reason": None, "created": ended,
            "ended": ended, "request": TrainingRequest().model_dump_json(), "idempotency_key": None, "last_event": 0,
            "recorded": 0, "num_bytes": 0, "digest": None,
        }  # fmt: skip
        key = await store.create(row)
        now = {"state": "done", "reason": None, "ended": ended, "digest": None}
        schema = {"version": VERSION, "variants": [variant]}
        await store.append(key, [Stored(1, "schema", None, orjson.dumps(schema))], now)
        size = 0
        for step in range(steps):
            # six digits, none of them twice in a row, as measured numbers have
            values = [((n * 7919 + step * 104_729) % 999_983 + 1) / 1e6 for n in range(taps)]
            found = {"loss": 2.3, "accuracy": 0.1, "dropped": [], "values": dict.fromkeys(MEASURES, values)}
            record = {"step": step, "epoch": 0, "elapsed": 0.1 * step, "lr": 0.1, "precision": "f", "variants": [found]}
            data = orjson.dumps(record)
            size += len(data)
            await store.append(key, [Stored(step + 2, "step", step, data)], now)
        await store.close()
        return size

    return asyncio.run(main())


def cost(url: str, process: psutil.Process, form: str, more: str = "") -> Cost:
    """Export the run of a server."""
    over, peak, before = threading.Event(), 0, process.memory_info().rss
    own = most = before

    def look() -> None:
        nonlocal peak, most
        while not over.wait(0.05):
            most = max(most, process.memory_info().rss)
            for child in process.children():
                try:
                    if any("exporting" in part for part in child.cmdline()):
                        peak = max(peak, child.memory_info().rss)
                except psutil.Error:
                    continue

    watching = threading.Thread(target=look)
    watching.start()
    began, size = time.perf_counter(), 0
    with urllib.request.urlopen(f"{url}/api/runs/{RUN}/history?format={form}{more}") as answer:  # noqa: S310
        while part := answer.read(65_536):
            size += len(part)
    took = time.perf_counter() - began
    over.set()
    watching.join()
    return Cost((most - own) / MB, peak / MB, size / MB, took)


def main() -> None:
    """Measure every form of every shape."""
    rows: list[str] = []
    for name, (columns, steps) in SHAPES.items():
        with TemporaryDirectory() as folder:
            data = fill(Path(folder), columns, steps) / MB
            with serving(Path(folder)) as (url, process):
                for form in FORMS:
                    found = cost(url, psutil.Process(process.pid), form)
                    rows.append(
                        f"| {name} | {data:.0f} | {form} | {found.file:.0f} | {found.server:+.0f} | "
                        f"{found.writer:.0f} | {found.seconds:.1f} |"
                    )
                    print(rows[-1], flush=True)
    head = ["| run | data, MB | form | file, MB | server, MB | writer, MB | s |", "|---|---|---|---|---|---|---|"]
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write("\n".join([f"\n## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n", *head, *rows, ""]))


if __name__ == "__main__":
    main()
