"""Replies to commands go to their senders, by the file that each was asked into, and to nobody else."""

import asyncio
from typing import Any

import orjson
import pytest

from skipscope.app.executors.base import Event
from skipscope.app.jobs.replies import Replies


def reply(file: str, **data: Any) -> Event:
    return Event("reply", None, orjson.dumps({**data, "file": file}), 0.0)


def test_each_sender_gets_its_own_reply_in_whatever_order_they_come() -> None:
    async def act() -> None:
        replies = Replies()
        first, second = replies.expect("a"), replies.expect("b")
        step = Event("step", 3, b"{}", 0.0)
        assert replies.split_off([reply("b", step=2), step, reply("a", step=1)]) == [step]
        assert ((await first)["step"], (await second)["step"]) == (1, 2)

    asyncio.run(act())


def test_a_reply_that_nobody_waits_for_any_more_is_nobodys() -> None:
    async def act() -> None:
        replies = Replies()
        late, other = replies.expect("late"), replies.expect("other")
        late.cancel()
        assert replies.split_off([reply("late"), reply("never asked for")]) == []
        assert not other.done()

    asyncio.run(act())


def test_senders_hear_that_a_job_ended_before_it_replied() -> None:
    async def act() -> None:
        replies = Replies()
        waiting = replies.expect("a")
        replies.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(act())
