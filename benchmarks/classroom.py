"""The load of a class on the container's own command: everybody opens the page with all that it loads, follows one run,
and a third asks for a probe every ten seconds. The server and the students share this machine.

The lag of an event is reported in its two parts: from its making in the worker until the server tells the readers, by
the server's own histogram; and from the first student that has it to each other one.
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.students import Connection, Figures, Reader, browser_cookie, connect, find_assets
from scripts.serving import serving

RESULTS = Path(__file__).resolve().parent / "results" / "classroom.md"
PROBE_EVERY = 10.0
PAIR = [{"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")]


async def load_page(connection: Connection, assets: list[str], figures: Figures) -> None:
    """Load the page and all its files."""
    started = time.monotonic()
    for path in ("/", *assets):
        status, body = await connection.request("GET", path)
        figures.num_bytes += len(body)
        if status != 200:
            figures.errors.append(f"{path} answered {status}")
    figures.pages.append(time.monotonic() - started)


async def ask_probes(connection: Connection, until: float, chance: random.Random, figures: Figures) -> None:
    """Cut some skips of ResNet-56 and ask what that does, every ten seconds."""
    await asyncio.sleep(chance.uniform(0, PROBE_EVERY))
    while time.monotonic() < until:
        started = time.monotonic()
        skips = [chance.random() < 0.8 for _ in range(27)]
        body = json.dumps({"variants": [PAIR[0], {**PAIR[1], "skips": skips}]}).encode()
        status, _ = await connection.request("POST", "/api/probe", body)
        took = time.monotonic() - started
        if status == 200:
            figures.probes.append(took)
        elif status in {429, 503}:
            figures.refused += 1
        else:
            figures.errors.append(f"probe answered {status}")
        await asyncio.sleep(max(0.0, PROBE_EVERY - took))


@dataclass(frozen=True)
class Lesson:
    """What everybody in the class knows."""

    place: tuple[str, int]
    stream: str
    assets: list[str]
    start: float
    until: float


async def student(index: int, lesson: Lesson, figures: Figures) -> None:
    """Come within the first ten seconds, load the page, follow the run, and perhaps ask for probes."""
    chance = random.Random(index)  # noqa: S311 (a reproducible class)
    await asyncio.sleep(max(0.0, lesson.start + chance.uniform(0, 10) - time.monotonic()))
    loop = asyncio.get_running_loop()
    try:
        connection = await connect(*lesson.place)
        connection.cookie = browser_cookie()
        await load_page(connection, lesson.assets, figures)
        _, reader = await loop.create_connection(
            lambda: Reader(lesson.stream, figures, connection.cookie), *lesson.place
        )
        if index % 3 == 0:
            await ask_probes(connection, lesson.until, chance, figures)
        await reader.done
        connection.close()
    except OSError as error:
        figures.errors.append(f"student {index}: {error}")


async def watch_memory(process: psutil.Process, samples: list[float]) -> None:
    """Note the web process's memory in MB every second."""
    while True:
        samples.append(process.memory_info().rss / 1e6)
        await asyncio.sleep(1)


async def hold_class(place: tuple[str, int], process: psutil.Process, options: argparse.Namespace) -> dict[str, str]:
    """Hold a class and return what was measured."""
    figures = Figures()
    assets = await find_assets(*place)
    teacher = await connect(*place)
    wish = {"variants": PAIR, "steps": 20_000, "batch_size": 16, "max_rate": options.rate}
    status, body = await teacher.request("POST", "/api/runs", json.dumps(wish).encode())
    assert status == 201, body
    run = json.loads(body)
    path = f"/api/runs/{run['id']}"
    start = time.monotonic()
    lesson = Lesson(place, run["events"], assets, start, start + options.seconds)
    students = [asyncio.create_task(student(i, lesson, figures)) for i in range(options.students)]
    watcher = asyncio.create_task(watch_memory(process, figures.memory))
    before, began, told_before = process.cpu_times(), time.monotonic(), await told(teacher)
    await asyncio.sleep(options.seconds)
    await teacher.request("PATCH", path, b'{"state": "stopped"}')
    await asyncio.wait(students, timeout=30)
    figures.late = sum(not task.done() for task in students)
    after, took = process.cpu_times(), time.monotonic() - began
    watcher.cancel()
    counts = {within: count - told_before[within] for within, count in (await told(teacher)).items()}
    figures.told = {within: count / max(counts.values()) for within, count in counts.items()}
    figures.cpu = (after.user + after.system - before.user - before.system) / took
    return report(figures, options, len(assets))


