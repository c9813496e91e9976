"""The holder of all jobs, as the leader of one that is done in parts needs it."""

import asyncio
from typing import Protocol

from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.errand import Errands
from skipscope.app.jobs.live import LiveJob, State
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.slots import Slots
from skipscope.app.jobs.state_files import StateFiles


class Crew(Protocol):
    """The holder of all jobs, as far as a leader needs it."""

    @property
    def slots(self) -> Slots:
        """Return the slots, and who waits."""
        ...

    @property
    def states(self) -> StateFiles:
        """Return the files with states of networks."""
        ...

    @property
    def desk(self) -> Desk:
        """Return the process that puts findings together."""
        ...

    @property
    def errands(self) -> Errands:
        """Return what is done to its end in any case."""
        ...

    @property
    def live(self) -> dict[str, LiveJob]:
        """Return all jobs under way by id."""
        ...

    async def create(self, new: NewJob) -> tuple[JobView, bool]:
        """Admit a job."""
        ...

    def pause(self, job: LiveJob, reason: str | None = None) -> None:
        """Pause a job."""
        ...

    def resume(self, job: LiveJob) -> None:
        """Let a job work, in its turn."""
        ...

    def stop(self, job: LiveJob, reason: str | None = None) -> None:
        """Stop a job after its piece of work."""
        ...

    def end(self, job: LiveJob, state: State, reason: str | None) -> "asyncio.Task[None]":
        """End a job at once."""
        ...

    async def delete(self, job: LiveJob) -> None:
        """Forget a job."""
        ...
