"""One schedule: a server of which all but workers, clock and disk is real, its clients, and what befalls them. A seed
says everything; the same seed gives the same schedule."""

import asyncio
import gc
import logging
import queue
import sys
import time
import traceback
import uuid
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from random import Random
from types import SimpleNamespace
from typing import Any

import structlog

from skipscope.app.errors import Problem
from skipscope.app.executors import local, order, spares
from skipscope.app.jobs import disk_reserve, live, place, store, timeouts, writer
from skipscope.app.jobs.service import Jobs
from skipscope.model.describe.devices import Devices
from tests.app.jobs.simulation import checks
from tests.app.jobs.simulation.answers import Answers
from tests.app.jobs.simulation.clients import Clients
from tests.app.jobs.simulation.ground import Ground
from tests.app.jobs.simulation.loop import Stuck, VirtualLoop
from tests.app.jobs.simulation.threads import Queue, Thread, this_thread
from tests.app.jobs.simulation.watch import Watch
from tests.app.jobs.simulation.witness import Broken, Witness
from tests.app.jobs.simulation.workers import Machine, Process, start_training
from tests.app.tiny import SQUARES

PAUSES = (0.0, 0.0, 0.0, 0.001, 0.02, 0.2, 1.0, 4.0)
LENGTHS = (2, 4, 6, 8, 12, 20)
"""How often something befalls the server in one of its lives."""
WRONG = ("job_broke", "watch_broke", "last_status_not_kept")
"""What the server says when it has met a mistake of its own."""
YEAR_2030 = 1.9e9


