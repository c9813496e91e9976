"""One hostile client beside a class, from an address of its own, with cookies that it makes up: deep checks and
summaries, heavy probes, streams that are never read, exports of a run with 43,749 numbers a step.

`python -m benchmarks.hostile URL SECONDS` prints what it was answered, as JSON.
"""

import asyncio
import json
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.exports import RUN

ADDRESS = "127.0.0.2"
CHECKS, SUMMARIES, PROBES, SILENT, EXPORTS = 10, 4, 3, 500, 4
PATIENCE = 30.0
Step = Callable[[int], tuple[str, str, bytes]]
"""Returns method, path and body of the next request."""


@dataclass
class Client:
    """Its target, its end, and the number of answers by kind of request and status."""

    place: tuple[str, int]
    until: float
    answers: Counter[str] = field(default_factory=Counter[str])

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect from its own address."""
        return await asyncio.open_connection(*self.place, local_addr=(ADDRESS, 0), limit=2**16)

    def request(self, method: str, path: str, body: bytes) -> bytes:
        """Write a request of a browser that was never seen before."""
        host = f"{self.place[0]}:{self.place[1]}"
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: skipscope_client={secrets.token_urlsafe(16)}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        ).encode() + body

    async def ask(self, kind: str, method: str, path: str, body: bytes = b"") -> None:
        """Send one request, and read its answer to the end."""
        reader, writer = await self.open()
        try:
            writer.write(self.request(method, path, body))
            head = await reader.readline()
            while await reader.read(65_536):
                pass
            self.answers[f"{kind} {head.split(b' ')[1].decode() if b' ' in head else 'nothing'}"] += 1
        finally:
            writer.close()

    async def again(self, kind: str, step: Step) -> None:
        """Ask again and again."""
        number = 0
        while time.monotonic() < self.until:
            number += 1
            with suppress(OSError):
                await self.ask(kind, *step(number))

    async def be_silent(self) -> None:
        """Ask for all events of the largest run, and never read them."""
        with suppress(OSError):
            reader, writer = await self.open()  # asyncio stops reading by itself where nobody takes what came
            writer.write(self.request("GET", f"/api/runs/{RUN}/events", b""))
            self.answers["silent streams"] += 1
            await asyncio.sleep(max(0.0, self.until - time.monotonic()))
            writer.close()
            del reader


def deep(chance: random.Random) -> dict[str, object]:
    """Describe a network of 748 blocks that nobody has asked for before."""
    fine = round(chance.uniform(0.001, 1.0), 9)
    return {"depths": [187] * 4, "widths": [1] * 4, "stem_width": 1, "norm": "none", "init_std": fine}


async def attack(place: tuple[str, int], seconds: float) -> Counter[str]:
    """Ask for all of it at the same time; return what was answered."""
    chance = random.Random(0)  # noqa: S311 (the same attack each time)
    client = Client(place, time.monotonic() + seconds)
    heavy = {"depths": [40] * 4, "block": "bottleneck", "norm": "none"}

    def check(_: int) -> tuple[str, str, bytes]:
        wish = {"variants": [deep(chance) for _ in range(4)], "batch_size": 2}
        return "POST", "/api/runs/check", json.dumps(wish).encode()

    def summary(_: int) -> tuple[str, str, bytes]:
        return "POST", "/api/architectures/summary", json.dumps(deep(chance)).encode()

    def probe(number: int) -> tuple[str, str, bytes]:
        wish = {"variants": [heavy], "image_size": 32, "batch_size": 16, "seed": number}
        return "POST", "/api/probe", json.dumps(wish).encode()

    def export(number: int) -> tuple[str, str, bytes]:
        return "GET", f"/api/runs/{RUN}/history?format={('parquet', 'csv', 'json')[number % 3]}", b""

    kinds: list[Awaitable[None]] = []
    for kind, num, step in (
        ("checks", CHECKS, check), ("summaries", SUMMARIES, summary), ("probes", PROBES, probe),
        ("exports", EXPORTS, export),
    ):  # fmt: skip
        kinds += [client.again(kind, step) for _ in range(num)]
    kinds += [client.be_silent() for _ in range(SILENT)]
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*kinds), seconds + PATIENCE)
    return client.answers


def main() -> None:
    """Attack a server."""
    place = urlsplit(sys.argv[1])
    print(json.dumps(asyncio.run(attack((place.hostname or "", place.port or 80), float(sys.argv[2])))))


if __name__ == "__main__":
    main()
