"""Pages are shared, and who reads nothing makes nobody keep anything."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

from skipscope.app.jobs.channel import replay
from skipscope.app.jobs.pages import PIECE, Cursor, Page, Pages, frame
from skipscope.app.jobs.rows import Stored

LARGE = 300_000


def stored(number: int, size: int) -> Stored:
    return Stored(number, "step", number, b"%d" % (number % 10) * size)


class Shelf:
    """The store's pages, two events each; each read makes new bytes."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.size, self.asked = count, size, 0

    async def read(self, _: int, after: int) -> list[Stored]:
        self.asked += 1
        await asyncio.sleep(0)
        return [stored(n, self.size) for n in range(after + 1, min(after + 2, self.count) + 1)]

    def whole(self) -> bytes:
        return b"".join(frame(stored(n, self.size)) for n in range(1, self.count + 1))


async def collect(parts: AsyncIterator[bytes]) -> list[bytes]:
    return [part async for part in parts]


def test_large_events_come_in_pieces_and_whole() -> None:
    async def main() -> None:
        shelf = Shelf(5, LARGE)
        pages = Pages(shelf.read)
        parts = await collect(replay(lambda after: pages.page(1, after), 0))
        assert max(map(len, parts)) <= PIECE
        assert b"".join(parts) == shelf.whole()
        assert shelf.asked <= 4

    asyncio.run(main())


def test_small_events_go_together() -> None:
    async def main() -> None:
        pages = Pages(Shelf(40, 10).read)
        parts = await collect(replay(lambda after: pages.page(1, after), 0))
        assert len(parts) == 20
        assert b"".join(parts) == Shelf(40, 10).whole()

    asyncio.run(main())


def test_readers_that_want_the_same_read_it_once_and_pages_are_bounded() -> None:
    async def main() -> None:
        shelf = Shelf(40, LARGE)
        pages = Pages(shelf.read, most=3 * LARGE)
        found = await asyncio.gather(*(pages.page(1, 0) for _ in range(50)))
        assert (shelf.asked, len({id(page) for page in found})) == (1, 1)
        for after in range(0, 40, 2):
            await pages.page(1, after)
            assert pages.num_bytes <= 3 * LARGE
        pages.forget(1)
        assert (pages.num_bytes, (await pages.page(1, 40)).frames) == (0, ())

    asyncio.run(main())


def test_a_page_that_was_empty_is_read_again_and_takes_no_room() -> None:
    async def main() -> None:
        shelf = Shelf(0, LARGE)
        pages = Pages(shelf.read)
        assert (await pages.page(1, 0)).frames == ()
        shelf.count = 1
        assert (await pages.page(1, 0)).frames == (frame(stored(1, LARGE)),)
        for after in range(1, 100):
            await pages.page(1, after)
        assert len(pages._known) == 1

    asyncio.run(main())


def test_a_page_that_is_read_while_its_job_is_forgotten_is_for_those_who_wait_and_no_others() -> None:
    async def main() -> None:
        may: dict[int, asyncio.Future[list[Stored]]] = {}

        async def read(_: int, __: int) -> list[Stored]:
            return await may.setdefault(len(may), asyncio.get_running_loop().create_future())

        async def begin() -> asyncio.Task[Page]:
            asking = asyncio.create_task(pages.page(1, 0))
            for _ in range(10):
                await asyncio.sleep(0)
            return asking

        pages = Pages(read)
        early = await begin()
        pages.forget(1)
        late = await begin()
        assert len(may) == 2
        may[0].set_result([stored(1, 10), stored(2, 10)])
        assert len((await early).frames) == 2
        may[1].set_result([stored(1, 10)])
        assert len((await late).frames) == 1
        again = await begin()
        assert len(may) == 2
        assert await again is await late
        assert (pages.num_bytes, pages._reading) == ((await late).num_bytes, {})

    asyncio.run(main())


def test_a_thousand_readers_that_read_nothing_keep_little_memory() -> None:
    async def main() -> None:
        shelf = Shelf(2000, LARGE)
        pages = Pages(shelf.read)
        tracemalloc.start()
        readers = [replay(lambda after: pages.page(1, after), 2 * n) for n in range(1000)]
        pieces = [await anext(reader) for reader in readers]  # what is handed on waits in each connection
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sum(map(len, pieces)) > 900 * PIECE
        assert kept < 50e6
        # and who reads again goes on where it was
        again = await anext(readers[7])
        assert again == frame(stored(15, LARGE))[PIECE : 2 * PIECE]

    asyncio.run(main())


def test_a_cursor_goes_on_in_the_middle_of_an_event_from_another_page() -> None:
    async def main() -> None:
        cursor = Cursor(3)
        whole = frame(stored(4, LARGE))
        first = cursor.piece(whole)
        assert cursor.within
        rest = [cursor.piece(whole)]

        async def read(after: int) -> Page:
            return Page((whole,), len(whole)) if after == 3 else Page((), 0)

        while (piece := await cursor.stored(read)) is not None:
            rest.append(piece)
        assert first + b"".join(rest) == whole
        assert (cursor.position, cursor.within) == (4, False)

    asyncio.run(main())
