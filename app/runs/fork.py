"""Copies of running networks: weights and optimizer state included, two of them go on, on the same batches."""

import asyncio
from typing import TYPE_CHECKING

from app.runs import refusals
from model.request import TrainingRequest

if TYPE_CHECKING:
    from app.runs.registry import Registry
    from app.runs.run import Run

PATIENCE = 60.0


async def fork(registry: "Registry", run: "Run", variant: int, *, client: str) -> "Run":
    """Pause a run and begin another, paused, with two copies of one of its networks as it is now."""
    if run.over or run.handle is None:
        raise refusals.impossible(run, "a fork")
    refusals.check_length(run.request, variant, None, None)
    registry.admission.check(_doubled(run, variant, None))
    told = run.checkpoints.ask()
    registry.tell(run, {"checkpoint": variant})
    if run.state == "running":
        registry.pause(run, "forked")
    try:
        state = await asyncio.wait_for(told, PATIENCE)
    except asyncio.CancelledError:
        if not told.cancelled():
            raise
        raise refusals.impossible(run, "a fork") from None
    request = _doubled(run, variant, state["skips"])
    name = f"Fork of {run.name or run.id} at step {state['step']}"[:80]
    made, _ = await registry.create(request, client=client, name=name, paused=True, resume=state["state"])
    return made  # pyright: ignore[reportReturnType]  (no idempotency key: it is new)


def _doubled(run: "Run", variant: int, skips: list[bool] | None) -> TrainingRequest:
    architecture = run.request.variants[variant]
    if skips is not None:
        architecture = architecture.replace(skips=tuple(skips))
    return run.request.model_copy(update={"variants": (architecture, architecture)})
