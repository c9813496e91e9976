"""Runs: start, follow, change, end."""

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from starlette.responses import Response, StreamingResponse

from app.errors import Problem
from app.runs.registry import Registry
from model.datasets import DatasetError, info_of
from model.request import TrainingRequest

router = APIRouter(prefix="/api/runs", tags=["runs"])
STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
Strength = Annotated[float, Field(ge=0, le=1)]


class NewRun(TrainingRequest):
    """A training, and whether it waits for the first step to be asked for."""

    state: Literal["running", "paused"] = "running"


class Change(BaseModel):
    """What a run may be told while it goes on: one of state, skips, strength, lr, max_rate."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    state: Literal["running", "paused", "stopped"] | None = None
    variant: Annotated[int, Field(ge=0, le=3)] = 0
    skips: list[StrictBool] | None = None
    strength: list[Strength] | None = None
    lr: Annotated[float, Field(gt=0, le=100)] | None = None
    max_rate: Annotated[float, Field(ge=0, le=1000, description="Steps a second; 0: as fast as it goes.")] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("state", "skips", "strength", "lr", "max_rate") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of state, skips, strength, lr, max_rate; here are {given or 'none'}")
        return self


def _registry(request: Request) -> Registry:
    return request.app.state.registry


@router.post("", status_code=201)
async def create(request: Request, response: Response, wish: NewRun) -> dict[str, Any]:
    """Start a training of all variants in lockstep, on the same batches."""
    try:
        info_of(wish.dataset)
    except DatasetError as error:
        raise Problem(422, "No such data set", str(error), field="dataset", value=wish.dataset) from error
    client = request.client.host if request.client else ""
    training = TrainingRequest.model_validate(wish.model_dump(exclude={"state"}))
    run = _registry(request).create(training, client=client, paused=wish.state == "paused")
    response.headers["Location"] = f"/api/runs/{run.id}"
    return run.to_dict()


@router.get("")
async def listing(
    request: Request, offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> dict[str, Any]:
    """List runs, the newest first."""
    runs = sorted(_registry(request).runs.values(), key=lambda run: -run.created)
    return {"total": len(runs), "runs": [run.to_dict() for run in runs[offset : offset + limit]]}


@router.get("/{run_id}")
async def one(request: Request, run_id: str) -> dict[str, Any]:
    """Return a run."""
    return _registry(request).get(run_id).to_dict()


@router.delete("/{run_id}", status_code=204)
async def delete(request: Request, run_id: str) -> None:
    """End a run and forget it."""
    registry = _registry(request)
    await registry.delete(registry.get(run_id))


@router.patch("/{run_id}")
async def change(request: Request, run_id: str, wish: Change) -> dict[str, Any]:
    """Pause, resume or stop a run, or change its skips, strengths, rate or pace between two steps."""
    registry = _registry(request)
    run = registry.get(run_id)
    if wish.skips is not None or wish.strength is not None:
        _check_length(run.request, wish)
    command = wish.model_dump(exclude_none=True)
    if wish.skips is None and wish.strength is None:
        command.pop("variant", None)
    registry.tell(run, command)
    return run.to_dict()


@router.post("/{run_id}/step", status_code=202)
async def step(request: Request, run_id: str) -> dict[str, Any]:
    """Advance a paused run by one step."""
    registry = _registry(request)
    run = registry.get(run_id)
    registry.tell(run, {"step": 1})
    return run.to_dict()


@router.get("/{run_id}/events")
async def events(
    request: Request, run_id: str, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Follow a run by server-sent events, from after Last-Event-ID; the last event is a terminal status."""
    run = _registry(request).get(run_id)
    after = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    heartbeat = request.app.state.settings.heartbeat
    return StreamingResponse(run.channel.read(after, heartbeat), media_type="text/event-stream", headers=STREAM_HEADERS)


def _check_length(training: TrainingRequest, wish: Change) -> None:
    if wish.variant >= len(training.variants):
        raise Problem(
            422, "No such variant", f"variant={wish.variant}: the run has {len(training.variants)}, counted from 0.",
            field="variant", value=wish.variant, limit=str(len(training.variants) - 1), remedy="name one of them",
        )  # fmt: skip
    field, given = ("skips", wish.skips) if wish.skips is not None else ("strength", wish.strength)
    num_blocks = training.variants[wish.variant].num_blocks
    if given is not None and len(given) != num_blocks:
        raise Problem(
            422, "Not one value a block", f"{field} has {len(given)} values; the variant has {num_blocks} blocks.",
            field=field, value=len(given), limit=str(num_blocks), remedy="give one value a block, in order",
        )  # fmt: skip
