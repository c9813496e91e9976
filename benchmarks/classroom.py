"""The load of a class on the container's own command: everybody opens the page with all that it loads, follows one run,
and a third asks for a probe every ten seconds. The server and the students share this machine.

Each budget has its verdict (benchmarks/budgets.py), and one that is not held ends this with 1. The last lines are the
row of the sizing table in docs/workshop.md.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.budgets import ROW, judge, percentile, row, told
from benchmarks.exports import SHAPES, fill
from benchmarks.students import (
    PAIR,
    PROBE_EVERY,
    Connection,
    Figures,
    Probe,
    Reader,
    browser_cookie,
    connect,
    find_assets,
)
from scripts.serving import serving

RESULTS = Path(__file__).resolve().parent / "results" / "classroom.md"
TELLING = {"SKIPSCOPE_LOG_LEVEL": "debug", "SKIPSCOPE_LOG_FORMAT": "json"}
"""A server that logs when each step was made."""
COMING = 10.0
WIDE = next(iter(SHAPES.values()))
PATIENCE = 30.0


async def load_page(connection: Connection, assets: list[str], figures: Figures) -> None:
    """Load the page and all its files."""
    started = time.monotonic()
    for path in ("/", *assets):
        status, body = await connection.request("GET", path)
        figures.num_bytes += len(body)
        if status != 200:
            figures.errors.append(f"{path} answered {status}")
    figures.pages.append(time.monotonic() - started)


def cut_anew(chance: random.Random, before: set[tuple[bool, ...]]) -> tuple[bool, ...]:
    """Cut some skips of ResNet-56 as nobody in the class has: an answer that is remembered takes nobody's turn."""
    while True:
        skips = tuple(chance.random() < 0.8 for _ in range(27))
        if skips not in before:
            before.add(skips)
            return skips


async def ask_probes(
    connection: Connection, index: int, lesson: "Lesson", chance: random.Random, figures: Figures
) -> None:  # fmt: skip
    """Cut some skips of ResNet-56 and ask what that does, every ten seconds."""
    until = lesson.until
    await asyncio.sleep(chance.uniform(0, min(PROBE_EVERY, (until - time.monotonic()) / 2)))
    while time.monotonic() < until:
        asked = time.monotonic()
        skips = cut_anew(chance, lesson.cut)
        body = json.dumps({"variants": [PAIR[0], {**PAIR[1], "skips": skips}]}).encode()
        status, _ = await connection.request("POST", "/api/probe", body)
        answered = time.monotonic()
        if status == 200:
            figures.probes.append(Probe(index, asked, answered))
        elif status in {429, 503}:
            figures.refused += 1
        else:
            figures.errors.append(f"probe answered {status}")
        await asyncio.sleep(max(0.0, PROBE_EVERY - (answered - asked)))


@dataclass(frozen=True)
class Lesson:
    """The knowledge that everybody in the class shares."""

    place: tuple[str, int]
    stream: str
    assets: list[str]
    start: float
    until: float
    cut: set[tuple[bool, ...]] = field(default_factory=lambda: {(True,) * 27})
    """The skips that were asked for; the page itself comes with those of the whole network."""


async def student(index: int, lesson: Lesson, figures: Figures) -> None:
    """Come within the first ten seconds, load the page, follow the run, and perhaps ask for probes."""
    chance = random.Random(index)  # noqa: S311 (a reproducible class)
    coming = min(COMING, (lesson.until - lesson.start) / 3)
    await asyncio.sleep(max(0.0, lesson.start + chance.uniform(0, coming) - time.monotonic()))
    connection = await connect(*lesson.place)
    connection.cookie = browser_cookie()
    await load_page(connection, lesson.assets, figures)
    _, reader = await asyncio.get_running_loop().create_connection(
        lambda: Reader(lesson.stream, figures, connection.cookie), *lesson.place
    )
    if index % 3 == 0:
        await ask_probes(connection, index, lesson, chance, figures)
    await reader.done
    connection.close()


def memory(processes: Iterable[psutil.Process]) -> list[float]:
    """Return the memory of each process that is still there in MB; memory that several share is counted once in all."""
    found: list[float] = []
    for process in processes:
        try:
            full = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        found.append(getattr(full, "pss", full.uss) / 1e6)
    return found


async def watch_memory(web: psutil.Process, figures: Figures) -> None:
    """Note the memory of the web process and of all processes every two seconds."""
    while True:
        each = memory([web, *web.children(recursive=True)])
        figures.web.append(each[0])
        figures.tree.append(sum(each))
        await asyncio.sleep(2)


async def ask_lightly(place: tuple[str, int], path: str, figures: Figures) -> None:
    """Ask for what costs nothing, ten times a second."""
    connection = await connect(*place)
    connection.cookie = browser_cookie()
    for number in itertools.count():
        asked = time.monotonic()
        status, _ = await connection.request("GET", "/healthz" if number % 2 else path)
        figures.light.append(time.monotonic() - asked)
        if status != 200:
            figures.errors.append(f"a light request answered {status}")
        await asyncio.sleep(0.1)


async def attack(place: tuple[str, int], seconds: float, figures: Figures) -> None:
    """Have a hostile client in a process of its own do what it can, once the class has come."""
    await asyncio.sleep(COMING)
    url = f"http://{place[0]}:{place[1]}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.hostile", url, str(seconds - COMING), stdout=asyncio.subprocess.PIPE
    )
    answered, _ = await process.communicate()
    figures.hostile = answered.decode().strip()


