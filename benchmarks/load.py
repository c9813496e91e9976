"""Load on loopback, server and load as separate processes, a minute in all: one run of the ResNet-56 pair's size to 300
readers at 20 events a second; then 30 clients who each start a run within ten seconds, on two slots, while page and
API are asked all the time.

Each budget has its verdict, and one that is not held ends this with 1.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.budgets import Verdict, flat, milliseconds, no_error, nothing_lost, percentile, soon_there, told
from benchmarks.classroom import TELLING, made_steps, watch_memory
from benchmarks.starts import Follower, Start, Starts, in_order
from benchmarks.students import PAIR, Figures, Reader, browser_cookie, connect
from scripts.serving import serving

RESULTS = Path(__file__).resolve().parent / "results" / "load.md"
RATE, SLOTS = 20, 2
LAG, ANSWER = 0.25, 0.1
PATIENCE = 30.0
SMALL = [{"preset": name, "norm": "none"} for name in ("plain20", "resnet20")]
PATHS = ("/", "/api/architectures/resnet56", "/api/runs?limit=5")
POST = "POST /api/runs"
Place = tuple[str, int]


async def stream(place: Place, process: psutil.Process, log: Path, options: argparse.Namespace) -> Figures:
    """Follow one run by many readers."""
    figures = Figures()
    teacher = await connect(*place)
    wish = {"variants": PAIR, "steps": 20_000, "batch_size": 16, "max_rate": RATE}
    status, body = await teacher.request("POST", "/api/runs", json.dumps(wish).encode(), encoding="identity")
    assert status == 201, body
    run = json.loads(body)
    watcher = asyncio.create_task(watch_memory(process, figures))
    loop = asyncio.get_running_loop()
    readers: list[Reader] = []
    for _ in range(options.readers):
        _, reader = await loop.create_connection(lambda: Reader(run["events"], figures, browser_cookie()), *place)
        readers.append(reader)
    before, began = process.cpu_times(), time.monotonic()
    await asyncio.sleep(options.stream)
    cpu, took = process.cpu_times(), time.monotonic() - began
    figures.cpu = (cpu.user + cpu.system - before.user - before.system) / took
    await teacher.request("PATCH", f"/api/runs/{run['id']}", b'{"state": "stopped"}')
    await asyncio.wait([reader.done for reader in readers], timeout=PATIENCE)
    watcher.cancel()
    # what is answered now is answered after the last step was logged, and the runs that follow count their steps anew
    await teacher.request("GET", f"/api/runs/{run['id']}")
    figures.made = made_steps(log)
    for connection in (teacher, *readers):
        connection.close()
    return figures


async def client(place: Place, after: float, starts: Starts) -> None:
    """Start a run at some time and follow it to its end; a client's cookie tells it from the others."""
    await asyncio.sleep(after)
    connection = await connect(*place)
    connection.cookie = browser_cookie()
    wish = json.dumps({"variants": SMALL, "steps": 40, "batch_size": 32}).encode()
    asked = time.monotonic()
    status, body = await connection.request("POST", "/api/runs", wish, encoding="identity")
    start = Start(asked, time.monotonic(), status)
    starts.runs.append(start)
    starts.took.setdefault(POST, []).append(start.answered - asked)
    connection.close()
    if status != 201:
        starts.errors.append(f"{POST} answered {status}")
        return
    figures = Figures()
    path = json.loads(body)["events"]
    _, reader = await asyncio.get_running_loop().create_connection(
        lambda: Follower(path, figures, connection.cookie, start), *place
    )
    try:
        await reader.done
    finally:
        reader.close()
    starts.errors += [*figures.errors, *(["an event of a run was lost"] if figures.gaps else [])]
    starts.done += 1


async def ask(place: Place, path: str, until: float, starts: Starts) -> None:
    """Ask for a page or an answer again and again."""
    connection = await connect(*place)
    try:
        while time.monotonic() < until:
            started = time.monotonic()
            status, _ = await connection.request("GET", path)
            starts.took.setdefault(f"GET {path}", []).append(time.monotonic() - started)
            if status != 200:
                starts.errors.append(f"GET {path} answered {status}")
            await asyncio.sleep(0.05)
    finally:
        connection.close()


