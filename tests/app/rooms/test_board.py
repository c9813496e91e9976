"""The stream of a room: the newest state, once for all readers."""

import asyncio

from skipscope.app.rooms.board import ALIVE, Board


def test_a_reader_gets_the_newest_and_none_twice() -> None:
    async def main() -> None:
        board = Board()
        board.publish(5, b"a")
        reader = board.read(0)
        assert await anext(reader) == b"id: 5\nevent: room\ndata: a\n\n"
        board.publish(6, b"b")
        board.publish(9, b"c")
        assert await anext(reader) == b"id: 9\nevent: room\ndata: c\n\n"
        following = asyncio.ensure_future(anext(reader))
        await asyncio.sleep(0)
        board.beat()
        assert await following == ALIVE
        board.close(b"{}")
        assert await anext(reader) == b"id: 10\nevent: status\ndata: {}\n\n"
        assert await anext(reader, None) is None
        assert board.readers == 0

    asyncio.run(main())


def test_all_readers_share_the_same_bytes() -> None:
    async def main() -> None:
        board = Board()
        board.publish(1, b"x" * 1000)
        frames = [await anext(board.read(0)) for _ in range(3)]
        assert all(frame is frames[0] for frame in frames)

    asyncio.run(main())


def test_a_reader_that_has_the_newest_waits() -> None:
    async def main() -> None:
        board = Board()
        board.publish(7, b"a")
        reader = board.read(7)
        following = asyncio.ensure_future(anext(reader, None))
        await asyncio.sleep(0)
        assert not following.done()
        board.close()
        assert await following is None

    asyncio.run(main())
