"""Runs: start, follow, change, end."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Header, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from skipscope.app.errors import MEDIA_TYPE
from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import client_of, turns_of
from skipscope.app.guard.heads import asks_head, headers_alone
from skipscope.app.jobs import refusals
from skipscope.app.jobs.channel import replay
from skipscope.app.jobs.fork import fork as begin_fork
from skipscope.app.jobs.run import Run
from skipscope.app.jobs.service import Runs
from skipscope.app.jobs.store import Saved
from skipscope.app.wire.events import stream
from skipscope.app.wire.runs import (
    CHANGE,
    FORK,
    NEW_RUN,
    Change,
    Fork,
    Needs,
    NewRun,
    ProblemView,
    RunPage,
    RunState,
    RunView,
)

router = APIRouter(prefix="/api/runs", tags=["runs"], route_class=StrictRoute)
STREAM = "text/event-stream"
STREAM_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
NUMBER = 2**53
RunId = Annotated[str, Path(max_length=64, description="The run's id.")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document refusals."""
    said = {
        403: "Another client's run, and the server has an admin token.", 404: "There is no such run.",
        409: "Not possible in the run's state.", 422: "Not valid, or over a limit.",
        429: "This client has too many runs or streams, or asks too often.",
        501: "This server has no Node, which draws figures.",
        503: "The queue is full, the store fails or the server is stopping.",
        507: "The disk is full.",
    }  # fmt: skip
    schema = {MEDIA_TYPE: {"schema": ProblemView.model_json_schema()}}
    return {status: {"description": said[status], "content": schema} for status in statuses}


def runs_of(request: Request) -> Runs:
    """Return the server's runs."""
    return request.app.state.runs


async def find(request: Request, run_id: str) -> Run | Saved:
    """Return a run, under way or kept; raise the Problem that there is none."""
    runs = runs_of(request)
    live = runs.registry.live.get(run_id)
    if live is not None and live.key:
        live.channel.touch()
        return live
    saved = await runs.store.find(run_id)
    if saved is None:
        raise refusals.unknown(run_id)
    return saved


async def find_own(request: Request, run_id: str) -> Run | Saved:
    """Return a run that the client may change: its own one, and any where there is no admin token, or with it."""
    run = await find(request, run_id)
    if not request.state.admin and run.client != client_of(request):
        raise refusals.not_yours(run.id)
    return run


def view(run: Run | Saved) -> dict[str, Any]:
    """Return the wire's form of a run."""
    live = isinstance(run, Run)
    digest = run.digest
    return {
        "id": run.id, "name": run.name, "state": run.state, "reason": run.reason,
        "queue_position": run.queue_position if live else None, "created": run.created, "ended": run.ended,
        "recorded": run.recorded, "last_event": run.channel.last if live else run.last_event,
        "request": orjson.Fragment(run.request_json if live else run.request),
        "digest": None if digest is None else orjson.Fragment(digest),
        "events": f"/api/runs/{run.id}/events", "history": f"/api/runs/{run.id}/history",
    }  # fmt: skip


def _json(content: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


@router.post("", status_code=201, response_model=RunView, responses=problems(422, 429, 503, 507))
async def create(
    request: Request, wish: Annotated[NewRun, Body(openapi_examples=NEW_RUN)],  # pyright: ignore[reportArgumentType]
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="The same key gives the same run, once.")
    ] = None,
) -> Response:  # fmt: skip
    """Start a training of all variants in lockstep, on the same batches."""
    runs = runs_of(request)
    run, new = await runs.registry.create(
        wish.training(), client=client_of(request), address=turns_of(request), name=wish.name,
        paused=wish.state == "paused", max_rate=wish.max_rate, idempotency_key=idempotency_key,
    )  # fmt: skip
    headers = {"Location": f"/api/runs/{run.id}", **({} if new else {"Idempotency-Replayed": "true"})}
    return _json(view(run), 201, **headers)