async def start_many(place: Place, options: argparse.Namespace) -> Starts:
    """Start many runs at about the same time, and ask for other things meanwhile."""
    starts = Starts()
    until = time.monotonic() + options.starts
    chance = random.Random(0)  # noqa: S311 (a reproducible crowd)
    coming = [chance.uniform(0, options.within) for _ in range(options.clients)]
    clients = [asyncio.create_task(client(place, after, starts)) for after in coming]
    asking = [asyncio.create_task(ask(place, path, until, starts)) for path in PATHS]
    _, waiting = await asyncio.wait([*clients, *asking], timeout=options.starts + 1)
    for task in waiting:
        task.cancel()
    for error in await asyncio.gather(*clients, *asking, return_exceptions=True):
        if isinstance(error, Exception):
            starts.errors.append(f"{type(error).__name__}: {error}")
    return starts


def judge(figures: Figures, starts: Starts, options: argparse.Namespace) -> list[Verdict]:
    """Return the verdict on each budget."""
    every = Figures(errors=[*figures.errors, *starts.errors])
    answers = [
        Verdict(
            f"p99 of {what} under {1000 * ANSWER:.0f} ms",
            f"{milliseconds(took)} ms, median / p99 / worst of {len(took)}",
            percentile(took, 0.99) < ANSWER,
        )
        for what in (*(f"GET {path}" for path in PATHS), POST)
        for took in [starts.took.get(what, [])]
    ]
    return [
        no_error(every),
        nothing_lost(figures, options.readers),
        soon_there(figures, LAG),
        flat({"web process": figures.web}),
        in_order(starts, options.clients, SLOTS),
        *answers,
    ]


def serve_and_load(options: argparse.Namespace) -> tuple[Figures, Starts]:
    """Measure one after the other on a server of this call's own."""
    limits = {"SKIPSCOPE_SLOTS": str(SLOTS), "SKIPSCOPE_RATE_READS": "0", "SKIPSCOPE_RATE_CHANGES": "0", **TELLING}

    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "log"

        async def measure(place: Place, pid: int) -> tuple[Figures, Starts]:
            return await stream(place, psutil.Process(pid), said, options), await start_many(place, options)

        with (
            said.open("wb") as log,
            serving(Path(folder) / "data", environment=limits, log=log) as (url, process),
        ):
            parts = urlsplit(url)
            figures, starts = asyncio.run(measure((parts.hostname or "", parts.port or 80), process.pid))
    return figures, starts


FULL = {"readers": 300, "stream": 30.0, "clients": 30, "within": 10.0, "starts": 25.0}
QUICK = {"readers": 30, "stream": 8.0, "clients": 6, "within": 2.0, "starts": 8.0}


def main() -> int:
    """Print verdicts and figures, append them to the results; return 1 if a budget broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it, kept nowhere: does it work at all?")
    quick: bool = parser.parse_args().quick
    options = argparse.Namespace(**(QUICK if quick else FULL))
    load = os.getloadavg()[0]
    figures, starts = serve_and_load(options)
    verdicts = judge(figures, starts, options)
    rate = max(figures.received, default=0) / options.stream
    lines = [
        f"\n{datetime.now(UTC):%Y-%m-%d}, {options.readers} readers for {options.stream:.0f} s, {rate:.0f} events a "
        f"second; {options.clients} starts within {options.within:.0f} s, watched for {options.starts:.0f} s; "
        f"{os.cpu_count()} cores shared with the load, load before {load:.1f}\n",
        *told(verdicts),
        f"| CPU of the web process, while it streamed | {figures.cpu:.0%} of a core | |",
    ]
    print("\n".join(lines))
    if not quick:
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write("\n".join(lines) + "\n")
    return int(not all(one.held for one in verdicts))


if __name__ == "__main__":
    sys.exit(main())
