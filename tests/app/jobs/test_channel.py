"""Every reader gets every event once, in order, from wherever it comes and however slow it is."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from skipscope.app.jobs import channel as channels
from skipscope.app.jobs.channel import ALIVE, KEEP_BYTES, Channel, replay
from skipscope.app.jobs.pages import Page, frame
from skipscope.app.jobs.rows import Stored

KEEP = 16


def event(number: int) -> Stored:
    return Stored(number, "step", number, b'{"step":%d}' % number)


class Shelf:
    """All events that were told, as the store keeps them; pages are short, so that many are needed."""

    def __init__(self) -> None:
        self.events: list[Stored] = []
        self.asked = 0

    async def page(self, after: int) -> Page:
        self.asked += 1
        await asyncio.sleep(0)
        found = tuple(map(frame, self.events[after : after + 5]))
        return Page(found, sum(map(len, found)))


def made() -> tuple[Channel, Shelf]:
    shelf = Shelf()
    return Channel(shelf.page, KEEP), shelf


def tell(channel: Channel, shelf: Shelf, count: int, *, last: bool = False) -> None:
    news = [event(channel.last + 1 + i) for i in range(count)]
    shelf.events += news
    channel.publish(news, last=last)


def ahead() -> tuple[Channel, Shelf]:
    """Return a channel with one event in memory, and two that are kept and not published yet."""
    shelf = Shelf()
    channel = Channel(shelf.page, keep=1)
    tell(channel, shelf, 2)
    shelf.events += [event(3), event(4)]
    return channel, shelf


async def collect(frames: AsyncIterator[bytes]) -> list[bytes]:
    """Return the frames of a stream, whose parts may be several or less than one."""
    return split(b"".join([each async for each in frames if each != ALIVE]))


def split(text: bytes) -> list[bytes]:
    """Part a text into whole frames."""
    assert not text or text.endswith(b"\n\n")
    return [each + b"\n\n" for each in text.split(b"\n\n")[:-1]]


def frames(first: int, last: int) -> list[bytes]:
    return [frame(event(number)) for number in range(first, last + 1)]


def test_a_frame_is_a_server_sent_event() -> None:
    assert frame(Stored(7, "status", None, b'{"state":"done"}')) == b'id: 7\nevent: status\ndata: {"state":"done"}\n\n'


def test_large_events_leave_memory_before_there_are_many_and_reach_every_reader() -> None:
    async def main() -> None:
        channel, shelf = made()
        large = [Stored(n, "step", n, b'{"x":"%s"}' % (b"x" * (KEEP_BYTES // 4))) for n in range(1, 13)]
        reading = asyncio.create_task(collect(channel.read(0)))
        await asyncio.sleep(0)
        for event in large:
            shelf.events.append(event)
            channel.publish([event], last=event is large[-1])
            assert channel.num_bytes <= KEEP_BYTES
        assert await reading == [frame(event) for event in large]
        assert await collect(channel.read(9)) == [frame(event) for event in large[9:]]
        assert shelf.asked > 0

    asyncio.run(main())


def test_one_event_that_is_larger_than_what_is_kept_is_read_from_the_store() -> None:
    async def main() -> None:
        channel, shelf = made()
        shelf.events.append(Stored(1, "step", 0, b"x" * (KEEP_BYTES + 1)))
        channel.publish(shelf.events, last=True)
        assert (channel.num_bytes, await collect(channel.read(0))) == (0, [frame(shelf.events[0])])

    asyncio.run(main())


def test_a_late_reader_gets_all_from_the_store_and_then_from_memory() -> None:
    async def main() -> None:
        channel, shelf = made()
        tell(channel, shelf, 100)
        reading = asyncio.create_task(collect(channel.read(0)))
        await asyncio.sleep(0.01)
        tell(channel, shelf, 3, last=True)
        assert await reading == frames(1, 103)
        assert shelf.asked > 0

    asyncio.run(main())


def test_a_reader_that_comes_back_gets_what_it_missed() -> None:
    async def main() -> None:
        channel, shelf = made()
        tell(channel, shelf, 60, last=True)
        for after in (0, 1, 43, 44, 45, 59):
            assert await collect(channel.read(after)) == frames(after + 1, 60)
        assert await collect(channel.read(60)) == []
        assert await collect(replay(shelf.page, 10)) == frames(11, 60)

    asyncio.run(main())


def test_readers_of_all_speeds_get_each_event_once() -> None:
    random_ = random.Random(0)  # noqa: S311

    async def read(channel: Channel, speed: float) -> list[bytes]:
        taken: list[bytes] = []
        after = random_.choice([0, 3, channel.last])
        start = after
        while not (channel.closed and after == channel.last):
            async for each in channel.read(after):
                taken += split(each)
                after = start + len(taken)
                if random_.random() < speed:
                    await asyncio.sleep(random_.random() * 0.003)
                if random_.random() < 0.02:
                    break  # the connection is lost; it comes back with the number of its last event
        assert taken == frames(start + 1, channel.last)
        return taken

    async def main() -> None:
        channel, shelf = made()
        tell(channel, shelf, 20)
        readers = [asyncio.create_task(read(channel, speed)) for speed in (0, 0.1, 0.5, 0.9) for _ in range(10)]
        for _ in range(60):
            tell(channel, shelf, random_.randrange(1, 6))
            await asyncio.sleep(0.001)
        tell(channel, shelf, 1, last=True)
        await asyncio.gather(*readers)
        assert channel._waiting == 0

    asyncio.run(main())


def test_readers_share_the_bytes_and_memory_is_bounded() -> None:
    async def main() -> None:
        channel, shelf = made()
        readers = [channel.read(0) for _ in range(3)]
        first = [asyncio.ensure_future(anext(reader)) for reader in readers]
        await asyncio.sleep(0)
        tell(channel, shelf, 1)
        taken = [await one for one in first]
        assert taken[0] is taken[1] is taken[2]
        tell(channel, shelf, 1000)
        assert len(channel._frames) == KEEP

    asyncio.run(main())


def test_silence_is_filled_by_a_comment_for_all_who_wait() -> None:
    async def main() -> None:
        channel, _ = made()
        waiting = asyncio.ensure_future(anext(channel.read(0)))
        await asyncio.sleep(0)
        channel.beat(60)
        await asyncio.sleep(0)
        assert not waiting.done()
        channel.beat(0)
        assert await waiting == ALIVE

    asyncio.run(main())


class Clock:
    """Time that passes when it is said."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_who_waits_watches_and_who_takes_nothing_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(channels, "time", clock)

    async def main() -> None:
        channel, shelf = made()
        tell(channel, shelf, 2)
        stuck = channel.read(0)
        await anext(stuck)  # and never asks again
        clock.now += 20
        assert channel.unwatched() == 20
        waiting = asyncio.ensure_future(anext(channel.read(2)))
        await asyncio.sleep(0)
        assert channel.unwatched() == 0
        waiting.cancel()
        await asyncio.wait([waiting])
        clock.now += 7
        assert channel.unwatched() == 7
        channel.touch()
        assert channel.unwatched() == 0

    asyncio.run(main())


