"""A room of 300 on one server: all join, vote, see the answer and are back after a restart; the memory that it takes,
and the pace of a training beside it. The class shares the machine's cores, and comes from one address.

Each budget has its verdict, and one that is not held ends this with 1. `--quick` only checks that it works at all.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import orjson
import psutil

from benchmarks.budgets import Verdict, percentile, told
from benchmarks.hall import Host, Lesson, Member, hold
from benchmarks.students import Connection, find_assets
from scripts.serving import COMMAND, serving

RESULTS = Path(__file__).resolve().parent / "results" / "room.md"
STUDENTS = 300
ALONE = 15.0
"""Seconds for which the training's pace is measured without a class, before and after each."""
JOIN, VOTE, REVEAL, BACK, MEMORY, SLOWER = 0.3, 0.3, 1.0, 10.0, 60.0, 1.05
JOINED, VOTED = 10.0, 5.0


@dataclass
class Figures:
    """The measurements. Paces are of the host's run, in steps a second."""

    lesson: Lesson = field(default_factory=Lesson)
    alone: list[float] = field(default_factory=list[float])
    beside: float = 0.0
    beside_standin: float = 0.0
    web: float = 0.0
    """Seconds of the processor that the web process took while the class was there."""
    grown: float = 0.0
    """Megabytes of the web process."""
    frames: list[int] = field(default_factory=list[int])
    """Of a member's stream, in the lesson."""
    num_bytes: list[int] = field(default_factory=list[int])
    ready: float = 0.0
    back: list[float] = field(default_factory=list[float])
    """Seconds after the end of the old server, until the new one listens and until a member has its state."""
    seats: tuple[int, int] = (0, 0)
    """Members and answers after the restart."""


class Pace:
    """Counts the steps of the run that trains beside."""

    def __init__(self, http: httpx2.AsyncClient, run: str) -> None:
        self._http, self._run = http, run
        self._begun, self._steps = 0.0, 0

    async def begin(self) -> None:
        """Count from now."""
        self._steps = await self._recorded()
        self._begun = time.monotonic()

    async def end(self) -> float:
        """Return the steps a second since then."""
        steps = await self._recorded() - self._steps
        return steps / (time.monotonic() - self._begun)

    async def alone(self, seconds: float) -> float:
        """Return the pace while nothing else is done."""
        await self.begin()
        await asyncio.sleep(seconds)
        return await self.end()

    async def _recorded(self) -> int:
        return (await self._http.get(f"/api/runs/{self._run}")).json()["recorded"]


async def measure(folder: Path, students: int, seconds: float) -> Figures:
    """Open a room and have a class in it, and in front of a stand-in before."""
    figures = Figures()
    with serving(folder, environment={"SKIPSCOPE_THREADS": "1"}) as (url, process):
        place = ("127.0.0.1", int(url.rpartition(":")[2]))
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            opened = (await http.post("/api/rooms", json={})).json()
            code, secret = opened["code"], opened["host"]["secret"]
            files = await find_assets(*place, f"/room/{code}")
            run = (await http.post("/api/runs", json={"steps": 20_000})).json()
            pace = Pace(http, run["id"])
            while not (await http.get(f"/api/runs/{run['id']}")).json()["recorded"]:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            figures.alone.append(await pace.alone(seconds))
            async with standin(await sizes_of(place, code, files)) as other:
                figures.beside_standin, _ = await beside(pace, Host(other, code, ""), of(students, other, code, files))
            figures.alone.append(await pace.alone(seconds))
            web = psutil.Process(process.pid)
            memory, busy = web.memory_info().rss, sum(web.cpu_times()[:2])
            host, members = Host(place, code, secret), of(students, place, code, files)
            figures.beside, figures.lesson = await beside(pace, host, members, stay=True)
            figures.web = sum(web.cpu_times()[:2]) - busy
            figures.grown = (web.memory_info().rss - memory) / 1e6
            figures.alone.append(await pace.alone(seconds))
        for member in members:
            member.came.clear()
        process.terminate()
        await asyncio.to_thread(process.wait)
        gone = time.monotonic()
    with ExitStack() as stack:
        again = serving(folder, [*COMMAND[:-1], str(place[1])])
        url, _ = await asyncio.to_thread(stack.enter_context, again)  # members try meanwhile
        figures.ready = time.monotonic() - gone
        figures.back = list(await asyncio.gather(*(_came(member, gone) for member in members)))
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            seen = (await http.get(f"/api/rooms/{code}")).json()
            figures.seats = seen["members"], seen["answered"]
    await asyncio.gather(host.leave(), *(member.leave() for member in members))
    figures.frames = [member.frames for member in members]
    figures.num_bytes = [member.num_bytes for member in members]
    return figures


def of(students: int, place: tuple[str, int], code: str, files: list[str]) -> list[Member]:
    """Return a class."""
    return [Member(number, place, code, files) for number in range(1, students + 1)]


