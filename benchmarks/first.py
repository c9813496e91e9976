"""From asking for a run to its first recorded step at a reader who subscribed at once: the page's default pair, on
workers of this machine, twenty times, one after the other.

The budget has its verdict, and one that is not held ends this with 1.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.budgets import Verdict, told
from benchmarks.students import STEP, Connection, Figures, Reader, browser_cookie, connect
from scripts.serving import serving

RESULTS = Path(__file__).resolve().parent / "results" / "first.md"
RUNS, LIMIT = 20, 0.3
REST = 2.0
"""Seconds between two runs: the one before has ended, and a process is ready in the place of the one that it took."""
PATIENCE = 30.0


class Waiter(Reader):
    """A reader of a run that waits for its first step."""

    def __init__(self, path: str, cookie: str) -> None:
        self.figures = Figures()
        super().__init__(path, self.figures, cookie)
        self.first: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def take(self, block: bytes) -> None:
        super().take(block)
        if STEP.search(block) and not self.first.done():
            self.first.set_result(time.monotonic())


async def start(connection: Connection, place: tuple[str, int]) -> float:
    """Start a run, follow it, end it; return the seconds until its first step was there."""
    asked = time.monotonic()
    status, body = await connection.request("POST", "/api/runs", b"{}", encoding="identity")
    assert status == 201, body
    run = json.loads(body)
    loop = asyncio.get_running_loop()
    _, reader = await loop.create_connection(lambda: Waiter(run["events"], connection.cookie), *place)
    took = await asyncio.wait_for(reader.first, PATIENCE) - asked
    await connection.request("PATCH", f"/api/runs/{run['id']}", b'{"state": "stopped"}')
    await asyncio.wait_for(reader.done, PATIENCE)
    assert not reader.figures.errors, reader.figures.errors
    reader.close()
    return took


async def measure(place: tuple[str, int]) -> list[float]:
    """Start all runs, one after the other."""
    connection = await connect(*place)
    connection.cookie = browser_cookie()
    took: list[float] = []
    for _ in range(RUNS):
        await asyncio.sleep(REST)
        took.append(await start(connection, place))
    connection.close()
    return took


def judge(took: list[float]) -> Verdict:
    """Judge whether a run begins at once."""
    return Verdict(
        f"first recorded step within {1000 * LIMIT:.0f} ms of asking, at the median",
        f"{1000 * median(took):.0f} / {1000 * max(took):.0f} ms, median / worst of {len(took)}" if took else "none",
        bool(took) and median(took) <= LIMIT,
    )


def main() -> int:
    """Print the verdict, append it to the results; return 1 if the budget broke."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as (url, _):
        parts = urlsplit(url)
        verdict = judge(asyncio.run(measure((parts.hostname or "", parts.port or 80))))
    lines = [
        f"\n{datetime.now(UTC):%Y-%m-%d}, {RUNS} runs of the default pair, one after the other; {os.cpu_count()} cores "
        f"shared with the reader, load before {load:.1f}\n",
        *told([verdict]),
    ]
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")
    return int(not verdict.held)


if __name__ == "__main__":
    sys.exit(main())