class World:
    """One schedule."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.seed, self.dice = ground, seed, Random(seed)  # noqa: S311
        self.witness = Witness()
        self.now = self.dice.choice((1.0, 5000.0))
        self.loop: VirtualLoop
        self.machine: Machine
        self.jobs: Jobs
        self.clients: Clients
        self.log: list[str] = []
        self.killed = False
        self.well_for = 0.0
        """For how many seconds the disk was well when the server ended."""
        dice = self.dice
        self._settings = ground.settings.model_copy(update={
            "slots": dice.choice((1, 1, 2, 3)), "client_slots": dice.choice((0, 1, 3)),
            "max_queue": dice.choice((1, 4, 800)), "client_runs": dice.choice((1, 3, 10)),
            "memory": dice.choice((120, 200, 100_000)), "run_memory": dice.choice((0, 110)),
            "address_share": dice.choice((0.5, 1.0)), "idle_seconds": dice.choice((0.0, 5.0)),
            "keep_events": dice.choice((1, 4, 16)),
        })  # fmt: skip
        self._trouble = dice.choice((0.0, 0.0, 0.02, 0.2))
        self._rude = dice.choice((0.0, 0.1, 0.3))
        self._ill = dice.choice((0.0, 0.0, 0.05, 0.15))
        self._rare = dice.choice((0.0, 0.0, 0.0, 0.05))
        self.slow = dice.choice((0.0, 0.0, 0.1, 0.5))

    def run(self) -> str:
        """Run it, and return a digest of all that happened; raise Broken where an invariant does not hold."""
        self.ground.clear()
        self.ground.disk.begin_anew()
        lives = self.dice.choice((1, 1, 1, 1, 2, 2, 3))
        with self._in_place():
            for life in range(lives):
                self._live(last=life == lives - 1)
        return blake2b("\n".join(self.log).encode(), digest_size=8).hexdigest()

    def say(self, what: str) -> None:
        """Add a line to the story."""
        self.log.append(f"{self.loop.now:10.4f} {what}")

    def _live(self, *, last: bool) -> None:
        loop = self.loop = self.ground.disk.loop = VirtualLoop(self.dice, self.now)
        self.machine = Machine(loop)
        disk = self.ground.disk
        disk.rare, disk.slow = self._rare, self.slow
        if self._ill and self.dice.random() < 0.3:
            disk.rare = 0.5  # until it serves
        try:
            killed = loop.run_until_complete(self._life(last=last))
            self._look_at_tasks(killed=killed)
            if killed:
                self.killed = True
                self.say("killed")
                loop.kill()
                checks.told_is_kept(self)
                self.jobs.store._lock.release(force=True)
                self.ground.let_go()  # of what its threads were writing
            else:
                checks.nothing_is_left(self)
                checks.told_is_kept(self)
            if last or self._ended_well(killed=killed):
                checks.all_is_over(self)
        except Stuck as error:
            raise Broken(f"{error}: {[task.get_name() for task in loop.tasks if not task.done()]}") from error
        finally:
            if not loop.dead:
                loop.kill()
            self.jobs.store._lock.release(force=True)
            loop.finish()
        self.now = loop.now + 10.0

    def _ended_well(self, *, killed: bool) -> bool:
        """Return whether the server could write the ends of all jobs before it ended."""
        return not killed and not self.slow and self.well_for > checks.RETRIED

    async def _life(self, *, last: bool) -> bool:
        """Serve for a while, and end; return whether by SIGKILL."""
        self.jobs = Jobs(self._settings)
        await self.jobs.__aenter__()
        self.ground.disk.get_better(self._rare)
        self.machine.trouble = self._trouble
        self.machine.last_words = self._trouble / 4
        self.clients = Clients(self.dice, self.jobs, self.witness, self.say, rude=self._rude)
        self.loop.watch = Watch(self).look
        for _ in range(self.dice.choice(LENGTHS)):
            await asyncio.sleep(self.dice.choice(PAUSES))
            self._act()
        if last:
            self.ground.disk.heal()
            self.machine.trouble = self.machine.last_words = 0.0
            await checks.come_to_rest(self)
        elif self.dice.random() < 0.5:
            self.well_for = self.ground.disk.healthy_for
            return True
        await self._stop()
        return False

    def _act(self) -> None:
        dice, disk = self.dice, self.ground.disk
        if dice.random() < self._ill:
            if disk.trouble or disk.lost:
                disk.heal()
            elif dice.random() < 0.4:
                disk.slow = 0.5
                self.loop.call_later(dice.choice((0.0, 0.3, 1.0)), self._lose)
            else:
                disk.trouble = dice.choice(("full", "locked", "broken"))
            self.say(f"disk: {disk.trouble} {disk.lost}")
        elif self._trouble and dice.random() < 0.1 and self.machine.alive:
            process = dice.choice(self.machine.alive)
            if dice.random() < 0.7:
                process.die()
            else:
                process.hang()
            self.say("a process dies or hangs")
        else:
            self.clients.act()

    def _lose(self) -> None:
        """Lose the folder while writes to it wait; some processes die, and clients stop what stands."""
        if not self.ground.disk.slow:  # it is well again
            return
        self.ground.disk.lost = True
        for process in self.machine.alive:
            if self.dice.random() < 0.2:
                process.die()
        for job in list(self.jobs.registry.live.values()):
            if job.key and self.dice.random() < 0.5:
                with suppress(Problem):
                    self.jobs.registry.send_command(job, {"state": "stopped"})

    async def _stop(self) -> None:
        """End as the server does at SIGTERM: readers hear of it, then connections are closed, then all else ends."""
        for _ in range(self.dice.choice((0, 0, 1, 4))):  # who asks at the last moment
            self.clients.act()
            await asyncio.sleep(self.dice.choice((0.0, 0.0, 0.001, 0.02)))
        await self.jobs.drain()
        open_ = [task for task in (*self.clients.asking, *self.clients.reading) if not task.done()]
        if open_:
            await asyncio.wait(open_, timeout=3.0)
            for task in open_:
                task.cancel()
            await asyncio.wait(open_)
        await self.jobs.__aexit__()
        self.well_for = self.ground.disk.healthy_for
        self.loop.watch = lambda: None
        # it waits for nothing that is slow: neither for the disk nor for a process that is still being started
        await asyncio.sleep(10.0 if self.slow or self._trouble else 1.0)

    def _look_at_tasks(self, *, killed: bool) -> None:
        """Raise what went wrong in a task, of ours or of the server's; who was killed may have looked away."""
        for task in self.loop.tasks:
            if task.done() and not task.cancelled() and unseen(task):
                error = task.exception()
                if killed and not isinstance(error, Broken):
                    continue
                raise Broken(f"task {task.get_name()}, {task.get_coro()!r}, ended with {error!r}") from error
        if self.loop.wrong:
            raise Broken("; ".join(self.loop.wrong))

    @contextmanager
    def _in_place(self) -> Generator[None]:
        """Have the product meet this world in place of the machine."""
        dice, disk, ids = self.dice, self.ground.disk, Random(self.seed)  # noqa: S311
        real_starter = order.starter

        def sleep(seconds: float) -> None:
            thread = this_thread()
            assert thread is not None, "the loop must not wait"
            thread.sleep(seconds)

        answers = Answers(disk)
        threading = SimpleNamespace(Thread=lambda **given: Thread(self.loop, **given))
        queues = SimpleNamespace(SimpleQueue=lambda: Queue(self.loop, queue.Empty), Empty=queue.Empty)

        async def make(*_: Any) -> Process:
            return await self.machine.make()

        async def scout() -> Devices:
            return Devices()

        def starter(address: str) -> Any:
            if address == SQUARES.start:
                return real_starter(address)
            return lambda request, state: start_training(dice, self._trouble / 4, request, state)

        given: list[tuple[Any, str, Any]] = [
            (time, "monotonic", lambda: self.loop.now), (time, "time", lambda: YEAR_2030 + self.loop.now),
            (time, "clock_gettime", lambda _: self.loop.now), (time, "sleep", sleep),
            (uuid, "uuid4", lambda: uuid.UUID(int=ids.getrandbits(128), version=4)),
            (writer, "threading", threading), (writer, "queue", queues),
            (writer.Writer, "ask", answers.counting(writer.Writer.ask)),
            (writer, "_resolve", answers.resolving(writer._resolve, writer._fail)),
            (writer, "_fail", answers.failing(writer._fail)),
            (store.Store, "append", answers.losing(store.Store.append)),
            (store, "open_engine", lambda _: self.ground.engine), (self.ground.engine, "dispose", lambda: None),
            (disk_reserve, "shutil", SimpleNamespace(disk_usage=disk.usage)),
            (place.Place, "lost", lambda _: disk.where()),
            (local, "scout", scout), (local, "warm_context", lambda: None),
            (local, "Worker", SimpleNamespace(make=make)),
            (order, "starter", starter),
            (timeouts, "TICK", 1.0), (timeouts, "SWEEP_SECONDS", 15.0), (timeouts, "TRIM_SECONDS", 1e9),
            (live, "SETTLE_AT_LEAST_EVERY", 8.0), (spares, "LOOK_EVERY", 4.0),
        ]  # fmt: skip
        configured = structlog.get_config()
        structlog.configure(
            processors=[self._hear], wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )  # fmt: skip
        enabled = gc.isenabled()
        gc.disable()  # what it finds, and when, is not for the seed to say
        before = [(owner, name, vars(owner).get(name)) for owner, name, _ in given]
        for owner, name, value in given:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                if value is None:  # it was its class's
                    delattr(owner, name)
                else:
                    setattr(owner, name, value)
            structlog.configure(**configured)
            if enabled:
                gc.enable()

    def _hear(self, logger: Any, name: str, said: MutableMapping[str, Any]) -> Any:
        self.say(" ".join(str(said.get(field, "")) for field in ("event", "job", "state", "reason")))
        if said["event"] in WRONG and not self.loop.dead:
            self.loop.wrong.append(f"the log says {said}: {''.join(traceback.format_exception(sys.exc_info()[1]))}")
        raise structlog.DropEvent


def unseen(task: "asyncio.Task[Any]") -> bool:
    """Return whether a task ended with an error that nobody has looked at."""
    return bool(task._log_traceback)
