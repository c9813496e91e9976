"""Worker processes on this machine, started warm from one prepared process; the web process never computes."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

import orjson

from app.executors.base import Event, RunHandle, WorkerDied, WorkerFailed
from app.executors.process import main as work
from model.request import ProbeRequest, TrainingRequest

PATIENCE = 5.0
Message = tuple[str, bytes]


class LocalExecutor:
    """Keep one process for probes and one for each slot; a process that is lost is replaced."""

    def __init__(self, *, slots: int, threads: int) -> None:
        self.slots = slots
        cores = threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.threads = max(1, (cores if threads else cores - 1) // slots)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["app.executors.forkserver"])
        self._idle: list[_Worker] = []
        self._prober: _Worker | None = None
        self._probing = asyncio.Lock()

    async def start(self) -> None:
        """Bring up the workers, all at once."""
        workers = [self._make(max(1, self.threads)) for _ in range(self.slots + 1)]
        await asyncio.gather(*(worker.ready() for worker in workers))
        self._prober, *self._idle = workers

    async def stop(self) -> None:
        """End all workers."""
        workers = [*self._idle, *([self._prober] if self._prober else [])]
        await asyncio.gather(*(worker.end() for worker in workers))

    async def probe(self, request: ProbeRequest) -> bytes:
        """Measure in the worker that is kept for it; one at a time, in the order of asking."""
        async with self._probing:
            if self._prober is None:
                self._prober = self._make(self.threads)
                await self._prober.ready()
            prober = self._prober
            prober.ask("probe", request.model_dump_json().encode())
            try:
                kind, body = await prober.receive()
            except (WorkerDied, asyncio.CancelledError):
                self._prober = None
                await prober.end()
                raise
            if kind == "failed":
                raise WorkerFailed(body.decode())
            return body

    async def run(self, request: TrainingRequest, *, paused: bool) -> RunHandle:
        """Start a training in a warm worker."""
        worker = self._idle.pop() if self._idle else self._make(self.threads)
        body = orjson.dumps({"request": request.model_dump(mode="json"), "paused": paused})
        worker.ask("run", body)
        return _Handle(worker, self)

    def _make(self, threads: int) -> "_Worker":
        return _Worker(self._context, threads)

    async def give_back(self, worker: "_Worker", *, intact: bool) -> None:
        """Take a worker back after its run; replace it where it was lost."""
        if not intact:
            await worker.end()
            worker = self._make(self.threads)
        if len(self._idle) < self.slots:
            self._idle.append(worker)
        else:
            await worker.end()


class _Handle:
    """A training in a worker."""

    def __init__(self, worker: "_Worker", home: LocalExecutor) -> None:
        self._worker, self._home = worker, home
        self._over = False

    async def events(self) -> AsyncIterator[Event]:
        """Yield events until the training ends; raise WorkerDied or WorkerFailed where it breaks."""
        while True:
            kind, body = await self._worker.receive()
            if kind == "end":
                self._over = True
                return
            if kind == "failed":
                self._over = True
                raise WorkerFailed(body.decode())
            if kind != "ready":
                yield Event(kind, body)

    def send(self, command: dict[str, Any]) -> None:
        """Tell the training."""
        self._worker.tell(command)

    async def close(self) -> None:
        """Give the worker back, or end it where the training is still under way."""
        await self._home.give_back(self._worker, intact=self._over)


class _Worker:
    """One process with its pipe; a thread turns what it says into messages of the event loop."""

    def __init__(self, context: Any, threads: int) -> None:
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self.process: ForkServerProcess = context.Process(target=work, args=(theirs, threads), daemon=True)
        self.process.start()
        theirs.close()
        self._messages: asyncio.Queue[Message | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._listen, args=(loop,), daemon=True)
        self._thread.start()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        message: Message | None = ("", b"")
        while message is not None:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                message = None
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(self._messages.put_nowait, message)

    async def ready(self) -> None:
        """Wait until the process stands."""
        kind, _ = await self.receive()
        assert kind == "ready"

    def ask(self, job: str, body: bytes) -> None:
        """Give the process a job."""
        self._send((job, body))

    def tell(self, command: dict[str, Any]) -> None:
        """Give the job under way a command."""
        self._send(command)

    def _send(self, message: Any) -> None:
        try:
            self._pipe.send(message)
        except OSError as error:
            raise WorkerDied("the worker process is gone") from error

    async def receive(self) -> Message:
        """Return the next message; raise WorkerDied when none can come."""
        message = await self._messages.get()
        if message is None:
            await asyncio.to_thread(self.process.join, PATIENCE)
            raise WorkerDied(f"the worker process ended with exit code {self.process.exitcode}")
        return message

    async def end(self) -> None:
        """End the process and wait for it."""
        self.process.terminate()
        await asyncio.to_thread(self.process.join, PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            await asyncio.to_thread(self.process.join, PATIENCE)
        await asyncio.to_thread(self._thread.join, PATIENCE)
        self._pipe.close()
