"""Worker processes that do no work: they obey and tell by the product's own loop; a seed has them die and hang."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from skipscope.app.executors import state_file
from skipscope.app.executors.base import WorkerDied
from skipscope.app.executors.job import failed, serve
from skipscope.app.executors.order import Order
from skipscope.app.executors.pipe import Inbox, Message
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.jobs.job import Event, Job, JobFailed, Reply
from skipscope.model.measure.record import VERSION
from tests.app.jobs.simulation.loop import VirtualLoop
from tests.app.jobs.simulation.threads import Thread, waiting

PIECES = (0.0, 0.0, 0.001, 0.05, 0.3)
SLOW = 0.3
"""The share of processes that are slow to start, where there is trouble."""
WORK = frozenset({"step", "progress"})
"""Kinds of events that a job has for a piece of work."""


class Machine:
    """Where the processes are."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop, self.dice = loop, loop.dice
        self.trouble = 0.0
        """How often a process cannot be started."""
        self.last_words = 0.0
        """How often a word is the last: the process dies after it, or stands still."""
        self.processes: list[Process] = []
        self.works: Callable[[Process], None] = lambda _: None
        """Hears of each piece of work that is not asked for singly."""

    async def make(self) -> "Process":
        """Start a process."""
        slow = self.trouble and self.dice.random() < SLOW  # the process that others are forked from may be gone
        await asyncio.sleep(self.dice.choice((1.0, 4.0)) if slow else self.loop.latency())
        if self.dice.random() < self.trouble:
            raise WorkerDied("No worker process can be started: Cannot allocate memory.")
        process = Process(self)
        self.processes.append(process)
        return process

    @property
    def alive(self) -> list["Process"]:
        """Return the processes that are there."""
        return [process for process in self.processes if process.alive]


class Process:
    """One process with its pipe."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self._loop = machine, machine.loop
        self.alive, self.closed, self._lost = True, False, False
        self.commands: deque[dict[str, Any]] = deque()
        self._inbox = Inbox()
        self._thread: Thread | None = None
        self._wire: _Wire | None = None
        self.spoke = self._loop.now
        """When it last said anything."""
        self.changes = 0
        """How many changes it was sent."""

    @property
    def stands(self) -> bool:
        """Return whether it is dead or stands still."""
        return not self.alive or (self._thread is not None and self._thread.frozen)

    def start(self, order: Order, resume: Path | None = None) -> None:
        """Give the process a job."""
        self._check()
        body = order.encode()
        self._thread = Thread(self._loop, lambda: self._serve(body, resume), "worker")
        self._thread.start(self._loop.latency())

    def _serve(self, body: bytes, resume: Path | None) -> None:
        wire = self._wire = _Wire(self)
        try:
            serve(wire, body, None if resume is None else state_file.read_once(str(resume)))
        except Exception as error:  # a process that breaks says so and ends, as the real one does
            wire.send("failed", failed(error))
        else:
            wire.send("end", b"")

    def send_command(self, command: Mapping[str, object]) -> None:
        """Send the job under way a command."""
        self.changes += "lr" in command
        self._check()
        self.commands.append(dict(command))
        if self._wire is not None:
            self._wire.told()

    def _check(self) -> None:
        if self._lost:
            raise WorkerDied("the worker process is gone")

    @property
    def unsent(self) -> int:
        """Count what the process has not made room for yet."""
        return len(self.commands) if self._thread is not None and self._thread.frozen else 0

    async def receive(self) -> list[Message]:
        """Return what the process has sent; raise WorkerDied when it is gone and all is read."""
        messages = await self._inbox.get()
        if not messages:
            await asyncio.sleep(self._loop.latency())
            raise WorkerDied("The worker process was killed by SIGKILL.")
        return messages

    def put(self, message: Message) -> None:
        """Have a message arrive."""
        if not self._lost:
            self.spoke = self._loop.now
            self._inbox.put(message)

    def die(self) -> None:
        """End at once, as by SIGKILL; what was sent until then arrives."""
        if self.alive:
            self.alive = False
            if self._thread is not None:
                self._thread.kill()
            self._loop.call_later(self._loop.latency(), self._lose)

    def _lose(self) -> None:
        self._lost = True
        self._inbox.put(None)

    def hang(self) -> None:
        """Stand still, as by SIGSTOP."""
        if self._thread is not None:
            self._thread.frozen = True

    async def end(self) -> None:
        """End the process at once, whatever it is at."""
        if self.closed:
            raise ValueError("process object is closed")
        self.die()
        await asyncio.to_thread(lambda: None)
        self.closed = True


class _Wire:
    """A job's own end of the pipe."""

    def __init__(self, process: Process) -> None:
        self._process, self._loop = process, process._loop
        self._dice = process.machine.dice
        self._waker: Any = None
        self._single = 0

    def send(self, kind: str, data: bytes, step: int | None = None) -> None:
        if kind in WORK:
            if self._single:
                self._single -= 1
            else:
                self._process.machine.works(self._process)
        self._loop.call_soon_threadsafe(self._process.put, Message(1, kind, step, data, self._loop.now))
        machine = self._process.machine
        if machine.last_words and self._dice.random() < machine.last_words:
            self._loop.call_soon(self._process.hang if self._dice.random() < 0.5 else self._process.die)
            waiting().wait()

    def reply(self, reply: Reply) -> None:
        self.send("reply", state_file.write(reply.data, reply.file, reply.content))

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        commands = self._process.commands
        if not commands:
            waker = self._waker = waiting()
            if seconds is None:
                waker.wait()
            elif piece := max(seconds, self._dice.choice(PIECES)):
                waker.wait_for(piece)
            self._waker = None
        if not commands:
            return None
        command = commands.popleft()
        self._single += command.get("step", 0)
        return command

    def told(self) -> None:
        """Go on, if it waits for a command."""
        if self._waker is not None:
            self._waker.go_on()


def start_training(dice: Random, trouble: float, request: TrainingRequest, state: bytes | None) -> Job:
    """Begin a training that trains nothing: its numbers are drawn."""
    at = 0 if state is None else int(state)

    def events() -> Generator[Event | None]:
        nonlocal at
        while at < request.steps:
            if dice.random() < trouble:
                raise JobFailed("the loss is not finite") if dice.random() < 0.5 else RuntimeError("a bug of a job")
            at += 1
            net = {"loss": dice.random(), "accuracy": None, "values": {"gradient_rms": [1.0]}}
            yield Event("step", {"step": at, "variants": [net for _ in request.variants]}, at)

    def change(told: Mapping[str, Any]) -> Event:
        if dice.random() < 0.2:
            raise ValueError("nothing would be left")
        return Event("change", {"step": at, "variant": None, "changed": {"lr": told["lr"]}})

    def save(told: Mapping[str, Any]) -> Reply:
        return Reply({"step": at, "skips": None}, told["file"], str(at).encode())

    variant = {"label": "a net", "taps": ["layer1.0"], "weights": [], "blocks": ["layer1.0"]}
    schema = {"version": VERSION, "variants": [variant for _ in request.variants]}
    return Job(events(), {"step": lambda _: None, "lr": change, "checkpoint": save}, schema, lambda: str(at).encode())
