"""Jobs as clients have them, by id, under way or kept: found, listed, followed, told, deleted."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from skipscope.app.jobs import refusals
from skipscope.app.jobs.channel import replay
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.store import Store
from skipscope.model.jobs.kind import Kind


class Directory:
    """The jobs of some kinds, which have one noun."""

    def __init__(self, registry: Registry, store: Store, kinds: Mapping[str, Kind[Any]], noun: str) -> None:
        self._registry, self._store = registry, store
        self.kinds, self._noun = kinds, noun

    async def find(self, job_id: str) -> JobView:
        """Return a job as it is now; raise the Problem that there is none."""
        live = self._registry.live.get(job_id)
        if live is not None:
            await live.made.wait()  # the store may have it already, and nothing can be done with it yet
            live = self._registry.live.get(job_id)
        if live is not None and live.kind.name in self.kinds:
            live.channel.touch()
            if live.over:  # and said to be, once what it ended with is kept: its result is read from the store
                await asyncio.wait([live.published])
            return live.view()
        saved = await self._store.find(job_id)
        if saved is None or saved.kind not in self.kinds:
            raise refusals.unknown(job_id, self._noun)
        return JobView(saved)

    async def find_own(self, job_id: str, may_change: Callable[[str], bool]) -> JobView:
        """Return a job that one may change, by its client; raise the Problem that it is another's."""
        job = await self.find(job_id)
        if not may_change(job.saved.client):
            raise refusals.not_yours(job.saved.id, self._noun)
        return job

    async def listing(
        self, *, offset: int, limit: int, states: Collection[str] = (), client: str | None = None,
        conditions: Sequence[ColumnElement[bool]] = (),
    ) -> tuple[int, Sequence[JobView]]:  # fmt: skip
        """Return how many jobs there are, of all clients or of one, and a page of them, the newest first."""
        before = dict(self._registry.live)  # one that ends meanwhile is in the page as it was
        total, page = await self._store.listing(
            kinds=[*self.kinds], offset=offset, limit=limit, states=[*states], client=client, conditions=conditions
        )
        live = [self._registry.live.get(saved.id, before.get(saved.id)) for saved in page]
        return total, [
            JobView(saved) if job is None else job.view() for saved, job in zip(page, live, strict=True)
        ]  # fmt: skip

    def live(self, job: JobView, wish: str) -> LiveJob:
        """Return a job that is under way; raise the Problem that a wish is not possible any more."""
        found = self._registry.live.get(job.saved.id)
        if found is None:
            raise refusals.impossible(job, wish)
        return found

    def send_command(self, job: JobView, command: Mapping[str, Any], wish: str | None = None) -> JobView:
        """Send a job a command, and return it as it is then; raise a Problem if it is over or refuses."""
        live = self.live(job, wish or ", ".join(command))
        self._registry.send_command(live, command)
        return live.view()

    async def annotate(self, job: JobView, **values: str) -> JobView:
        """Give a job another name, tags (as JSON) or notes, and return it."""
        await self._store.annotate(job.saved.key, values)
        live = self._registry.live.get(job.saved.id)
        if live is not None:
            for name, value in values.items():
                setattr(live, name, value)
        return await self.find(job.saved.id)

    async def end(self, job_id: str, reason: str) -> None:
        """End a job at once, if it is under way, and wait until nothing of it goes on."""
        live = self._registry.live.get(job_id)
        if live is not None:
            await live.made.wait()
            await asyncio.wait([self._registry.end(live, "stopped", reason)])

    async def delete(self, job: JobView) -> None:
        """End a job and forget it with all that was recorded, also where who asks for it leaves meanwhile."""
        await self._registry.errands.run(self._delete(job))

    async def _delete(self, job: JobView) -> None:
        live = self._registry.live.get(job.saved.id)
        if live is None:
            await self._store.delete(job.saved.key)
            await self._registry.weights.forget(job.saved.id)
        else:
            await self._registry.delete(live)

    def follow(self, job: JobView, after: int) -> AsyncGenerator[bytes] | None:
        """Return the frames of a job after a number, and those to come; None if nothing will come."""
        live = self._registry.live.get(job.saved.id)
        if live is not None:
            return None if live.channel.closed and after >= live.channel.last else live.channel.read(after)
        if after >= job.saved.last_event:
            return None
        return replay(lambda number: self._store.pages.page(job.saved.key, number), after)