async def attend(students: list[asyncio.Task[None]], figures: Figures) -> None:
    """Wait until all have left; raise the error of anyone who met one."""
    done, late = await asyncio.wait(students, timeout=PATIENCE)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    failed = (error for error in (task.exception() for task in done) if error is not None)
    figures.errors += [f"{type(error).__name__}: {error}" for error in failed]


async def hold_class(place: tuple[str, int], web: psutil.Process, options: argparse.Namespace) -> tuple[Figures, int]:
    """Hold a class; return what was seen, and how many files the page has."""
    figures = Figures()
    assets = await find_assets(*place)
    figures.rest = sum(memory([web, *web.children(recursive=True)]))
    teacher = await connect(*place)
    wish = {"variants": PAIR, "steps": 20_000, "batch_size": 16, "max_rate": options.rate}
    status, body = await teacher.request("POST", "/api/runs", json.dumps(wish).encode(), encoding="identity")
    assert status == 201, body
    run = json.loads(body)
    start = time.monotonic()
    lesson = Lesson(place, run["events"], assets, start, start + options.seconds)
    students = [asyncio.create_task(student(i, lesson, figures)) for i in range(options.students)]
    watchers = [asyncio.create_task(watch_memory(web, figures))]
    watchers.append(asyncio.create_task(ask_lightly(place, f"/api/runs/{run['id']}", figures)))
    attacking = asyncio.create_task(attack(place, options.seconds, figures)) if options.hostile else None
    before, began = web.cpu_times(), time.monotonic()
    await asyncio.sleep(options.seconds)
    after, took = web.cpu_times(), time.monotonic() - began
    figures.cpu = (after.user + after.system - before.user - before.system) / took
    for watcher in watchers:
        watcher.cancel()
    await teacher.request("PATCH", f"/api/runs/{run['id']}", b'{"state": "stopped"}')
    await attend(students, figures)
    if attacking is not None:
        await attacking
    return figures, len(assets)


def made_steps(log: Path) -> dict[int, float]:
    """Return when each step was made, by the server's log."""
    made: dict[int, float] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        if '"steps_told"' in line:
            said = json.loads(line)
            made.update(zip(said["steps"], said["made"], strict=True))
    return made


def serve_and_hold(options: argparse.Namespace) -> tuple[Figures, int]:
    """Hold the class on a server of this call's own, or on the one that is named."""
    if options.url:
        place = urlsplit(options.url)
        address = (place.hostname or "", place.port or 80)
        figures, num_assets = asyncio.run(hold_class(address, psutil.Process(options.pid), options))
        figures.made = made_steps(options.log)
        return figures, num_assets
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "log"
        if options.hostile:
            fill(Path(folder) / "data", *WIDE)
        with said.open("wb") as log, serving(Path(folder) / "data", environment=TELLING, log=log) as (url, process):
            place = urlsplit(url)
            address = (place.hostname or "", place.port or 80)
            figures, num_assets = asyncio.run(hold_class(address, psutil.Process(process.pid), options))
        figures.made = made_steps(said)
        return figures, num_assets


def main() -> int:
    """Hold the class, print verdicts, figures and the row, append them to the results; return 1 if a budget broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--quick", action="store_true", help="30 students for 12 s, kept nowhere: does it work at all?")
    parser.add_argument("--hostile", action="store_true", help="with a hostile client beside the class")
    parser.add_argument("--rate", type=float, default=20, help="events a second at most")
    parser.add_argument("--url", help="a server that runs already, a container say, started with " + " ".join(TELLING))
    parser.add_argument("--pid", type=int, help="its web process")
    parser.add_argument("--log", type=Path, help="the file that its log goes to: podman logs -f NAME 2> FILE")
    options = parser.parse_args()
    if options.url and options.hostile:
        parser.error("--hostile needs a server of this call's own: it makes a run to export before")
    if options.url and not (options.pid and options.log):
        parser.error("--url needs --pid and --log")
    options.students = options.students or (30 if options.quick else 300)
    options.seconds = options.seconds or (12 if options.quick else 60)
    load, num_cores = os.getloadavg()[0], os.cpu_count() or 1
    figures, num_assets = serve_and_hold(options)
    verdicts = judge(figures, options.students)
    rate = len(figures.made) / options.seconds
    beside = " and a hostile client" if options.hostile else ""
    lines = [
        f"\n{datetime.now(UTC):%Y-%m-%d}, {options.students} students{beside} for {options.seconds:.0f} s, {rate:.0f} "
        f"events a second, {num_cores} cores shared with the students, load before {load:.1f}\n",
        *told(verdicts),
        f"| page with its {num_assets} files | "
        f"{' / '.join(f'{percentile(figures.pages, share):.2f}' for share in (0.5, 0.99))} s, median / p99 | |",
        *([f"| the hostile client was answered | {figures.hostile} | |"] if figures.hostile else []),
        f"| sent to the class | {figures.num_bytes / 1e6:.0f} MB | |",
        f"\nThe row of docs/workshop.md:\n\n{ROW}\n{row(figures, options.students, num_cores)}",
    ]
    print("\n".join(lines))
    if not options.quick:
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write("\n".join(lines) + "\n")
    return int(not all(one.held for one in verdicts))


if __name__ == "__main__":
    sys.exit(main())
