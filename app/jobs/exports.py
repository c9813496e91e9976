"""Exports, each written by a process of its own: the process that serves passes the bytes on, and keeps none."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from skipscope.app.errors import Problem
from skipscope.app.executors.turns import Turns
from skipscope.app.guard.broken import BrokenOff
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.exporting import GONE, Wish

PART = 65_536
AT_ONCE = 2
MOST = 200
STALLED = 30.0
"""Seconds that an export may wait for its reader, all in all, while others wait for its place."""
log = structlog.get_logger("exports")


class Exports:
    """Write so many exports at a time, the addresses in turn."""

    def __init__(self, most_of_one: int = MOST) -> None:
        self._turns = Turns(AT_ONCE, most=MOST, most_of_one=most_of_one, what="exports")

    async def begin(self, wish: Wish, seat: Seat) -> "Export":
        """Return an export that has begun, in its turn; raise Busy, or Problem where it cannot be written."""
        await self._turns.enter(seat)
        export = Export(self._turns, seat)
        try:
            await export.start(wish)
        except BaseException:
            await export.close()
            raise
        return export


class Export:
    """One export under way; `close` ends it, wherever it is."""

    def __init__(self, turns: Turns, seat: Seat) -> None:
        self._turns, self._seat = turns, seat
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, wish: Wish) -> None:
        """Start the process and read whether it refuses."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "skipscope.app.jobs.exporting",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=PART,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(wish.to_json() + b"\n")
        self._process.stdin.close()
        line = await self._process.stdout.readline()
        if not line:
            raise Problem(
                503, "The export failed", "Its process ended before it began; the server's log has the reason."
            )
        refused = orjson.loads(line)
        if refused:
            raise _refusal(refused, wish)

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield what the process writes; raise BrokenOff where it does not come to its end."""
        assert self._process is not None
        assert self._process.stdout is not None
        stalled = 0.0
        while part := await self._process.stdout.read(PART):
            handed = time.monotonic()
            yield part
            stalled += time.monotonic() - handed
            if stalled > STALLED and self._turns.num_waiting:
                raise BrokenOff("the reader was slow, and others waited for the place")
        code = await self._process.wait()
        if code:
            raise BrokenOff("the run was deleted" if code == GONE else f"its process ended with {code}")

    async def close(self) -> None:
        """End the process, where it has not ended, and give the place to the next."""
        try:
            if self._process is not None and self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                assert self._process.stdout is not None
                while await self._process.stdout.read(PART):
                    pass  # asyncio takes note of its end once all that it wrote is read
                await self._process.wait()
        finally:
            self._turns.leave(self._seat)


class ExportResponse(StreamingResponse):
    """An answer that ends its export with itself, also where nobody takes the first part."""

    def __init__(self, export: Export, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(export.parts(), media_type=media_type, headers=headers)
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self._export.close())


def _refusal(why: dict[str, Any], wish: Wish) -> Problem:
    if "column" in why:
        return Problem(
            422, "No such column", f"columns={why['column']!r}: the run has no column of that name.",
            field="columns", value=why["column"], limit=f"{why['columns']} columns",
            remedy="name columns as in the first line of format=csv; * and ? stand for any text",
        )  # fmt: skip
    return Problem(
        422, "Too wide a table", f"format={wish.form}: {why['wide']} are more than one Parquet file holds.",
        field="format", value=wish.form, limit="250,000 parts of columns",
        remedy=f"ask for fewer columns, for every={why['every']}, or for format=csv",
    )  # fmt: skip