async def told(connection: Connection) -> dict[float, float]:
    """Return the server's own histogram of the time from making an event to telling it: how many within how long."""
    _, text = await connection.request("GET", "/metrics", encoding="identity")
    found = re.findall(r'skipscope_event_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text.decode())
    return {float(within): float(count) for within, count in found}


def behind_first(figures: Figures) -> list[float]:
    """Return how long after the first student each other one had each event."""
    first: dict[int, float] = {}
    for number, at in figures.arrivals:
        first[number] = min(at, first.get(number, at))
    return [at - first[number] for number, at in figures.arrivals]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def report(figures: Figures, options: argparse.Namespace, num_assets: int) -> dict[str, str]:
    """Return the lines of the table."""
    last = max(figures.received)
    lost = last * options.students - figures.received.total()
    lag = [f"{1000 * percentile(behind_first(figures), share):.0f}" for share in (0.5, 0.99, 1)]
    within = next((limit for limit, share in sorted(figures.told.items()) if share >= 0.99), float("nan"))
    page = [f"{percentile(figures.pages, share):.2f}" for share in (0.5, 0.99)]
    probe = [f"{percentile(figures.probes, share):.2f}" for share in (0.5, 0.99)]
    middle = len(figures.memory) // 2
    memory = [
        f"{statistics.median(part):.0f}" for part in (figures.memory[middle - 5 : middle + 5], figures.memory[-10:])
    ]
    return {
        "students": f"{options.students}, {options.seconds:.0f} s, {last / options.seconds:.0f} events a second",
        "errors": f"{len(figures.errors)} {' '.join(sorted(set(figures.errors))[:3])}",
        "events lost": f"{lost} of {last * options.students}; {figures.gaps} gaps, {figures.late} streams without end",
        "from made to told, p99": f"under {1000 * within:.0f} ms",
        "from the first student to each, median / p99 / worst": f"{' / '.join(lag)} ms",
        f"page with its {num_assets} files, median / p99": f"{' / '.join(page)} s",
        "probes answered, median / p99": f"{len(figures.probes)}, {' / '.join(probe)} s",
        "probes refused with a word": str(figures.refused),
        "sent to the class": f"{figures.num_bytes / 1e6:.0f} MB",
        "memory of the web process, middle / end": f"{' / '.join(memory)} MB",
        "CPU of the web process": f"{100 * figures.cpu:.0f} % of a core",
    }


def main() -> None:
    """Hold the class, print the table and append it to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20, help="events a second at most")
    parser.add_argument("--url", help="a server that runs already, a container say; its web process is --pid")
    parser.add_argument("--pid", type=int)
    options = parser.parse_args()
    if options.url:
        place = urlsplit(options.url)
        table = asyncio.run(hold_class((place.hostname or "", place.port or 80), psutil.Process(options.pid), options))
    else:
        with tempfile.TemporaryDirectory() as data, serving(Path(data)) as (url, process):
            place = urlsplit(url)
            web = psutil.Process(process.pid)
            table = asyncio.run(hold_class((place.hostname or "", place.port or 80), web, options))
    lines = [f"\n{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores shared with the students\n"]
    lines += ["| what | measured |", "|---|---|", *(f"| {name} | {value} |" for name, value in table.items())]
    print("\n".join(lines))
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
