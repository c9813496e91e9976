"""The leader of a job that is done in parts: it enqueues them, one at a time, and publishes what they find together."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import orjson

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Event
from skipscope.app.jobs.crew import Crew
from skipscope.app.jobs.findings import Findings
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.new_job import NewJob
from skipscope.model.jobs.kind import Part

ROUND_SECONDS = 0.1
"""Between two looks at the parts, however much they say."""
TRIES = 5


class Leader:
    """The handle of a job that is done in parts, as an executor returns one of a job that is done whole.

    One part at a time waits for a slot, so that others' jobs, and its own client's, come between them.
    """

    def __init__(self, crew: Crew, job: LiveJob, *, paused: bool) -> None:
        assert job.kind.split is not None
        self._crew, self._job, self._split, self._paused = crew, job, job.kind.split, paused
        self._news = asyncio.Event()
        self._findings = Findings(job, crew.desk, self._news.set)
        self._begun = 0
        self._said: list[Event] = []
        self._state, self._place = "queued", 0
        self._stopped: str | None = None
        self._networks: Path | None = None
        """The file with those that the first part has given."""

    async def batches(self) -> AsyncGenerator[list[Event]]:
        """Yield the job's own events until all parts have ended; raise WorkerFailed if they cannot be put together."""
        if self._paused:
            self._say("paused")
        await self._findings.plan()
        while True:
            self._look()
            await self._enqueue()
            yield self._take_said()
            if self._is_over:
                break
            if self._findings.is_due and (data := await self._findings.put_together(tries=1)) is not None:
                yield [_event("partial", data)]
            await self._rest()
        yield await self._ending()

    def send(self, command: dict[str, Any]) -> None:
        """Pass a command on to the parts."""
        noun = self._job.kind.noun
        match command:
            case {"state": "paused", **more}:
                self._paused = True
                for part in self._under_way:
                    if not part.paused:
                        self._crew.pause(part, f"the {noun} that it is a part of is paused")
                self._say("paused", reason=more.get("reason"))
            case {"state": "running"}:
                self._paused = False
                for part in self._under_way:
                    if part.paused and not part.held:
                        self._crew.resume(part)
                self._say("running")
            case {"state": "stopped", **more}:
                self._stopped = more.get("reason") or ""
                for part in self._under_way:
                    self._crew.stop(part, f"the {noun} that it is a part of was stopped")
            case _:
                pass  # a pace, which parts have none of
        self._news.set()

    @property
    def unsent(self) -> int:
        """Return 0: commands are passed on at once."""
        return 0

    async def pid(self) -> int:
        """Raise LookupError: the parts alone have processes."""
        raise LookupError("a job that is done in parts has no process of its own")

    async def close(self) -> None:
        """End all parts at once that have not ended."""
        for part in self._under_way:
            self._crew.end(part, "stopped", f"the {self._job.kind.noun} that it is a part of has ended")
        given = [part.gives for part in self._job.parts.values()]
        for part in self._job.parts.values():
            self._forget(part)
        self._job.parts.clear()
        for file in (*given, self._networks):
            if file is not None:
                await self._crew.states.remove(file)

    @property
    def _under_way(self) -> list[LiveJob]:
        return [part for part in self._job.parts.values() if not part.over]

    @property
    def _is_over(self) -> bool:
        return not self._job.parts and (self._stopped is not None or self._begun == self._job.num_parts)

    async def _rest(self) -> None:
        """Wait until a part has news, or until what is found may be shown."""
        await asyncio.sleep(ROUND_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), ROUND_SECONDS if self._findings.is_new else None)
        self._news.clear()

    async def _enqueue(self) -> None:
        """Let the next part wait for a slot, if none does, and so on while there are free slots."""
        while self._begun < self._job.num_parts and not self._paused and self._stopped is None:
            part = self._split.part(self._job.request, self._begun)
            if (part.goes_on and self._networks is None) or any(map(self._crew.slots.waits, self._under_way)):
                return
            making = asyncio.create_task(self._begin(self._begun, part))
            self._begun += 1
            try:
                await asyncio.shield(making)
            except asyncio.CancelledError:
                await making  # it is among the parts that are ended now
                raise

    async def _begin(self, number: int, part: Part) -> None:
        job, member = self._job, self._findings.members[number]
        member.name = part.name
        resume, gives = None, None
        try:
            if part.goes_on:
                assert self._networks is not None
                resume = await self._crew.states.share(self._networks)
            elif number == 0:
                resume, job.resume = job.resume, None
                if self._split.part(job.request, 1).goes_on:
                    gives = await self._crew.states.make()
            new = NewJob(
                kind=part.kind, request=part.request, seat=job.seat, name=part.name, resume=resume, whole=member,
                gives=gives,
            )  # fmt: skip
            made, _ = await self._crew.create(new)
        except BaseException as error:
            for file in (resume, gives):
                if file is not None:
                    await self._crew.states.remove(file)
            if not isinstance(error, Problem | OSError):
                raise
            self._findings.lost[part.name] = str(error)
            return
        live = self._crew.live.get(made.saved.id)
        if live is None:  # the server ends
            self._findings.lost[part.name] = made.saved.reason or f"it was {made.saved.state}"
        else:
            job.parts[number] = live

    def _look(self) -> None:
        """Take note of the parts that have ended, and of those that wait or work."""
        for number, part in list(self._job.parts.items()):
            if part.over:
                del self._job.parts[number]
                self._take_leave(number, part)
        if self._state != "queued":
            return
        parts = [*self._job.parts.values()]
        if any(part.state != "queued" for part in parts) or self._findings.any:
            self._say("running")
        elif parts and (place := parts[0].queue_position or 0) != self._place:
            self._place = place  # until a part works the job waits in the place of its first one
            self._say("queued", queue_position=place, queue_seconds=parts[0].queue_seconds)

    def _take_leave(self, number: int, part: LiveJob) -> None:
        member = self._findings.members[number]
        if not member.has_result and self._stopped is None:
            self._findings.lost[member.name] = part.reason or f"it was {part.state}"
        if part.gives is not None:
            if part.wrote_networks:
                self._networks = part.gives
            else:
                self._crew.errands.begin(self._crew.states.remove(part.gives))
        self._forget(part)
        while self._networks is None and number == 0 and self._begun < self._job.num_parts:
            rest = self._split.part(self._job.request, self._begun)
            if not rest.goes_on:
                break
            self._findings.lost[rest.name] = "it goes on from the first part, which has ended without its networks"
            self._begun += 1

    def _forget(self, part: LiveJob) -> None:
        """Delete a part that is not listed, so that nobody can ask for it."""
        if not self._split.listed:
            self._crew.errands.begin(self._crew.delete(part))

    async def _ending(self) -> list[Event]:
        """Return the result and the last status."""
        findings = self._findings
        data = await findings.put_together(TRIES)
        found = self._take_said()
        if data is not None:
            found.append(_event("result", data))
        if self._stopped is not None:
            self._say("stopped", reason=self._stopped or None, final=True)
        else:
            self._say("done" if findings.any else "failed", reason=findings.loss, final=True)
        return found + self._said

    def _take_said(self) -> list[Event]:
        found, self._said = self._said, []
        progress = self._findings.progress()
        return found if progress is None else [*found, _event("progress", progress)]

    def _say(self, state: str, *, reason: str | None = None, queue_position: int | None = None, **more: Any) -> None:
        self._state = state
        status = {"state": state, "reason": reason, "queue_position": queue_position, **more}
        self._said.append(_event("status", orjson.dumps(status)))


def _event(kind: str, data: bytes) -> Event:
    return Event(kind, None, data, time.monotonic())
