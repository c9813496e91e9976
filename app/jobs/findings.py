"""The findings of a job's parts until now: how far they are, and the result that is put together from them."""

import asyncio
import contextlib
from collections.abc import Callable

import orjson

from skipscope.app.errors import Problem
from skipscope.app.executors.base import Busy, WorkerFailed
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.member import Member
from skipscope.model.jobs.split import joined, planned

EVERY_SECONDS, EVERY_SHARE = 1.0, 0.02
"""Between two results so far: at least so many seconds, and so much of the time that the job has worked."""
TOTAL = 100
"""Of a job in parts, whose parts count by their estimates."""


class Findings:
    """The findings of one job's parts, in their order. A desk puts them together: the web process never computes."""

    def __init__(self, job: LiveJob, desk: Desk, wake: Callable[[], None]) -> None:
        self._job, self._desk = job, desk
        self.members = [Member(job, wake) for _ in range(job.num_parts)]
        self.lost: dict[str, str] = {}
        """Names of parts that ended without a result, and why."""
        self._seconds = [1.0] * job.num_parts
        self._done, self._joined = 0, -EVERY_SECONDS

    async def plan(self) -> None:
        """Find out how long each part takes; if that cannot be had now, all count alike."""
        with contextlib.suppress(Problem, Busy):
            self._seconds = await self._desk.compute(self._job.seat, planned, self._job.kind, self._job.request)

    @property
    def any(self) -> bool:
        """Return whether a part has come to a result."""
        return any(member.has_result for member in self.members)

    @property
    def is_new(self) -> bool:
        """Return whether more is found than was put together."""
        return any(member.is_new for member in self.members)

    @property
    def is_due(self) -> bool:
        """Return whether it is time for a result so far."""
        worked = self._job.worked_seconds
        return self.is_new and worked - self._joined >= max(EVERY_SECONDS, EVERY_SHARE * worked)

    @property
    def loss(self) -> str | None:
        """Return how many parts have no result, and why the first of them has none."""
        if not self.lost:
            return None
        name, reason = next(iter(self.lost.items()))
        return f"{len(self.lost)} of {len(self.members)} parts have no result. {name}: {reason}"

    def progress(self) -> bytes | None:
        """Return the data of an event of progress, as JSON; None if nothing has changed."""
        shares = zip(self._seconds, self.members, strict=True)
        share = sum(seconds * member.share for seconds, member in shares) / max(sum(self._seconds), 1e-9)
        done = int(TOTAL * share + 1e-9)
        if done == self._done:
            return None
        self._done, worked = done, self._job.worked_seconds
        left = round(worked / share * (1 - share), 1) if share else None
        return orjson.dumps({"done": done, "total": TOTAL, "seconds_left": left})

    async def put_together(self, tries: int) -> bytes | None:
        """Return result and figure as JSON; None if nothing is found.

        If the desk is busy or lost, try so often, and then raise WorkerFailed; after a single try return None.
        """
        self._joined = self._job.worked_seconds
        found = [member.take() for member in self.members]
        job = self._job
        for left in reversed(range(tries)):
            try:
                return await self._desk.compute(job.seat, joined, job.kind, job.request, found, self.lost)
            except (Problem, Busy) as error:
                if tries > 1 and not left:
                    raise WorkerFailed(f"The findings of its parts could not be put together: {error}") from error
                await asyncio.sleep(EVERY_SECONDS)
            except Exception as error:  # a kind may raise anything where it joins: the whole job ends in words
                raise WorkerFailed(f"The findings of its parts cannot be put together: {error}", repr(error)) from error
        return None
