"""Load on loopback, server and load as separate processes, a minute in all: one run of the ResNet-56 pair's size to 300
readers at 20 events a second; then 30 clients who each start a run within ten seconds, on two slots, while page and
API are asked all the time.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.budgets import lags, middle_and_end, percentile
from benchmarks.classroom import TELLING, made_steps, watch_memory
from benchmarks.students import PAIR, Connection, Figures, Reader, browser_cookie, connect
from scripts.serving import serving

RESULTS = Path(__file__).resolve().parent / "results" / "load.md"
READERS, RATE, STREAM_SECONDS = 300, 20, 30.0
CLIENTS, WITHIN, STARTS_SECONDS = 30, 10.0, 25.0
SMALL = [{"preset": name, "norm": "none"} for name in ("plain20", "resnet20")]
Place = tuple[str, int]


async def stream(place: Place, process: psutil.Process, log: Path) -> dict[str, str]:
    """Follow one run by many readers."""
    figures = Figures()
    teacher = await connect(*place)
    wish = {"variants": PAIR, "steps": 20_000, "batch_size": 16, "max_rate": RATE}
    _, body = await teacher.request("POST", "/api/runs", json.dumps(wish).encode())
    run = json.loads(body)
    watcher = asyncio.create_task(watch_memory(process, figures))
    loop = asyncio.get_running_loop()
    readers: list[Reader] = []
    for _ in range(READERS):
        _, reader = await loop.create_connection(lambda: Reader(run["events"], figures, browser_cookie()), *place)
        readers.append(reader)
    before, began = process.cpu_times(), time.monotonic()
    await asyncio.sleep(STREAM_SECONDS)
    await teacher.request("PATCH", f"/api/runs/{run['id']}", b'{"state": "stopped"}')
    await asyncio.wait_for(asyncio.gather(*(reader.done for reader in readers)), 30)
    cpu, took = process.cpu_times(), time.monotonic() - began
    watcher.cancel()
    last = max(figures.received)
    figures.made = made_steps(log)
    lag = [f"{1000 * percentile(lags(figures), share):.0f}" for share in (0.5, 0.99, 1)]
    memory = middle_and_end(figures.web)
    return {
        "readers": f"{READERS}, {STREAM_SECONDS:.0f} s, {last / STREAM_SECONDS:.0f} events a second",
        "events lost": f"{last * READERS - figures.received.total()} of {last * READERS}; {figures.gaps} gaps",
        "from made to arrived, median / p99 / worst": f"{' / '.join(lag)} ms",
        "memory of the web process, middle / end": f"{memory[0]:.0f} / {memory[1]:.0f} MB",
        "CPU of the web process": f"{(cpu.user + cpu.system - before.user - before.system) / took:.0%} of a core",
    }


async def client(place: Place, chance: random.Random, admitted: list[int]) -> None:
    """Start a run at some time and wait for its end; a client's cookie tells it from the others."""
    await asyncio.sleep(chance.uniform(0, WITHIN))
    connection = await connect(*place)
    connection.cookie = browser_cookie()
    wish = {"variants": SMALL, "steps": 40, "batch_size": 32}
    status, body = await connection.request("POST", "/api/runs", json.dumps(wish).encode())
    admitted.append(status)
    if status == 201:
        run = json.loads(body)
        ended = None
        while ended is None:
            await asyncio.sleep(1)
            ended = json.loads((await connection.request("GET", f"/api/runs/{run['id']}"))[1])["ended"]
    connection.close()


async def ask(place: Place, path: str, until: float, took: list[float]) -> None:
    """Ask for a page or an answer again and again."""
    connection: Connection = await connect(*place)
    while time.monotonic() < until:
        started = time.monotonic()
        status, _ = await connection.request("GET", path)
        assert status == 200, (path, status)
        took.append(time.monotonic() - started)
        await asyncio.sleep(0.05)
    connection.close()


async def starts(place: Place) -> dict[str, str]:
    """Start many runs at about the same time, and ask for other things meanwhile."""
    admitted: list[int] = []
    asked: dict[str, list[float]] = {path: [] for path in ("/", "/api/architectures/resnet56", "/api/runs?limit=5")}
    until = time.monotonic() + STARTS_SECONDS
    clients = [asyncio.create_task(client(place, random.Random(i), admitted)) for i in range(CLIENTS)]  # noqa: S311
    await asyncio.gather(*(ask(place, path, until, took) for path, took in asked.items()))
    done = sum(task.done() for task in clients)
    for task in clients:
        task.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    times = {
        f"GET {path}, median / p99": f"{1000 * percentile(took, 0.5):.0f} / {1000 * percentile(took, 0.99):.0f} ms"
        for path, took in asked.items()
    }
    answers = {status: admitted.count(status) for status in sorted(set(admitted))}
    return {"runs asked for, by answer": str(answers), f"runs done after {STARTS_SECONDS:.0f} s": str(done), **times}


async def measure(url: str, pid: int, log: Path) -> dict[str, str]:
    """Measure one after the other."""
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or 80)
    first = await stream(place, psutil.Process(pid), log)
    return first | await starts(place)


def main() -> None:
    """Print the table and append it to the results."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    limits = {"SKIPSCOPE_SLOTS": "2", "SKIPSCOPE_RATE_READS": "0", "SKIPSCOPE_RATE_CHANGES": "0", **TELLING}
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "log"
        with (
            said.open("wb") as log,
            serving(Path(folder) / "data", environment=limits, log=log) as (url, process),
        ):
            table = asyncio.run(measure(url, process.pid, said))
    lines = [f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores shared with the load\n", "| what | measured |"]
    lines += ["|---|---|", *(f"| {name} | {value} |" for name, value in table.items())]
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
