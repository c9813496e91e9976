"""Copies of running networks: weights and optimizer state included, two of them go on, on the same batches."""

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skipscope.app.errors import Problem
from skipscope.app.executors.fair_queue import Seat
from skipscope.app.jobs import refusals
from skipscope.model.describe.request import TrainingRequest

if TYPE_CHECKING:
    from skipscope.app.jobs.registry import Registry
    from skipscope.app.jobs.run import Run

PATIENCE = 60.0


async def fork(
    registry: "Registry", run: "Run", variant: int, *, client: str, address: str = "", patience: float = PATIENCE
) -> "Run":
    """Pause a run and begin another, paused, with two copies of one of its networks as it is now.

    A fork that is refused leaves the run as it was.
    """
    if run.over or run.handle is None:
        raise refusals.impossible(run, "a fork")
    refusals.check_length(run.request, variant, None, None)
    registry.admission.check(_doubled(run, variant, None))
    registry.admit(Seat(client, address))
    file = await _file(registry)
    pausing = False
    try:
        registry.tell(run, {"checkpoint": variant, "file": str(file)})
        told = run.checkpoints.ask()
        pausing = run.state == "running" and not run.paused
        if pausing:
            registry.pause(run, "forked")
        state = await _state(run, told, patience)
        request = _doubled(run, variant, state["skips"])
        name = f"Fork of {run.name or run.id} at step {state['step']}"[:80]
        made, _ = await registry.create(request, client=client, address=address, name=name, paused=True, resume=file)
    except BaseException:
        if pausing and not run.held:
            with contextlib.suppress(Problem):  # it may have ended meanwhile
                registry.tell(run, {"state": "running"})
        await registry.states.drop(file)
        raise
    return made  # pyright: ignore[reportReturnType]  (no idempotency key: it is new)


async def _file(registry: "Registry") -> Path:
    try:
        return await registry.states.make()
    except OSError as error:
        raise refusals.no_room_for_state(f"{error.strerror}.") from error


async def _state(run: "Run", told: "asyncio.Future[dict[str, Any]]", patience: float) -> dict[str, Any]:
    try:
        state = await asyncio.wait_for(told, patience)
    except TimeoutError:
        raise refusals.too_slow(patience) from None
    except asyncio.CancelledError:
        if not run.over:
            raise
        raise refusals.impossible(run, "a fork") from None
    if state["problem"] is not None:
        raise refusals.no_room_for_state(state["problem"])
    return state


def _doubled(run: "Run", variant: int, skips: list[bool] | None) -> TrainingRequest:
    architecture = run.request.variants[variant]
    if skips is not None:
        architecture = architecture.replace(skips=tuple(skips))
    return run.request.model_copy(update={"variants": (architecture, architecture)})