@router.post("/check", response_model=Needs, responses=problems(422))
async def check(
    request: Request, wish: Annotated[NewRun, Body(openapi_examples=NEW_RUN)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Say what a run would need, or why it would be refused, without starting it."""
    admission = runs_of(request).registry.admission
    return _json({"memory_bytes": admission.check(wish.training()), "limit_bytes": admission.run_memory})


@router.get("", response_model=RunPage, responses=problems(422, 503))
async def listing(
    request: Request,
    offset: Annotated[int, Query(ge=0, le=NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    state: Annotated[list[RunState], Query(description="Only runs in these states.")] = [],  # noqa: B006
) -> Response:
    """List runs, the newest first."""
    return _json(await page_of(request, offset, limit, state))


async def page_of(request: Request, offset: int, limit: int, states: Sequence[RunState] = ()) -> dict[str, Any]:
    """Return the wire's form of some runs, the newest first; the client's own, where an admin token shows all."""
    runs = runs_of(request)
    client = None if request.state.admin else client_of(request)
    total, page = await runs.store.listing(offset=offset, limit=limit, states=states, client=client)
    rest = f"/api/runs?offset={offset + limit}&limit={limit}" + "".join(f"&state={one}" for one in states)
    return {
        "total": total, "offset": offset, "limit": limit,
        "runs": [view(runs.registry.live.get(saved.id, saved)) for saved in page],
        "next": rest if offset + limit < total else None,
    }  # fmt: skip


@router.get("/{run_id}", response_model=RunView, responses=problems(404, 422, 503))
async def one(request: Request, run_id: RunId) -> Response:
    """Return a run."""
    return _json(view(await find(request, run_id)))


@router.delete("/{run_id}", status_code=204, responses=problems(403, 404, 422, 503))
async def delete(request: Request, run_id: RunId) -> None:
    """End a run and forget it with all that was recorded."""
    run, runs = await find_own(request, run_id), runs_of(request)
    if isinstance(run, Run):
        await runs.registry.forget(run)
    await runs.store.delete(run.key)


@router.patch("/{run_id}", response_model=RunView, responses=problems(403, 404, 409, 422, 429, 503))
async def change(
    request: Request, run_id: RunId,
    wish: Annotated[Change, Body(openapi_examples=CHANGE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Pause, resume, stop or rename a run, or change skips, strengths, learning rate or pace between two steps."""
    run, runs = await find_own(request, run_id), runs_of(request)
    if wish.name is not None:
        await runs.store.rename(run.key, wish.name)
        if isinstance(run, Run):
            run.name = wish.name
        return _json(view(await find(request, run_id)))
    command = wish.model_dump(exclude_none=True)
    if wish.skips is None and wish.strength is None:
        del command["variant"]
    if not isinstance(run, Run):
        raise refusals.impossible(run, ", ".join(command))
    if "variant" in command:
        refusals.check_length(run.request, wish.variant, wish.skips, wish.strength)
    runs.registry.tell(run, command)
    return _json(view(run))


@router.post(
    "/{run_id}/step", status_code=202, response_model=RunView, responses=problems(403, 404, 409, 422, 429, 503)
)
async def step(request: Request, run_id: RunId) -> Response:
    """Advance a paused run by one step, which is recorded whatever `record_every` says."""
    run, runs = await find_own(request, run_id), runs_of(request)
    if not isinstance(run, Run):
        raise refusals.impossible(run, "a step")
    runs.registry.tell(run, {"step": 1})
    return _json(view(run), 202)


@router.post(
    "/{run_id}/fork", status_code=201, response_model=RunView, responses=problems(403, 404, 409, 422, 429, 503, 507)
)
async def fork(
    request: Request, run_id: RunId,
    wish: Annotated[Fork, Body(openapi_examples=FORK)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Pause a run and begin another, paused: two copies of one network, weights and optimizer state included.

    Both go on from the step that the run was at, on the batches that follow; cut a skip of one and see what it does.
    """
    run, runs = await find_own(request, run_id), runs_of(request)
    if not isinstance(run, Run):
        raise refusals.impossible(run, "a fork")
    made = await begin_fork(runs.registry, run, wish.variant, client=client_of(request), address=turns_of(request))
    return _json(view(made), 201, Location=f"/api/runs/{made.id}")


@router.get(
    "/{run_id}/events", response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events, each with id, event and data in a line, to the terminal status.",
            "content": {STREAM: stream()},
        },
        204: {"description": "The run is over and Last-Event-ID has its terminal status: nothing will come."},
        **problems(404, 422, 429, 503),
    },
)  # fmt: skip
async def events(
    request: Request, run_id: RunId,
    last_event_id: Annotated[int | None, Header(ge=0, le=NUMBER, description="Resume after this event.")] = None,
    after: Annotated[int, Query(ge=0, le=NUMBER, description="The same, for a first connection.")] = 0,
) -> Response:  # fmt: skip
    """Follow a run by server-sent events, each once, in order; the last one is a terminal status."""
    run, runs = await find(request, run_id), runs_of(request)
    position = after if last_event_id is None else last_event_id
    if isinstance(run, Run):
        over, last = run.channel.closed, run.channel.last
    else:
        over, last = True, run.last_event
    if over and position >= last:
        return Response(status_code=204)
    if asks_head(request):
        return headers_alone(STREAM, STREAM_HEADERS)
    body: AsyncIterator[bytes]
    if isinstance(run, Run):
        body = run.channel.read(position)
    else:
        key = run.key
        body = replay(lambda number: runs.store.events(key, number), position)
    return StreamingResponse(body, media_type=STREAM, headers=STREAM_HEADERS)
