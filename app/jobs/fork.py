"""Copies of running networks: weights and optimizer state included, two of them go on, on the same batches."""

import contextlib
from typing import cast

from skipscope.app.errors import Problem
from skipscope.app.guard.seat import Seat
from skipscope.app.jobs import refusals
from skipscope.app.jobs.asking import PATIENCE, make_file, wait_for
from skipscope.app.jobs.live import LiveJob
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.registry import Registry
from skipscope.app.jobs.rows import JobView
from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.names import forked
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING


async def fork(
    registry: Registry, job: LiveJob, variant: int, seat: Seat, *, patience: float = PATIENCE
) -> JobView:  # fmt: skip
    """Pause a run and begin another, paused, with two copies of one of its networks as it is now.

    A fork that is refused leaves the run as it was. One that is begun is made, also where who asks for it leaves.
    """
    return await registry.errands.run(_fork(registry, job, variant, seat, patience))


async def _fork(registry: Registry, job: LiveJob, variant: int, seat: Seat, patience: float) -> JobView:
    if job.over or job.handle is None or job.kind.name != TRAINING.name:
        raise refusals.impossible(job.view(), "a fork")
    training = cast("TrainingRequest", job.request)
    registry.check_command(job, {"checkpoint": variant, "file": ""})
    registry.admission.check(TRAINING, _doubled(training, variant))
    registry.admit(seat)
    file = await make_file(registry)
    pausing = False
    try:
        registry.send_command(job, {"checkpoint": variant, "file": str(file)})
        reply = job.replies.expect(str(file))
        pausing = job.state == "running" and not job.paused
        if pausing:
            registry.pause(job, "forked")
        state = await wait_for(job, reply, "a fork", patience)
        request = _doubled(training, variant, state["skips"], state["step"])
        name = f"Fork of {job.name or job.id} at step {state['step']}"[:80]
        made, _ = await registry.create(
            NewJob(kind=TRAINING, request=request, seat=seat, name=name, paused=True, resume=file)
        )
    except BaseException:
        if pausing and not job.held:
            with contextlib.suppress(Problem):  # it may have ended meanwhile
                registry.send_command(job, {"state": "running"})
        await registry.states.remove(file)
        raise
    return made


def _doubled(request: TrainingRequest, variant: int, skips: list[bool] | None = None, step: int = 0) -> TrainingRequest:
    architecture = request.variants[variant]
    if skips is not None:
        architecture = architecture.replace(skips=tuple(skips))
    size = adapt_all(request)[0].image_size
    labels = forked(request.names()[variant], step)
    copies = {"variants": (architecture, architecture), "labels": labels, "image_size": size, "weights": None}
    return request.model_copy(update=copies)
