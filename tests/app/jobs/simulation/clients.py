"""Browsers, as many and as rude as the seed wants: they ask for jobs, command, fork, delete and read them, and leave at
any moment."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from random import Random
from typing import Any

from skipscope.app.errors import Problem
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs.database import StoreError
from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.fork import fork
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING
from tests.app.jobs.simulation.witness import FINAL, Broken, Witness
from tests.app.tiny import SQUARES, SquaresRequest

SEATS = (Seat("a", "one"), Seat("b", "one"), Seat("c", "two"), Seat("d", ""))
NET = {"block": "basic", "depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4, "norm": "none"}
TRAININGS = tuple(
    TrainingRequest.model_validate({"variants": [NET] * nets, "batch_size": size, "steps": steps})
    for nets, size, steps in ((1, 16, 2), (1, 512, 6), (2, 16, 12), (1, 16, 20_000))
)
SQUARING = tuple(
    SquaresRequest(num_squares=num, megabytes=size, impossible=bad)
    for num, size, bad in ((3, 1, None), (6, 40, None), (4, 100, 2))
)
COMMANDS: tuple[dict[str, Any], ...] = (
    {"state": "paused"}, {"state": "paused"}, {"state": "running"}, {"state": "running"}, {"state": "stopped"},
    {"step": 1}, {"lr": 0.1}, {"max_rate": 5.0},
)  # fmt: skip


@dataclass(eq=False)
class Reading:
    """A reader that waits for the event after one."""

    job_id: str
    after: int


class Clients:
    """All clients of one life of the server."""

    def __init__(
        self, dice: Random, jobs: Jobs, witness: Witness, say: Callable[[str], None], *, rude: float
    ) -> None:  # fmt: skip
        self._dice, self._jobs, self._witness, self._say, self._rude = dice, jobs, witness, say, rude
        self.asking: list[asyncio.Task[None]] = []
        self.reading: list[asyncio.Task[None]] = []
        self.waiting: dict[Reading, None] = {}
        self.forking: list[tuple[str, asyncio.Task[Any]]] = []
        """Runs of which a fork is asked for, and who asks."""

    def act(self) -> None:
        """Have somebody do something."""
        dice = self._dice
        busy = [task for task in (*self.asking, *self.reading) if not task.done()]
        if busy and dice.random() < self._rude:
            leaving = dice.choice(busy)
            self._say(f"cancel {leaving.get_name()}")
            leaving.cancel()
            return
        kinds: dict[Callable[[], Awaitable[None]], int] = {
            self._create: 5, self._command: 5, self._delete: 1, self._fork: 2, self._look: 1, self._rename: 1,
        }  # fmt: skip
        if not self._witness.made:
            what = self._create
        elif dice.random() < 0.3:
            self.read(dice.choice([*self._witness.made]))
            return
        else:
            (what,) = dice.choices([*kinds], [*kinds.values()])
        self.asking.append(asyncio.create_task(self._bounded(what), name=getattr(what, "__name__", "")))

    async def _bounded(self, what: Callable[[], Awaitable[None]]) -> None:
        try:
            await what()
        except (Problem, StoreError) as error:  # refused, in words
            self._say(f"{what.__name__} is refused: {getattr(error, 'title', error)!s}")

    def read(self, job_id: str) -> None:
        """Have somebody read a job to its end, from where readers of it were, or from the beginning."""
        known = self._witness.told.get(job_id, {})
        after = self._dice.choice((0, max(known, default=0)))
        self.reading.append(asyncio.create_task(self._follow(job_id, after), name="read"))

    async def _create(self) -> None:
        dice = self._dice
        seat, key = dice.choice(SEATS), dice.choice((None, None, "k"))
        if dice.random() < 0.6:
            kind, request = TRAINING, TRAININGS[0] if key else dice.choice(TRAININGS)
        else:
            kind, request = SQUARES, dice.choice(SQUARING)
            key = None
        new = NewJob(
            kind=kind, request=request, seat=seat, paused=dice.random() < 0.25, idempotency_key=key,
            max_rate=dice.choice((0.0, 0.0, 2.0)),
        )  # fmt: skip
        again = key is not None and dice.random() < 0.5  # a browser that asks twice
        asked = [self._ask_for(new)]
        if again:
            asked.append(self._ask_for(new, wish=dice.choice((None, "stopped", "paused"))))
        for refused in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(refused, BaseException):
                raise refused

    async def _ask_for(self, new: NewJob, wish: str | None = None) -> None:
        gone = set(self._witness.deleted)
        job, made = await self._jobs.registry.create(new)
        self._witness.create(
            job.saved.id, new.kind, new.seat, new.idempotency_key, new=made, gone=job.saved.id in gone
        )  # fmt: skip
        if wish is not None:
            directory, found = await self._find_one(job.saved.id)
            directory.send_command(found, {"state": wish})

    async def _find(self) -> tuple[Directory, JobView]:
        job_id = self._dice.choice([*self._witness.made])
        return await self._find_one(job_id)

    async def _find_one(self, job_id: str) -> tuple[Directory, JobView]:
        directory = self._jobs.runs if self._witness.made[job_id] is TRAINING else self._jobs.experiments
        gone, over = job_id in self._witness.deleted, job_id in self._witness.over
        try:
            job = await directory.find(job_id)
        except Problem:
            self._witness.miss(job_id)
            raise
        self._witness.see(job_id, job.saved.state, gone=gone, over=over)
        return directory, job

    async def _command(self) -> None:
        directory, job = await self._find()
        command = self._dice.choice(COMMANDS)
        if directory is self._jobs.runs or "state" in command:
            self._say(f"command {command} to {job.saved.id}")
            live = self._jobs.registry.live.get(job.saved.id)
            early = live is not None and live.handle is None
            directory.send_command(job, command)
            if early and "lr" in command:
                self._witness.early[job.saved.id] += 1

    async def _look(self) -> None:
        directory, _ = await self._find()
        gone, over = set(self._witness.deleted), set(self._witness.over)
        _, page = await directory.listing(offset=0, limit=5)
        for job in page:
            self._witness.see(job.saved.id, job.saved.state, gone=job.saved.id in gone, over=job.saved.id in over)

    async def _rename(self) -> None:
        directory, job = await self._find()
        await directory.annotate(job, name="another name")

    async def _delete(self) -> None:
        directory, job = await self._find()
        self._witness.doomed.add(job.saved.id)
        self._say(f"delete {job.saved.id}")
        await directory.delete(job)
        self._witness.deleted.add(job.saved.id)

    async def _fork(self) -> None:
        directory, job = await self._find()
        seat, task = self._dice.choice(SEATS), asyncio.current_task()
        assert task is not None
        self.forking.append((job.saved.id, task))
        made = await fork(
            self._jobs.registry, directory.live(job, "a fork"), 0, seat, patience=self._dice.choice((2.0, 60.0))
        )  # fmt: skip
        self._witness.create(made.saved.id, TRAINING, seat, None, new=True)

    async def _follow(self, job_id: str, after: int) -> None:
        while True:
            try:
                directory, job = await self._find_one(job_id)
                frames = directory.follow(job, after)
                if frames is None:
                    return
                after, over, left = await self._take(job_id, frames, after)
            except Problem:
                return
            except StoreError:
                await asyncio.sleep(1.0)
                continue
            if over:
                return
            if left:
                continue
            if job_id not in self._witness.doomed:
                raise Broken(f"a stream of job {job_id} ended after event {after}, which is not its last status")
            await asyncio.sleep(1.0)

    async def _take(self, job_id: str, frames: Any, after: int) -> tuple[int, bool, bool]:
        """Return the number of the last event that came, whether it is the last status, and whether the reader left."""
        rest = b""
        slow, restless = self._dice.random() < 0.2, self._dice.random() < 0.1
        over = False
        reading = Reading(job_id, after)
        async with aclosing(frames):
            while (piece := await self._next(frames, reading)) is not None:
                *whole, rest = (rest + piece).split(b"\n\n")
                for one in whole:
                    if one.startswith(b":"):
                        continue
                    number, kind, data = (line.split(b": ", 1)[1] for line in one.split(b"\n"))
                    if int(number) != after + 1 and job_id not in self._witness.doomed:
                        raise Broken(f"a reader of job {job_id} got event {int(number)} after {after}")
                    after = reading.after = int(number)
                    self._witness.tell(job_id, after, kind.decode(), data)
                    over = kind == b"status" and FINAL in data
                if restless and not over and self._dice.random() < 0.5:
                    return after, over, True
                if slow:
                    await asyncio.sleep(0.2)
        return after, over, False

    async def _next(self, frames: Any, reading: Reading) -> bytes | None:
        self.waiting[reading] = None
        try:
            return await anext(frames, None)
        finally:
            del self.waiting[reading]
