"""A room of 300 on one server: join, vote, reveal, all back after a restart; the memory that it takes, and the pace of
a training beside it. The students' programs share the machine's cores, and come from one address.

Each budget has its verdict, and one that is not held ends this with 1. `--quick` only checks that it works at all.
"""

import argparse
import asyncio
import contextlib
import random
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import orjson
import psutil

from benchmarks.budgets import Verdict, percentile
from benchmarks.students import Connection, browser_cookie
from scripts.serving import COMMAND, serving

RESULTS = Path(__file__).resolve().parent / "results" / "room.md"
STUDENTS = 300
QUESTION = {"kind": "number", "text": "How much gradient is left at block 1?"}
TASK = {"title": "How small?", "question": QUESTION, "truth": 1.3e-13}
PACE_SECONDS = 10.0


class Span(NamedTuple):
    """An act of all, the seconds over which it is spread, and the longest time that a share of them may take."""

    name: str
    spread: float
    share: float
    most: float


JOIN = Span("join", 10.0, 0.95, 0.3)
VOTE = Span("vote", 5.0, 0.95, 0.3)
REVEAL = Span("reveal on all screens", 0.0, 0.99, 1.0)
BACK = Span("all back after a restart", 3.0, 1.0, 10.0)
MEMORY = 60.0
SLOWER = 1.05


class Member:
    """A student: one connection for calls and one stream, as a browser has them."""

    def __init__(self, number: int, place: tuple[str, int], code: str) -> None:
        self.key, self._place, self._path = f"{number:032x}", place, f"/api/rooms/{code}"
        self._calls = Connection(place)
        self._calls.cookie = browser_cookie()
        self.seen: dict[str, float] = {}
        self.came = asyncio.Event()
        self.following: asyncio.Task[None] | None = None

    async def call(self, method: str, path: str, body: dict[str, Any]) -> float:
        """Ask, and return how long the answer took."""
        begun = time.monotonic()
        status, answer = await self._calls.request(method, self._path + path, orjson.dumps(body), "identity")
        assert status == 200, (status, answer)
        return time.monotonic() - begun

    async def join(self) -> float:
        """Take the seat, and follow the room."""
        took = await self.call("POST", "/members", {"key": self.key})
        self.following = asyncio.create_task(self._follow())
        return took

    async def vote(self) -> float:
        """Answer."""
        return await self.call("PUT", f"/questions/1/answers/{self.key}", {"value": 10 ** random.uniform(-15, 0)})  # noqa: S311

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._read()
            await asyncio.sleep(random.uniform(0, BACK.spread))  # noqa: S311  (as the page spreads it)

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection(*self._place, limit=2**20)
        try:
            head = f"GET {self._path}/events HTTP/1.1\r\nHost: {self._place[0]}\r\n"
            writer.write(f"{head}Cookie: {self._calls.cookie}\r\n\r\n".encode())
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    phase = orjson.loads(line[6:])["phase"]
                    self.seen.setdefault(phase, time.monotonic())
                    self.came.set()
        finally:
            writer.close()


async def spread(members: list[Member], span: Span, act: Callable[[Member], Awaitable[float]]) -> list[float]:
    """Have all members act within some seconds, at random; return how long each took."""

    async def one(member: Member) -> float:
        await asyncio.sleep(random.uniform(0, span.spread))  # noqa: S311
        return await act(member)

    return list(await asyncio.gather(*(one(member) for member in members)))


def rss(process: int) -> float:
    """Return the web process's memory in MB."""
    return psutil.Process(process).memory_info().rss / 1e6


def told(span: Span, times: list[float]) -> Verdict:
    """Judge times."""
    high = percentile(times, span.share) if span.share < 1 else max(times)
    name = "the last" if span.share == 1 else f"p{span.share * 100:.0f}"
    return Verdict(
        f"{span.name}: {name} {span.most:g} s",
        f"median {percentile(times, 0.5):.3f} s, p99 {percentile(times, 0.99):.3f} s, {name} {high:.3f} s",
        high <= span.most,
    )


async def measure(folder: Path, students: int, seconds: float) -> list[Verdict]:
    """Open a room and have a class in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND[:-1], str(port)]
    environment = {"SKIPSCOPE_THREADS": "1"}
    place = ("127.0.0.1", port)
    with serving(folder, command, environment) as (url, process):
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            assert urlsplit(url).port == port
            opened = (await http.post("/api/rooms", json={})).json()
            room, secret = f"/api/rooms/{opened['code']}", {"Authorization": f"Bearer {opened['host']['secret']}"}
            run = (await http.post("/api/runs", json={"steps": 20_000})).json()

            async def pace() -> float:
                async def recorded() -> int:
                    return (await http.get(f"/api/runs/{run['id']}")).json()["recorded"]

                while not (before := await recorded()):  # noqa: ASYNC110  (it is another process's)
                    await asyncio.sleep(0.2)
                begun = time.monotonic()
                await asyncio.sleep(seconds)
                return (await recorded() - before) / (time.monotonic() - begun)

            alone = await pace()
            before = rss(process.pid)
            members = [Member(number, place, opened["code"]) for number in range(1, students + 1)]
            beside = asyncio.create_task(pace())
            joined = await spread(members, JOIN, Member.join)
            await http.patch(room, json={"task": TASK}, headers=secret)
            voted = await spread(members, VOTE, Member.vote)
            begun = time.monotonic()
            await http.patch(room, json={"phase": "reveal"}, headers=secret)
            while not all("reveal" in member.seen for member in members):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            revealed = [member.seen["reveal"] - begun for member in members]
            with_room = await beside
            grown = rss(process.pid) - before
            seen = (await http.get(room)).json()
            assert (seen["members"], seen["answered"]) == (students, students), "nobody is lost or counted twice"
        for member in members:
            member.came.clear()
        process.terminate()
        await asyncio.to_thread(process.wait)
    with serving(folder, command, environment):
        begun = time.monotonic()
        back = await asyncio.gather(*(_came(member, begun) for member in members))
    for member in members:
        assert member.following is not None
        member.following.cancel()
    slower = alone / with_room
    return [
        told(JOIN, joined), told(VOTE, voted), told(REVEAL, revealed), told(BACK, list(back)),
        Verdict(f"memory of the web process: +{MEMORY:g} MB", f"{grown:+.0f} MB", grown <= MEMORY),
        Verdict(f"the run: {SLOWER:g} times slower", f"{slower:.3f}, from {alone:.2f} steps/s", slower <= SLOWER),
    ]  # fmt: skip


async def _came(member: Member, begun: float) -> float:
    await asyncio.wait_for(member.came.wait(), 60)
    return time.monotonic() - begun


def main() -> None:
    """Measure, print and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 students, and no verdict")
    quick: bool = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        verdicts = asyncio.run(measure(Path(folder), 20 if quick else STUDENTS, 3.0 if quick else PACE_SECONDS))
    rows = [f"| {one.budget} | {one.measured} | {'held' if one.held else 'NOT HELD'} |" for one in verdicts]
    table = "\n".join(["| budget | measured | |", "|---|---|---|", *rows])
    print(table)
    if quick:
        return
    known = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# A room of 300\n"
    RESULTS.write_text(f"{known}\n## {datetime.now(UTC):%Y-%m-%d}\n\n{table}\n", encoding="utf-8")
    sys.exit(0 if all(one.held for one in verdicts) else 1)


if __name__ == "__main__":
    main()
