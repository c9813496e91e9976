"""Faults that schedules found and that are mended: each takes one guard back."""

from tests.app.jobs.simulation.fault import Edit, Fault

MENDED = (
    Fault(
        "a reader ahead of the channel",
        "A reader that had an event from the store before it was published got old events again.",
        (
            Edit(
                "jobs.channel",
                "cursor.stored(self._source, self.last - len(self._frames))",
                "cursor.stored(self._source)",
            ),
        ),
    ),
    Fault(
        "a reader that comes back ahead of the channel",
        "A reader that had an event from the store, and came back before it was published, got it again.",
        (
            Edit(
                "jobs.channel",
                "cursor.stored(self._source, self.last - len(self._frames))",
                "cursor.stored(self._source)",
            ),
            Edit("jobs.channel", "if cursor.position == self.last:", "if cursor.position >= self.last:"),
            Edit("jobs.channel", "if cursor.position == self.last and", "if cursor.position >= self.last and"),
        ),
    ),
    Fault(
        "a job that is commanded while it is made",
        "A job that was stopped before the store had answered was kept as one that waits.",
        (
            Edit("jobs.directory", "            await live.made.wait()  # the", "            pass  # the"),
            Edit(
                "jobs.directory", "if live is not None and live.kind", "if live is not None and live.key and live.kind"
            ),
            Edit("jobs.registry", "        await live.made.wait()\n", ""),
        ),
    ),
    Fault(
        "a repeated key whose job is deleted",
        "A request that came twice at once ended in a trace if the first one's job was deleted meanwhile.",
        (Edit("jobs.registry", "                return await self.keep(new, estimate)\n", "                raise\n"),),
    ),
    Fault(
        "a refusal that overtakes",
        "A write that was refused at once, since the folder was lost, overtook those before it.",
        (
            Edit(
                "jobs.writer",
                "        if self._closed:\n            future.set_exception(_closed())\n",
                "        if self._closed or self._lost() is not None:\n"
                "            future.set_exception(self._lost() or _closed())\n",
            ),
            Edit("jobs.writer", "            if lost is not None:  # said", "            if False:  # said"),
        ),
    ),
    Fault(
        "a worker that stands still after its last word",
        "A worker that stood still after its last status kept its slot.",
        (Edit("jobs.life", "if job.over:  # a worker may", "if job.over and not job.serving:  # a worker may"),),
    ),
    Fault(
        "an end in the turn of a pause",
        "A run that was ended for another's memory while its own pause was handled was closed halfway.",
        (Edit("jobs.life", "await asyncio.sleep(0)  # or it was ended", "pass  # or it was ended"),),
    ),
    Fault(
        "a client that leaves while its job is made",
        "A creation that its client left halfway left a row in the store without an end.",
        (
            Edit(
                "jobs.registry",
                "return await self.errands.run(self._create(new))",
                "return await self._create(new)",
            ),
        ),
    ),
    Fault(
        "a client that leaves while its run is forked",
        "A fork that its client left halfway removed the state of a run that was made.",
        (
            Edit(
                "jobs.fork",
                "return await registry.errands.run(_fork(registry, job, variant, seat, patience))",
                "return await _fork(registry, job, variant, seat, patience)",
            ),
        ),
    ),
    Fault(
        "a client that leaves while its job is deleted",
        "A deletion that its client left halfway ended a job and kept it.",
        (Edit("jobs.directory", "await self._registry.errands.run(self._delete(job))", "await self._delete(job)"),),
    ),
    Fault(
        "a deletion that fails",
        "A job that the store could not delete never got the end that its readers were told.",
        (
            Edit(
                "jobs.registry",
                "        job.deleting += 1\n",
                "        job.unwanted.set()\n"
                '        await self.end(job, "stopped", "deleted")\n'
                "        return await self.store.delete(job.key)\n",
            ),
            Edit(
                "jobs.live",
                "while self.broken is not None:",
                "while self.broken is not None and not self.unwanted.is_set():",
            ),
        ),
    ),
    Fault(
        "a last server's jobs that cannot be read at the start",
        "Jobs of the last server stayed under way where the store could not be read when the server began.",
        (
            Edit(
                "jobs.store",
                "        found = await self._read(under_way)\n",
                "        self._left = None\n        found = await self._read(under_way)\n",
            ),
            Edit("jobs.store", "if self._left is left:", "if True:"),
        ),
    ),
    Fault(
        "an own job that counts as the last server's",
        "A server that looked back late ended the rows of its own jobs.",
        (Edit("jobs.store", "if first is None or key < first}", "}"),),
    ),
    Fault(
        "an own job that is made while the server looks back",
        "A job that was made between the question and its answer counted as one of the last server.",
        (
            Edit(
                "jobs.store",
                "        found = await self._read(under_way)\n",
                "        first = self._first\n        found = await self._read(under_way)\n",
            ),
            Edit("jobs.store", "            first = self._first  # asked now", "            pass  # asked now"),
        ),
    ),
    Fault(
        "a run's limit above the memory of all",
        "Two runs that worked held more memory than there is where one alone was allowed more than all together.",
        (
            Edit(
                "jobs.admission",
                "min(settings.run_memory * MIB, self.memory) or",
                "settings.run_memory * MIB or",
            ),
            Edit(
                "jobs.slots",
                "return ending if not left and (fits or not staying) else None",
                "return None if left else ending",
            ),
        ),
    ),
    Fault(
        "a fork that ends at once",
        "A fork that had ended before its request was answered was looked for among those under way.",
        (Edit("jobs.fork", "    return made\n", "    return registry.live[made.saved.id].view()\n"),),
    ),
    Fault(
        "a spare process too many",
        "Two refills at the same time made one process more than is wanted.",
        (Edit("executors.spares", "async with self._filling:  # two", "if True:  # two"),),
    ),
    Fault(
        "a spare process that nobody has",
        "A process that was made while dead ones were taken out was added to the list of before, and never ended.",
        (
            Edit(
                "executors.spares",
                "                made = await self._make()\n                self._ready.append(made)  # to",
                "                self._ready.append(await self._make())  # to",
            ),
        ),
    ),
    Fault(
        "a refill that fails",
        "A process that could not be started beforehand was a trace in the log that nobody looked at.",
        (
            Edit(
                "executors.spares",
                "asyncio.create_task(self._refill_if_possible(REFILL_AFTER))",
                "asyncio.create_task(self._refill(REFILL_AFTER))",
            ),
        ),
    ),
    Fault(
        "a gap after a full disk",
        "An event was kept although the one before it was not, and its number was another than readers were told.",
        (
            Edit(
                "jobs.appending",
                'JobRow.last_event == bindparam("before"))',
                '(JobRow.last_event == bindparam("before")) | (JobRow.key > 0))',
                ("_UPDATE_JOB",),
            ),
        ),
    ),
    Fault(
        "a write that comes after the last",
        "A write that was asked for while the writer closed was never answered.",
        (
            Edit("jobs.writer", "        if self._closed:\n", "        if False:\n"),
            Edit("jobs.writer", "while not self._jobs.empty():", "while False:"),
        ),
    ),
    Fault(
        "a server that ends before its errands",
        "A job that was being made or deleted while the server ended was left halfway.",
        (Edit("jobs.registry", "if ending := [*ending, *self.errands.under_way]:", "if ending:"),),
    ),
    Fault(
        "a job that is made while the server ends",
        "A job that the store had begun to keep when the server was stopped was not waited for.",
        (
            Edit(
                "jobs.registry",
                'await asyncio.wait([self.end(job, "interrupted", "the server was stopped")])',
                'self.end(job, "interrupted", "the server was stopped")',
            ),
        ),
    ),
    Fault(
        "a last status that is not tried again at the end",
        "A server that was stopped after a trouble of the disk left jobs without the end that readers were told.",
        (Edit("jobs.life", "    await job.settle()\n", "    if not home.draining:\n        await job.settle()\n"),),
    ),
    Fault(
        "a store that is slow",
        "A job whose last word the store was slow to keep was called stuck.",
        (Edit("jobs.timeouts", "elif job.handling is None and now - job.heard", "elif now - job.heard"),),
    ),
    Fault(
        "an end that the server alone knows",
        "A server that was stopped while the disk took nothing told of jobs as running that it had said to have ended.",
        (Edit("jobs.life", "if job.broken is None or not home.draining:  # else", "if True:  # else"),),
    ),
    Fault(
        "a page that is read while its job ends",
        "Events that were kept and never told came to those who read a job after its end had taken their place.",
        (Edit("jobs.pages", "if self._reading.get((key, after)) is not asyncio.current_task():", "if False:"),),
    ),
    Fault(
        "a job that is over and waits",
        "A job that was done while it waited for a slot stood in the queue until the store had kept its end.",
        (Edit("jobs.life", "if job.over:  # the store may", "if False:  # the store may"),),
    ),
)
