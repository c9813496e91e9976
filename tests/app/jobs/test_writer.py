"""Writes are answered in the order of asking, refusals too, and each is answered."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from skipscope.app.jobs.database import StoreError, open_engine
from skipscope.app.jobs.writer import Writer


def using(folder: Path, act: Callable[[Writer, list[StoreError]], Awaitable[Any]]) -> None:
    """Open a writer, act, and close it; a StoreError in the list is why everything would be lost."""

    async def main() -> None:
        engine, lost = open_engine(folder), list[StoreError]()
        writer = Writer(engine, lambda: None, lambda: lost[0] if lost else None)
        try:
            await act(writer, lost)
        finally:
            await writer.close()
            engine.dispose()

    asyncio.run(main())


def test_a_write_that_is_refused_at_once_does_not_overtake_those_before_it(tmp_path: Path) -> None:
    async def act(writer: Writer, lost: list[StoreError]) -> None:
        may, answered = threading.Event(), list[str]()

        def slow(_: Connection) -> None:
            assert may.wait(10)

        first = writer.ask(slow)
        first.add_done_callback(lambda _: answered.append("first"))
        await asyncio.sleep(0.01)
        lost.append(StoreError("lost", "the folder was replaced"))
        second = writer.ask(lambda _: None)
        second.add_done_callback(lambda _: answered.append("second"))
        await asyncio.sleep(0.01)
        assert answered == []
        may.set()
        with pytest.raises(StoreError, match="replaced"):
            await second
        assert answered == ["first", "second"]

    using(tmp_path, act)


def test_writes_beside_a_refused_one_are_done_in_the_order_of_asking(tmp_path: Path) -> None:
    async def act(writer: Writer, _: list[StoreError]) -> None:
        began, may, tried = threading.Event(), threading.Event(), list[str]()

        def hold(_: Connection) -> None:
            began.set()
            assert may.wait(10)

        def write(name: str) -> Callable[[Connection], None]:
            return lambda _: tried.append(name)

        def refused(_: Connection) -> None:
            tried.append("refused")
            raise LookupError("not this one")

        waiting = [writer.ask(hold)]
        await asyncio.to_thread(began.wait, 10)  # those that follow come together
        waiting += [writer.ask(each) for each in (write("a"), refused, write("b"), write("c"))]
        may.set()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert [isinstance(answer, LookupError) for answer in answers] == [False, False, True, False, False]
        assert tried == ["a", "refused", "a", "refused", "b", "c"]

    using(tmp_path, act)


def test_a_write_that_comes_while_the_writer_closes_or_later_is_refused(tmp_path: Path) -> None:
    async def act(writer: Writer, _: list[StoreError]) -> None:
        closing = asyncio.create_task(writer.close())
        await asyncio.sleep(0)
        late = writer.ask(lambda _: None)
        await closing
        for refused in (late, writer.ask(lambda _: None)):
            with pytest.raises(StoreError, match="stopping"):
                async with asyncio.timeout(5):
                    await refused

    using(tmp_path, act)
