"""A worker's loop over a job of any kind, on any wire: work, send events, obey commands between two pieces."""

import time
import traceback
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from pydantic import ValidationError

from skipscope.app.executors.order import Order
from skipscope.model.jobs.job import Event, Job, JobFailed, Reply, Stopped

ALIVE_EVERY = 1.0
OWN_KINDS = frozenset({"alive", "died", "end", "failed", "pid", "reply", "schema", "status"})
"""Kinds of messages that are the worker's, and of which a job makes no events."""


class Wire(Protocol):
    """The wire that a job's messages go to and its commands come from."""

    def send(self, kind: str, data: bytes, step: int | None = None) -> None:
        """Send a message."""
        ...

    def reply(self, reply: Reply) -> None:
        """Have the reply's bytes written into its file, and then send its data with the outcome."""
        ...

    def receive(self, seconds: float | None) -> dict[str, Any] | None:
        """Return the next command, waiting for it so long (None: for ever); None if none came."""
        ...


def serve(wire: Wire, body: bytes, state: bytes | None) -> None:
    """Do the job that is ordered, from a network's state if there is one, until its end or until it is stopped."""
    wire.send("alive", b"")  # loading the data may take long
    order = Order.decode(body)
    if order.device != "cpu":
        from skipscope.model.train.device import prepare  # noqa: PLC0415  (another kind may need no PyTorch)

        prepare(order.device)
    job = order.begin(state)
    del state  # the networks have it
    try:
        _Loop(wire, job, order).run()
    finally:
        job.events.close()


def failed(error: Exception) -> bytes:
    """Return what went wrong: in words for people, and where for the log."""
    return orjson.dumps({"words": _words(error), "trace": "".join(traceback.format_exception(error))})


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error) or "out of memory" in str(error):
        return "out of memory: use a smaller batch, image size or network"
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _detail(error: ValueError) -> str:
    return error.errors()[0]["msg"].removeprefix("Value error, ") if isinstance(error, ValidationError) else str(error)


class _Loop:
    """One job: a piece of work, its event, a command."""

    def __init__(self, wire: Wire, job: Job, order: Order) -> None:
        self.wire, self.job, self._file = wire, job, order.keep
        self.paused, self.rate = order.paused, order.max_rate
        self.single = 0
        self.over = False
        self.stopped: str | None = None
        self._due = self._sent = time.monotonic()
        self._rested = True
        """Whether the last piece had an event: the pace is that of events."""

    def run(self) -> None:
        """Work until the job is over or stopped."""
        if self.job.schema is not None:
            self._send("schema", self.job.schema)
        self._state("paused" if self.paused else "running")
        try:
            while self.stopped is None and not self.over:
                # steps that were asked for come before what was asked for later
                command = None if self.single else self.wire.receive(self._patience())
                if command is not None:
                    self._obey(command)
                elif self.single or self._left() == 0:
                    self._advance()
                self._live()
        except JobFailed as error:
            self._state("failed", reason=str(error), final=True)
            return
        if self.stopped is None:
            self._keep()
            self._state("done", final=True)
        else:
            self._wind_up()
            self._keep()
            self._state("stopped", reason=self.stopped or None, final=True)

    def _left(self) -> float:
        """Return the seconds until the next piece is due."""
        return max(0.0, self._due - time.monotonic()) if self.rate > 0 and self._rested else 0.0

    def _patience(self) -> float | None:
        """Return for how long a command may be waited for."""
        return None if self.paused else min(self._left(), ALIVE_EVERY)

    def _live(self) -> None:
        """Give a sign of life in a long silence."""
        if time.monotonic() - self._sent >= ALIVE_EVERY:
            self._sent = time.monotonic()
            self.wire.send("alive", b"")

    def _advance(self) -> None:
        """Do one piece; the job hears of one that was asked for singly."""
        if self.single:
            self.single -= 1
            self.job.commands["step"]({"step": 1})
        if self.rate > 0 and self._rested:
            self._due = max(self._due, time.monotonic() - 1 / self.rate) + 1 / self.rate
        try:
            event = next(self.job.events)
        except StopIteration:
            self.over = True
            return
        self._rested = event is not None
        self._publish(event)

    def _wind_up(self) -> None:
        """Stop the job's generator, and publish what it still has to tell."""
        try:
            event = self.job.events.throw(Stopped())
            while True:
                self._publish(event)
                event = next(self.job.events)
        except (Stopped, StopIteration):
            pass

    def _keep(self) -> None:
        """Send what is kept of the job, if that is asked for; one for which memory is short has ended all the same."""
        if self._file is None or self.job.final is None:
            return
        try:
            content, unsaved = self.job.final(), None
        except (MemoryError, RuntimeError) as error:  # torch has the latter for the former
            content, unsaved = b"", _words(error)
        self.wire.reply(Reply({"unsaved": unsaved}, self._file, content))

    def _obey(self, command: Mapping[str, Any]) -> None:
        try:
            self._change(command)
        except ValueError as error:
            changed = {name: value for name, value in command.items() if name != "variant"}
            refused = {"variant": command.get("variant"), "changed": changed, "detail": _detail(error)}
            state = "paused" if self.paused else "running"
            self._state(state, reason=f"not changed: {refused['detail']}", refused=refused)

    def _change(self, command: Mapping[str, Any]) -> None:
        match command:
            case {"state": "paused", **more}:
                self.paused = True
                self._state("paused", reason=more.get("reason"))
            case {"state": "running"}:
                self.paused, self.single = False, 0
                self._due = time.monotonic()
                self._state("running")
            case {"state": "stopped", **more}:
                self.stopped = more.get("reason") or ""
            case {"max_rate": rate}:
                self.rate, self._due = rate, time.monotonic()
            case {"step": count} if "step" in self.job.commands:
                self.single = count if self.paused else 0
            case _:
                name = next((name for name in self.job.commands if name in command), None)
                assert name is not None, f"the web sent {command!r}"
                answer = self.job.commands[name](command)
                if isinstance(answer, Reply):
                    self.wire.reply(answer)
                else:
                    self._publish(answer)

    def _state(self, state: str, *, reason: str | None = None, **more: Any) -> None:
        self._send("status", {"state": state, "reason": reason, "queue_position": None, **more})

    def _publish(self, event: Event | None) -> None:
        if event is not None:
            kind = event.kind
            assert kind.isidentifier() and kind not in OWN_KINDS, f"{kind!r} is no kind of event that a job may have"
            self._send(kind, event.data, event.step)

    def _send(self, kind: str, content: Mapping[str, Any], step: int | None = None) -> None:
        self._sent = time.monotonic()
        self.wire.send(kind, orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), step)
