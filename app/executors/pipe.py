"""The web's end of the pipe to a process: its messages, sorted by job, with the process held back while we are slow."""

import asyncio
import queue
import threading
from collections import deque
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import orjson

from skipscope.app.executors.base import Event, WorkerDied, WorkerFailed

AHEAD = 128
ALIVE = "alive"
"""The kind of a message that says nothing else."""


ENDS = ("end", "failed", "died")


class Message(NamedTuple):
    """One message of a process: the job it is about, what it is, its content, and when it was made."""

    job: int
    kind: str
    step: int | None
    data: bytes
    made: float


def split(messages: list[Message]) -> tuple[list[Event], Message | None]:
    """Return a job's events, without signs of life, and the message that ends it if it is there."""
    last = messages[-1] if messages and messages[-1].kind in ENDS else None
    events = [
        Event(message.kind, message.step, message.data, message.made)
        for message in messages
        if message is not last and message.kind != ALIVE
    ]
    return events, last


def failure(last: Message) -> WorkerFailed:
    """Return what went wrong in a worker, by its last message."""
    found = orjson.loads(last.data)
    return WorkerFailed(found["words"], found["trace"])


class Inbox:
    """The messages about one job that are not read yet."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()
        self._news = asyncio.Event()
        self._lost = False

    def put(self, message: Message | None) -> None:
        """Add a message; None: there will be no more."""
        if message is None:
            self._lost = True
        else:
            self._messages.append(message)
        self._news.set()

    async def get(self) -> list[Message]:
        """Return all that is there, at least one; an empty list when there will be no more."""
        while not self._messages:
            if self._lost:
                return []
            self._news.clear()
            await self._news.wait()
        messages = list(self._messages)
        self._messages.clear()
        return messages


class PipeEnd:
    """Our end of a pipe to a process. A thread reads it; `ahead` messages may be unread before the process has to wait.

    Another one writes: a process that does not read holds up neither the loop nor what else there is to do.
    """

    def __init__(self, pipe: Connection, ahead: int = AHEAD) -> None:
        self._pipe = pipe
        self._loop = asyncio.get_running_loop()
        self._inboxes: dict[int, Inbox] = {}
        self._space = threading.Semaphore(ahead)
        self._lost = False
        self._outbox: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=target, name="pipe", daemon=True) for target in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    def open_job(self, job: int) -> None:
        """Keep messages about a job from now on."""
        inbox = self._inboxes[job] = Inbox()
        if self._lost:
            inbox.put(None)

    def close_job(self, job: int) -> None:
        """Drop messages about a job from now on."""
        inbox = self._inboxes.pop(job, None)
        if inbox is not None:
            self._space.release(max(1, len(inbox._messages)))

    async def receive(self, job: int) -> list[Message]:
        """Return the messages about a job; an empty list when the process is gone and all is read."""
        messages = await self._inboxes[job].get()
        if messages:
            self._space.release(len(messages))
        return messages

    @property
    def unsent(self) -> int:
        """Count what was sent and the process has not made room for yet."""
        return self._outbox.qsize()

    def send(self, *message: Any) -> None:
        """Send a message once the process has read those before; raise WorkerDied if it is gone."""
        if self._lost:
            raise WorkerDied("the worker process is gone")
        self._outbox.put(message)

    async def close(self) -> None:
        """Let the pipe go, once its process has ended."""
        self._space.release(AHEAD)
        self._outbox.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 5)
        self._pipe.close()

    def _write(self) -> None:
        lost = False
        while (message := self._outbox.get()) is not None:
            if not lost:
                try:
                    self._pipe.send(message)
                except (OSError, ValueError):
                    lost = True  # the thread that listens says so

    def _read(self) -> None:
        while True:
            try:
                message = Message(*self._pipe.recv())
            except (EOFError, OSError):
                break
            self._space.acquire()
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(self._sort, message)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _sort(self, message: Message) -> None:
        inbox = self._inboxes.get(message.job)
        if inbox is None:
            self._space.release()
        else:
            inbox.put(message)

    def _end(self) -> None:
        self._lost = True
        for inbox in self._inboxes.values():
            inbox.put(None)
