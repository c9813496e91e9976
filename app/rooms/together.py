"""One stream of two: a room's, and that of the job which a member follows with it. The frames are those that all
readers of either share, each encoded once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

END = b"\n\n"
"""Of an event, and of nothing else: its data is one line."""


async def together(room: AsyncGenerator[bytes], job: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Yield whole events of both as they come, until the room's end; the job's may end before."""
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(1)
    turn = asyncio.Lock()

    async def pump(frames: AsyncGenerator[bytes], *, ends: bool) -> None:
        try:
            async with aclosing(frames):
                await _pass_on(frames, queue, turn)
        except Exception as error:  # it is raised to the reader
            await queue.put(error)
        else:
            if ends:
                await queue.put(None)

    pumps = [asyncio.create_task(pump(room, ends=True)), asyncio.create_task(pump(job, ends=False))]
    try:
        while (piece := await queue.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        for one in pumps:
            one.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pass_on(
    frames: AsyncGenerator[bytes], queue: "asyncio.Queue[bytes | Exception | None]", turn: asyncio.Lock
) -> None:
    """Put pieces into the queue; an event that comes in several has the turn until its last one."""
    begun = False
    try:
        async for piece in frames:
            if not begun:
                await turn.acquire()
                begun = True
            await queue.put(piece)
            if piece.endswith(END):
                turn.release()
                begun = False
    finally:
        if begun:
            turn.release()
