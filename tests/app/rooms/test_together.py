"""A room and a job on one stream: whole events, of both, the same bytes for all, and nothing left behind."""

import asyncio
import random
from collections.abc import AsyncGenerator

import pytest

from skipscope.app.jobs.channel import Channel
from skipscope.app.jobs.pages import PIECE, Page
from skipscope.app.jobs.rows import Stored
from skipscope.app.rooms.board import Board
from skipscope.app.rooms.together import together


async def nothing(_: int) -> Page:
    return Page((), 0)


def step(number: int, size: int = 10) -> Stored:
    return Stored(number, "step", number, b'"' + b"x" * size + b'"')


async def whole(stream: AsyncGenerator[bytes]) -> bytes:
    """Return the next event, however many pieces it comes in."""
    parts = [await anext(stream)]
    while not parts[-1].endswith(b"\n\n"):
        parts.append(await anext(stream))
    return b"".join(parts)


def test_events_of_both_come_whole_and_the_room_ends_the_stream() -> None:
    async def main() -> None:
        board, channel = Board(), Channel(nothing, 100)
        board.publish(1, b"a")
        stream = together(board.read(0), channel.read(0))
        assert await anext(stream) == b"id: 1\nevent: room\ndata: a\n\n"
        # an event that is sent in many pieces, and news of the room that come meanwhile
        channel.publish([step(1, 5 * PIECE)])
        first = await anext(stream)
        assert len(first) == PIECE
        board.publish(2, b"b")
        rest = await whole(stream)
        assert first + rest == b"id: 1\nevent: step\ndata: " + step(1, 5 * PIECE).data + b"\n\n"
        assert (await whole(stream)).startswith(b"id: 2\nevent: room")
        channel.publish([step(2)], last=True)
        assert (await whole(stream)).startswith(b"id: 2\nevent: step")
        board.publish(3, b"c")
        assert (await whole(stream)).startswith(b"id: 3\nevent: room"), "the job has ended and the room goes on"
        board.close(b"{}")
        assert b"event: status" in await whole(stream)
        assert await anext(stream, None) is None
        assert (board.readers, channel.watched) == (0, False)

    asyncio.run(main())


def test_whatever_comes_when_each_is_told_once_and_in_its_order() -> None:
    async def main() -> None:
        draw = random.Random(4)  # noqa: S311  (a schedule, no secret)
        board, channel = Board(), Channel(nothing, 1000)
        board.publish(1, b"r1")
        stream = together(board.read(0), channel.read(0))
        said: list[bytes] = []
        last = [b"id: 80\nevent: room", b"id: 79\nevent: step"]
        both = asyncio.Event()

        async def read() -> None:
            async for piece in stream:
                said.append(piece)
                last[:] = [one for one in last if not piece.startswith(one)]
                if not last and piece.endswith(b"\n\n"):
                    both.set()
                if draw.random() < 0.3:
                    await asyncio.sleep(0)

        reading = asyncio.create_task(read())
        for number in range(1, 80):
            channel.publish([step(number, draw.choice([3, PIECE, 2 * PIECE + 7]))])
            board.publish(number + 1, b"r%d" % (number + 1))
            for _ in range(draw.randint(0, 4)):
                await asyncio.sleep(0)
        await both.wait()
        board.close(b"{}")
        await reading
        events = b"".join(said).split(b"\n\n")
        steps = [int(one.split(b"\n")[0][4:]) for one in events if b"event: step" in one]
        rooms = [int(one.split(b"\n")[0][4:]) for one in events if b"event: room" in one]
        assert steps == list(range(1, 80))
        assert rooms == sorted(set(rooms))
        assert rooms[-1] == 80
        assert all(one.count(b"id: ") == 1 for one in events[:-1]), "no event is inside another"

    asyncio.run(main())


def test_all_readers_get_the_same_bytes_of_both() -> None:
    async def main() -> None:
        board, channel = Board(), Channel(nothing, 10)
        board.publish(1, b"x" * 1000)
        channel.publish([step(1, 1000)])
        streams = [together(board.read(0), channel.read(0)) for _ in range(3)]
        found = [{piece[:20]: piece for piece in (await anext(one), await anext(one))} for one in streams]
        assert all(one[name] is found[0][name] for one in found for name in found[0])
        assert len(found[0]) == 2
        for one in streams:
            await one.aclose()
        assert (board.readers, channel.watched) == (0, False), "who leaves is followed by nothing"

    asyncio.run(main())


def test_a_failure_of_the_store_ends_the_stream_with_it() -> None:
    async def broken() -> AsyncGenerator[bytes]:
        yield b"id: 1\nevent: step\ndata: {}\n\n"
        raise OSError("the disk is gone")

    async def main() -> None:
        board = Board()
        stream = together(board.read(0), broken())
        assert await anext(stream)
        with pytest.raises(OSError, match="the disk is gone"):
            await anext(stream)
        assert board.readers == 0

    asyncio.run(main())
