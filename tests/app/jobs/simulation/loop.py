"""An event loop on a virtual clock. A seed says who is next and how long each thing takes, and so all that happens."""

import asyncio
from collections import deque
from collections.abc import Callable
from heapq import heappop
from itertools import groupby
from random import Random
from typing import Any

from greenlet import getcurrent

from skipscope.app.jobs.writer import _fail, _resolve
from tests.app.jobs.simulation.threads import Thread, this_thread

LATENCIES = (0.0, 0.0, 0.0, 0.0005, 0.002, 0.01, 0.05)
TURN = 20e-6
"""Seconds that a turn of the loop takes."""
MOST_TURNS = 100_000
"""Turns of a life beyond which it goes round in circles: a long one takes 3,000."""


class Stuck(Exception):  # noqa: N818  (what happened)
    """Somebody waits, and nothing will ever happen."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Callbacks run in the order of asking, as asyncio promises; the next task is drawn."""

    def __init__(self, dice: Random, now: float) -> None:
        self.now, self.dice = now, dice
        self.threads: list[Thread] = []
        self.dead = False
        """Whether the process was killed: nothing reaches the disk any more."""
        self._turns = 0
        self.hub = getcurrent()
        self.tasks: list[asyncio.Task[Any]] = []
        self.wrong: list[str] = []
        self.watch: Callable[[], None] = lambda: None
        super().__init__()
        self._soon: deque[Any] = vars(self)["_ready"]
        self._handles: list[Any] = vars(self)["_scheduled"]
        self.set_task_factory(self._make_task)
        self.set_exception_handler(self._broke)

    def _make_task(self, loop: asyncio.AbstractEventLoop, coro: Any, **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **more)
        self.tasks.append(task)
        return task

    def _broke(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not self.dead:
            self.wrong.append(f"{context['message']}: {context.get('exception')!r}")

    def time(self) -> float:
        """Return the virtual time."""
        return self.now

    def latency(self) -> float:
        """Draw how long something small takes."""
        return self.dice.choice(LATENCIES)

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:
        """Have the loop call it; from a thread, this may take a while."""
        thread = this_thread()
        if thread is not None and (after := self.latency()):
            thread.sleep(after)
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Call a function in a thread."""
        future: asyncio.Future[Any] = self.create_future()
        if self.dead:
            future.cancel()
            return future

        def work() -> None:
            if future.cancelled():
                return
            try:
                result = func(*args)
            except Exception as error:  # the future has it, as of any thread
                self.call_soon_threadsafe(_fail, future, error)
            else:
                self.call_soon_threadsafe(_resolve, future, result)

        Thread(self, work, "executor").start(self.latency())
        return future

    def _run_once(self) -> None:
        """Give all that is ready now a turn."""
        handles = self._handles
        if not self._soon:
            while handles and handles[0]._cancelled:
                self._pop()
            if not handles:
                raise Stuck("nothing is ready, and nothing is timed")
            self.now = max(self.now, handles[0]._when)
        self.now += TURN
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise Stuck("it goes round in circles")
        while handles and (handles[0]._cancelled or handles[0]._when <= self.now):
            timer = self._pop()
            if not timer._cancelled:
                self._soon.append(timer)
        ready = list(self._soon)
        self._soon.clear()
        if len(ready) > 1:
            self._shuffle(ready)
        for handle in ready:
            if not handle._cancelled:
                handle._run()
        self.watch()

    def _pop(self) -> Any:
        timer = heappop(self._handles)
        timer._scheduled = False
        return timer

    def _shuffle(self, ready: list[asyncio.Handle]) -> None:
        """Draw the order of tasks that follow each other; callbacks keep theirs."""
        if self.dice.random() < 0.5:
            return
        groups = [(task, list(group)) for task, group in groupby(ready, _is_task)]
        for task, group in groups:
            if task:
                self.dice.shuffle(group)
        ready[:] = [handle for _, group in groups for handle in group]

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Keep it: it is dropped when its time comes."""

    def _write_to_self(self) -> None:
        """Nothing has to be woken up."""

    def kill(self) -> None:
        """End the process as SIGKILL does: what is not on the disk now will never be there."""
        self.dead = True
        for thread in list(self.threads):
            thread.kill()
        self.watch = lambda: None
        for _ in range(100):
            left = [task for task in self.tasks if not task.done()]
            if not left:
                break
            for task in left:
                task.cancel()
            self.run_until_complete(_turns(3))
        assert all(task.done() for task in self.tasks), "a task outlives its process"

    def finish(self) -> None:
        """Let go of everything."""
        for thread in list(self.threads):
            thread.kill()
        for task in self.tasks:
            if task.done() and not task.cancelled():
                task.exception()
        self.close()


async def _turns(num: int) -> None:
    for _ in range(num):
        await asyncio.sleep(0)


def _is_task(handle: asyncio.Handle) -> bool:
    return isinstance(getattr(handle._callback, "__self__", None), asyncio.Task)
