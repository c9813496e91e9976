"""Plausible mistakes in the code of jobs, none of which was ever made: what the simulation must find."""

from tests.app.jobs.simulation.fault import Edit, Fault

MISTAKES = (
    Fault(
        "published before it is stored",
        "Readers are told an event that the disk may never have.",
        (
            Edit(
                "jobs.live",
                "        written = self._store.append(self.key, stored, now)\n"
                "        written.add_done_callback(lambda done: self._publish(done, stored, over, published))\n",
                "        written = self._store.append(self.key, stored, now)\n"
                "        self.channel.publish(stored, last=over)\n"
                "        published.set_result(None)\n"
                "        written.add_done_callback(lambda done: (done.exception(), None)[1])\n",
            ),
        ),
    ),
    Fault(
        "answered before the commit",
        "A write is said to be kept although its transaction may still fail.",
        (
            Edit(
                "jobs.writer",
                "                    results = [job.write(connection) for job in jobs]\n",
                "                    results = [job.write(connection) for job in jobs]\n"
                "                    for job, result in zip(jobs, results, strict=True):\n"
                "                        job.loop.call_soon_threadsafe(_resolve, job.future, result)\n",
            ),
        ),
    ),
    Fault(
        "a last status that is not waited for",
        "A job's end is taken to be kept as soon as it is asked for.",
        (
            Edit(
                "jobs.store",
                "        await self._free(lambda connection: conclude(connection, rows, totals))\n",
                "        self._writer.ask(lambda connection: conclude(connection, rows, totals)).add_done_callback(\n"
                "            lambda done: (done.exception(), None)[1]\n"
                "        )\n",
            ),
        ),
    ),
    Fault(
        "a last status that is tried once",
        "A disk that is full for a while leaves a job without an end.",
        (
            Edit(
                "jobs.live",
                "                if self.unwanted.is_set():\n                    return\n",
                "                return\n",
            ),
        ),
    ),
    Fault(
        "a slot that is never released",
        "A job that has ended keeps its slot.",
        (Edit("jobs.life", "    home.slots.release(job)\n    home.fill()\n    await", "    home.fill()\n    await"),),
    ),
    Fault(
        "a slot that is released twice",
        "A job that is told to pause gives its slot away before it has paused, and again when it has.",
        (
            Edit(
                "jobs.registry",
                "                job.pausing = True\n",
                "                job.pausing = True\n"
                "                self.slots.release(job)\n"
                "                self.fill()\n",
            ),
        ),
    ),
    Fault(
        "a worker's death without a word",
        "A job whose worker died keeps the state that it had.",
        (
            Edit(
                "jobs.life",
                '    if not job.over:\n        job.publish_status("failed", reason=str(error))\n\n',
                "\n",
            ),
        ),
    ),
    Fault(
        "a state's file that is not removed",
        "A fork that ends before it begins leaves its file.",
        (Edit("jobs.life", "    if job.resume is not None:", "    if False:"),),
    ),
    Fault(
        "a refused fork's file that is not removed",
        "A fork that is refused leaves its file.",
        (Edit("jobs.fork", "        await registry.states.remove(file)\n", ""),),
    ),
    Fault(
        "memory of paused runs that is not counted",
        "A run that is paused holds its memory, and another gets it as well.",
        (
            Edit(
                "jobs.slots",
                "holding = [job for job in live if job.handle is not None or job in self.active]",
                "holding = [job for job in live if job in self.active]",
            ),
        ),
    ),
    Fault(
        "memory that is taken from smaller holders",
        "An address takes memory from one that holds less than it would.",
        (Edit("jobs.slots", "        own = held(_owner(job)) + (", "        own = 0 * ("),),
    ),
    Fault(
        "a client's share that is one too many",
        "A client gets a slot more than its share.",
        (
            Edit(
                "executors.fair_queue",
                "if active[self._waiting[item]] < most",
                "if active[self._waiting[item]] <= most",
            ),
        ),
    ),
    Fault(
        "a client's jobs that are one too many",
        "A client has a job more under way than it may.",
        (
            Edit(
                "jobs.registry",
                "            >= self.settings.client_runs\n",
                "            > self.settings.client_runs\n",
            ),
        ),
    ),
    Fault(
        "writes in another order",
        "Writes are tried one by one from the last if one of them is refused.",
        (
            Edit(
                "jobs.writer",
                "                    for job in jobs:\n                        self._write([job])",
                "                    for job in reversed(jobs):\n                        self._write([job])",
            ),
        ),
    ),
    Fault(
        "a broken record that goes on",
        "Events that follow one that was not stored are published.",
        (Edit("jobs.live", "if error is None and self.broken is None:", "if error is None:"),),
    ),
    Fault(
        "an empty page that is remembered",
        "A page that was read when nothing was in it yet stays empty, and is never forgotten.",
        (Edit("jobs.pages", "        if frames:  # more may come", "        if True:  # more may come"),),
    ),
    Fault(
        "an event that wakes nobody",
        "Readers hear of an event when the heartbeat comes, not when it is published.",
        (Edit("jobs.channel", "        self.closed = last\n        self._wake()\n", "        self.closed = last\n"),),
    ),
    Fault(
        "a process that outlives its start",
        "A job that is ended while its process starts leaves the process.",
        (Edit("jobs.life", "        await (await starting).close()\n", ""),),
    ),
    Fault(
        "a process for two jobs",
        "A spare process is given away and kept.",
        (Edit("executors.spares", "self._ready.pop(0)", "self._ready[0]"),),
    ),
    Fault(
        "a repeated key that leaves its job",
        "A request that came twice at the same time leaves a job that the store does not know.",
        (
            Edit(
                "jobs.registry",
                "            del self.live[job.id]\n            known = await self.find_repeated(new)\n",
                "            known = await self.find_repeated(new)\n",
            ),
        ),
    ),
    Fault(
        "an interrupted job's number",
        "The last status of an interrupted job has no number of its own in its row.",
        (Edit("jobs.interrupted", "values(**self._as, last_event=last + 1)", "values(**self._as, last_event=last)"),),
    ),
    Fault(
        "waiting jobs that a stopping server forgets",
        "A server that stops ends those that work, and no others.",
        (
            Edit(
                "jobs.registry",
                "for job in list(self.live.values()) if job.key]",
                "for job in list(self.active) if job.key]",
            ),
        ),
    ),
    Fault(
        "a pause that is not heard",
        "A job that was paused once is not paused again.",
        (Edit("jobs.life", "        job.pausing = False\n", ""),),
    ),
    Fault(
        "a command that is lost",
        "Commands to a job that has not begun yet are forgotten.",
        (Edit("jobs.life", "    for command in job.pending:\n        home.send(job, command)\n", ""),),
    ),
    Fault(
        "a sign of life that is not heard",
        "A job that works is ended as stuck.",
        (
            Edit("jobs.life", "    job.heard = job.handling = time.monotonic()\n", ""),
            Edit("jobs.life", "        job.heard = time.monotonic()\n        if job.st", "        if job.st"),
            Edit("jobs.life", "job.heard - max(job.handling, job.stopping)", "0.0"),
        ),
    ),
    Fault(
        "a fork that waits for a dead run",
        "A reply that will never come is waited for to the end of patience.",
        (Edit("jobs.life", "    job.replies.cancel()\n", ""),),
    ),
)