async def beside(pace: Pace, host: Host, members: list[Member], *, stay: bool = False) -> tuple[float, Lesson]:
    """Hold a lesson beside the run, and return the run's pace with it."""
    await pace.begin()
    lesson = await hold(host, members)
    steps = await pace.end()
    if not stay:
        await asyncio.gather(host.leave(), *(member.leave() for member in members))
    return steps, lesson


@asynccontextmanager
async def standin(answers: dict[str, Any]) -> AsyncGenerator[tuple[str, int]]:
    """Yield where a server listens that does nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.standin", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(orjson.dumps(answers) + b"\n")
        yield "127.0.0.1", int(await process.stdout.readline())
    finally:
        process.stdin.close()  # that ends it
        await process.wait()


async def sizes_of(place: tuple[str, int], code: str, files: list[str]) -> dict[str, Any]:
    """Return how many bytes the server answers with, by path, and those of a frame."""
    asked = Connection(place)
    answers = {path: len((await asked.request("GET", path))[1]) for path in (f"/room/{code}", *files)}
    frame = len((await asked.request("GET", f"/api/rooms/{code}", encoding="identity"))[1])
    asked.close()
    return {"sizes": answers, "frame": frame}


async def _came(member: Member, gone: float) -> float:
    await asyncio.wait_for(member.came.wait(), 60)
    return time.monotonic() - gone


def judge(figures: Figures, students: int) -> list[Verdict]:
    """Return the verdict on each budget."""
    lesson, alone = figures.lesson, sum(figures.alone) / len(figures.alone)
    slower = alone / figures.beside
    lost = (students - figures.seats[0], students - figures.seats[1])
    return [
        _within("join: p95", lesson.times["join"], 0.95, JOIN),
        Verdict(f"all join within {JOINED:g} s", f"{lesson.joined_within:.1f} s", lesson.joined_within <= JOINED),
        _within("vote: p95", lesson.times["vote"], 0.95, VOTE),
        Verdict(f"all vote within {VOTED:g} s", f"{lesson.voted_within:.1f} s", lesson.voted_within <= VOTED),
        _within("reveal on all screens: p99", lesson.revealed, 0.99, REVEAL),
        _within(f"back after a restart, listening after {figures.ready:.1f} s: the last", figures.back, 1, BACK),
        Verdict("no seat and no answer lost", f"{lost[0]} and {lost[1]}", lost == (0, 0)),
        Verdict(f"memory of the web process: +{MEMORY:g} MB at most", f"{figures.grown:+.0f} MB",
                figures.grown <= MEMORY),
        Verdict(f"the run: at most {SLOWER:g} times slower", f"{slower:.3f}, from {alone:.2f} steps/s",
                slower <= SLOWER),
    ]  # fmt: skip


def _within(name: str, times: list[float], share: float, most: float) -> Verdict:
    high = percentile(times, share)
    measured = f"{high:.3f} s; median {percentile(times, 0.5):.3f}, p99 {percentile(times, 0.99):.3f}"
    return Verdict(f"{name} at most {most:g} s", f"{measured}, of {len(times)}", bool(times) and high <= most)


def beside_it(figures: Figures) -> list[str]:
    """Return the lines of figures that have no budget."""
    lesson, alone = figures.lesson, sum(figures.alone) / len(figures.alone)
    linked = [percentile(lesson.times["link to seat"], share) for share in (0.5, 0.95)]
    frames, kilobytes = sum(figures.frames), sum(figures.num_bytes) / 1000
    paces = ", ".join(f"{one:.2f}" for one in figures.alone)
    return [
        f"| from the link to the seat, all files of the page | {linked[0]:.3f} s, p95 {linked[1]:.3f} s | |",
        f"| the run beside the same class in front of a stand-in that does nothing "
        f"| {alone / figures.beside_standin:.3f} times slower; alone {paces} steps/s | |",
        f"| processor in the {lesson.seconds:.0f} s of the lesson | web process {figures.web:.1f} s, "
        f"class {lesson.processor:.1f} s | |",
        f"| states on a member's stream | {frames / len(figures.frames):.0f}, {kilobytes / len(figures.frames):.0f} kB "
        "| |",
    ]


def main() -> int:
    """Print verdicts and figures, append them to the results; return 1 if a budget broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 members, kept nowhere: does it work at all?")
    quick: bool = parser.parse_args().quick
    students, load = 20 if quick else STUDENTS, os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(Path(folder), students, 3.0 if quick else ALONE))
    verdicts = judge(figures, students)
    lines = [
        f"\n{datetime.now(UTC):%Y-%m-%d}, {students} members of one address, {os.cpu_count()} cores shared with them, "
        f"load before {load:.1f}\n",
        *told(verdicts),
        *beside_it(figures),
    ]
    print("\n".join(lines))
    if not quick:
        known = "" if RESULTS.exists() else "# A room of 300\n"
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write(known + "\n".join(lines) + "\n")
    return int(not quick and not all(one.held for one in verdicts))


if __name__ == "__main__":
    sys.exit(main())
