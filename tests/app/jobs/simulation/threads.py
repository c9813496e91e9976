"""Threads of which one runs at a time: each is a greenlet, and where it waits the loop goes on."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from greenlet import getcurrent, greenlet


class Scheduler(Protocol):
    """The loop that gives threads their turns."""

    hub: greenlet
    threads: list["Thread"]

    def call_later(self, delay: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Have it called."""
        ...


class Thread:
    """A thread of the process: it goes on until it waits, and nobody else does meanwhile."""

    def __init__(self, loop: Scheduler, target: Callable[[], Any], name: str = "", daemon: bool = True) -> None:
        self.name = name
        self._loop, self._target = loop, target
        self.frozen = False
        """Whether it never goes on, as a process that was sent SIGSTOP."""
        self._inner = _Greenlet(self._run, loop.hub)
        self._inner.thread = self
        self._ended = list[Callable[[], None]]()

    def start(self, after: float = 0.0) -> None:
        """Have it begin."""
        self._loop.threads.append(self)
        self._loop.call_later(after, self._go_on)

    def join(self, timeout: float | None = None) -> None:
        """Wait in another thread until it has ended."""
        if not self._inner.dead:
            waker = waiting()
            self._ended.append(waker.go_on)
            waker.wait()

    def kill(self) -> None:
        """End it where it is."""
        if not self._inner.dead:
            self._inner.throw()
        self.over()

    def sleep(self, seconds: float | None) -> None:
        """Let others go on for so long; None: until it is told to go on."""
        timer = None if seconds is None else self._loop.call_later(seconds, self._go_on)
        try:
            self._loop.hub.switch()
        finally:
            if timer is not None:
                timer.cancel()

    def _go_on(self) -> None:
        if not self._inner.dead and not self.frozen:
            self._inner.switch()

    def wake(self, after: float = 0.0) -> None:
        """Have it go on."""
        self._loop.call_later(after, self._go_on)

    def _run(self) -> None:
        try:
            self._target()
        finally:
            self.over()

    def over(self) -> None:
        """Tell those that wait for its end."""
        if self in self._loop.threads:
            self._loop.threads.remove(self)
        for call in self._ended:
            call()
        self._ended.clear()


class _Greenlet(greenlet):
    thread: Thread


class _Waker:
    """A thread that waits to be told."""

    def __init__(self, thread: Thread) -> None:
        self._thread, self._told = thread, False

    def wait(self) -> None:
        """Wait in this thread."""
        while not self._told:
            self._thread.sleep(None)

    def wait_for(self, seconds: float) -> None:
        """Wait for at most so long."""
        self._thread.sleep(seconds)

    def go_on(self) -> None:
        """Have the thread go on."""
        self._told = True
        self._thread.wake()


def this_thread() -> Thread | None:
    """Return the thread that runs; None: it is that of the loop."""
    return getattr(getcurrent(), "thread", None)


def waiting() -> _Waker:
    """Return how this thread is told to go on."""
    thread = this_thread()
    assert thread is not None, "the loop's own thread must not wait"
    return _Waker(thread)


class Queue:
    """What `queue.SimpleQueue` is, for one thread that takes."""

    def __init__(self, loop: Scheduler, empty: type[Exception]) -> None:
        self._loop, self._empty = loop, empty
        self._items: deque[Any] = deque()
        self._waker: _Waker | None = None

    def put(self, item: Any) -> None:
        """Add an item."""
        self._items.append(item)
        if self._waker is not None:
            waker, self._waker = self._waker, None
            waker.go_on()

    def get(self) -> Any:
        """Return the next item, once there is one."""
        while not self._items:
            self._waker = waiting()
            self._waker.wait()
        return self._items.popleft()

    def empty(self) -> bool:
        """Return whether there is no item."""
        return not self._items

    def get_nowait(self) -> Any:
        """Return the next item, if there is one."""
        if not self._items:
            raise self._empty
        return self._items.popleft()
