"""The thread that writes the store: jobs in the order of asking, all that wait in one transaction."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from skipscope.app.jobs.database import StoreError, explain

Write = Callable[[Connection], Any]
AT_ONCE = 256
PATIENCE = 20.0
log = structlog.get_logger("store")


class _Job(NamedTuple):
    write: Write
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Writer:
    """One thread, one connection. The first request is stored and answered first."""

    def __init__(
        self, engine: Engine, on_damage: Callable[[], None], lost: Callable[[], StoreError | None] = lambda: None
    ) -> None:  # fmt: skip
        self._engine, self._on_damage, self._lost = engine, on_damage, lost
        self._closing = self._closed = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    def ask(self, write: Write) -> asyncio.Future[Any]:
        """Have `write` called with a connection; the future has its result once that is on its way to the disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if self._closed:
            future.set_exception(_closed())
        else:
            self._jobs.put(_Job(write, future, loop))
        return future

    async def close(self) -> None:
        """Write what was asked for until now, then end; a file that is locked is not waited for any more."""
        self._closing = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._closed = True
        while not self._jobs.empty():
            late = self._jobs.get()
            if late is not None:
                _fail(late.future, _closed())

    def _work(self) -> None:
        open_ = True
        while open_:
            waiting = [self._jobs.get()]
            while len(waiting) < AT_ONCE and waiting[-1] is not None:  # a later one came while it closes
                try:
                    waiting.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            open_ = None not in waiting
            self._write([job for job in waiting if job is not None])

    def _write(self, jobs: list[_Job]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            lost = self._lost()
            if lost is not None:  # said in the order of asking, as all else
                for job in jobs:
                    job.loop.call_soon_threadsafe(_fail, job.future, lost)
                return
            try:
                with self._engine.begin() as connection:
                    results = [job.write(connection) for job in jobs]
            except (IntegrityError, LookupError, ValueError) as error:
                # one job's own fault: the others must not share it
                if len(jobs) > 1:
                    for job in jobs:
                        self._write([job])
                else:
                    jobs[0].loop.call_soon_threadsafe(_fail, jobs[0].future, error)
                return
            except Exception as error:
                problem = explain(error)
                if problem.kind == "locked" and time.monotonic() < deadline and not self._closing:
                    continue
                if problem.kind == "corrupt":
                    self._on_damage()
                log.error("store_failed", kind=problem.kind, reason=str(problem))
                for job in jobs:
                    job.loop.call_soon_threadsafe(_fail, job.future, problem)
                return
            for job, result in zip(jobs, results, strict=True):
                job.loop.call_soon_threadsafe(_resolve, job.future, result)
            return


def _closed() -> StoreError:
    return StoreError("closed", "The server is stopping, and keeps nothing more.")


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
