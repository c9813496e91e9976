"""All runs: admission, slots, the queue, and their end."""

import asyncio
import contextlib
from typing import Any

from app.errors import Problem
from app.executors.base import Executor, WorkerDied, WorkerFailed
from app.runs.run import TERMINAL, Run
from app.settings import Settings
from model.request import TrainingRequest


class Registry:
    """Keep the runs, start those that have a slot, let the others wait in order."""

    def __init__(self, settings: Settings, executor: Executor) -> None:
        self.settings, self.executor = settings, executor
        self.runs: dict[str, Run] = {}
        self._waiting: list[Run] = []
        self._active: set[Run] = set()

    def create(self, request: TrainingRequest, *, client: str, paused: bool = False) -> Run:
        """Admit a run; it starts at once where a slot is free."""
        if request.steps > self.settings.max_steps:
            raise Problem(
                422, "Too many steps", f"steps={request.steps} is more than {self.settings.max_steps}.", field="steps",
                value=request.steps, limit=str(self.settings.max_steps), remedy="ask for fewer steps",
            )  # fmt: skip
        if len(self._waiting) >= self.settings.max_queue:
            raise Problem(
                503, "The queue is full", f"{len(self._waiting)} runs wait already.", limit=str(self.settings.max_queue),
                remedy="try again in a minute", headers={"Retry-After": "60"},
            )  # fmt: skip
        run = Run(request, client=client, paused=paused)
        self.runs[run.id] = run
        self._waiting.append(run)
        self._fill()
        return run

    def get(self, run_id: str) -> Run:
        """Return a run, or 404."""
        run = self.runs.get(run_id)
        if run is None:
            raise Problem(
                404, "No such run", f"There is no run {run_id[:40]!r}.", field="id", remedy="GET /api/runs lists them"
            )
        return run

    def tell(self, run: Run, command: dict[str, Any]) -> None:
        """Pass a command to a run that can take it."""
        wish = command.get("state", "a change")
        if wish == "stopped" and run.state == "queued":
            self._waiting.remove(run)
            run.say("stopped")
            self._announce()
            return
        try:
            run.require("running", "paused", wish=wish).send(command)
        except WorkerDied:
            pass  # its end is already on the way, as an event with the reason

    async def delete(self, run: Run) -> None:
        """End a run if it goes on, and forget it."""
        await self._end(run)
        del self.runs[run.id]

    async def close(self) -> None:
        """Interrupt all runs; their readers get a terminal status."""
        self._waiting, waiting = [], self._waiting
        for run in waiting:
            run.say("interrupted", reason="the server was stopped")
        await asyncio.gather(*(self._end(run) for run in list(self._active)))

    async def _end(self, run: Run) -> None:
        if run in self._waiting:
            self._waiting.remove(run)
            run.say("interrupted", reason="the run was deleted")
        if run.task is not None:
            run.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await run.task

    def _fill(self) -> None:
        while self._waiting and len(self._active) < self.settings.slots:
            run = self._waiting.pop(0)
            self._active.add(run)
            run.task = asyncio.create_task(self._serve(run))
        self._announce()

    def _announce(self) -> None:
        for position, run in enumerate(self._waiting, 1):
            if run.queue_position != position:
                run.say("queued", queue_position=position)

    async def _serve(self, run: Run) -> None:
        handle = None
        try:
            handle = run.handle = await self.executor.run(run.request, paused=run.paused)
            async for event in handle.events():
                run.take(event)
        except (WorkerDied, WorkerFailed) as error:
            run.say("failed", reason=str(error))
        except asyncio.CancelledError:
            if run.state not in TERMINAL:
                run.say("interrupted", reason="the server was stopped")
            raise
        finally:
            if handle is not None:
                await handle.close()
            self._active.discard(run)
            self._fill()