def test_a_reader_that_is_behind_a_deleted_run_gets_its_end() -> None:
    async def main() -> None:
        channel, shelf = made()
        tell(channel, shelf, 60, last=True)
        shelf.events.clear()
        assert await collect(channel.read(0)) == frames(60, 60)

    asyncio.run(main())


def test_a_reader_gets_from_the_store_what_is_published_and_no_more_yet() -> None:
    async def main() -> None:
        channel, shelf = ahead()
        taken: list[bytes] = []

        async def read() -> None:
            async for piece in channel.read(0):
                taken.append(piece)

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        assert split(b"".join(taken)) == frames(1, 2)
        channel.publish([event(3)])
        await asyncio.sleep(0)
        channel.publish([event(4)])
        await asyncio.sleep(0.01)
        tell(channel, shelf, 1, last=True)
        await reading
        assert split(b"".join(piece for piece in taken if piece != ALIVE)) == frames(1, 5)

    asyncio.run(main())


def test_a_reader_that_comes_back_before_all_that_is_kept_is_published_gets_each_event_once() -> None:
    async def main() -> None:
        channel, shelf = ahead()
        taken = split(await anext(channel.read(0)))
        reading = asyncio.create_task(collect(channel.read(len(taken))))
        await asyncio.sleep(0)
        channel.publish([event(3), event(4)])
        tell(channel, shelf, 1, last=True)
        assert taken + await reading == frames(1, 5)

    asyncio.run(main())
