"""Runs: start, follow, change, end."""

from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Header, Query, Request
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import client_of, may_change, owner_of, seat_of
from skipscope.app.jobs.desk import Desk
from skipscope.app.jobs.fork import fork as begin_fork
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.views import run_page, run_view
from skipscope.app.routes.listings import Part
from skipscope.app.wire import sse
from skipscope.app.wire.events import stream
from skipscope.app.wire.problems import problems
from skipscope.app.wire.runs import (
    CHANGE,
    FORK,
    MAX_TAG,
    NEW_RUN,
    Beside,
    Change,
    Fork,
    Needs,
    NewRun,
    RunId,
    RunPage,
    RunState,
    RunView,
)
from skipscope.model.describe.names import runs_beside
from skipscope.model.train.kinds import TRAINING

MAX_BESIDE = 8
router = APIRouter(prefix="/api/runs", tags=["runs"], route_class=StrictRoute)


async def _own(request: Request, run_id: str) -> JobView:
    return await jobs_of(request).runs.find_own(run_id, partial(may_change, request))


def _view(request: Request, job: JobView) -> dict[str, Any]:
    return run_view(job, own=may_change(request, job.saved.client))


def _json(content: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


@router.post("", status_code=201, response_model=RunView, responses=problems(409, 422, 429, 503, 507))
async def create(
    request: Request, wish: Annotated[NewRun, Body(openapi_examples=NEW_RUN)],  # pyright: ignore[reportArgumentType]
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="The same key gives the same run, once.")
    ] = None,
) -> Response:  # fmt: skip
    """Start a training of all variants in lockstep, on the same batches."""
    asked = NewJob(
        kind=TRAINING, request=wish.training(), seat=seat_of(request), name=wish.name, paused=wish.state == "paused",
        max_rate=wish.max_rate, idempotency_key=idempotency_key,
    )  # fmt: skip
    jobs = jobs_of(request)
    made = jobs.registry.create(asked) if wish.weights is None else jobs.from_weights.create(asked, wish.given())
    run, new = await made
    headers = {"Location": f"/api/runs/{run.saved.id}", **({} if new else {"Idempotency-Replayed": "true"})}
    return _json(_view(request, run), 201, **headers)


@router.post("/check", response_model=Needs, responses=problems(422))
async def check(
    request: Request, wish: Annotated[NewRun, Body(openapi_examples=NEW_RUN)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Say what a run would need, or why it would be refused, without starting it."""
    admission = jobs_of(request).admission
    desk: Desk = request.app.state.desk
    asked: BaseModel = wish.training()
    if wish.weights is not None:
        asked = await jobs_of(request).from_weights.resolve(TRAINING, wish.given())
    needed = await desk.compute(seat_of(request), admission.limits.check, TRAINING, asked)
    return _json({
        "memory_bytes": needed.bytes, "limit_bytes": admission.run_memory, "seconds": float(f"{needed.seconds:.2g}"),
    })  # fmt: skip


@router.get("", response_model=RunPage, responses=problems(422, 503))
async def listing(  # noqa: PLR0917  (named by the query, never by place)
    request: Request,
    part: Part,
    state: Annotated[list[RunState], Query(description="Only runs in these states.")] = [],  # noqa: B006
    q: Annotated[
        str, Query(max_length=200, description="Words that name, tags, notes, networks, data set or id must have.")
    ] = "",
    tag: Annotated[str, Query(max_length=MAX_TAG, description="Only runs with this tag.")] = "",
    experiment: Annotated[str, Query(max_length=64, description="Only the parts of this experiment.")] = "",
) -> Response:
    """List runs, the newest first: all, or those that match."""
    page = await run_page(
        jobs_of(request).runs, owner_of(request), partial(may_change, request),
        offset=part.offset, limit=part.limit, states=state, text=q, tag=tag,
        owner=client_of(request) if part.mine else None, experiment=experiment,
    )  # fmt: skip
    return _json(page)


@router.get("/beside", response_model=Beside, responses=problems(404, 422, 503))
async def beside(
    request: Request,
    run: Annotated[list[str], Query(min_length=1, max_length=MAX_BESIDE, description="Ids, one to eight.")],
) -> Response:
    """Name runs beside each other: by their own names, else by the settings in which they differ."""
    found = [(await jobs_of(request).runs.find(run_id)).saved for run_id in run]
    names = runs_beside([orjson.loads(saved.request) for saved in found], [saved.name for saved in found])
    return _json({"names": names})


@router.get("/{run_id}", response_model=RunView, responses=problems(404, 422, 503))
async def one(request: Request, run_id: RunId) -> Response:
    """Return a run."""
    return _json(_view(request, await jobs_of(request).runs.find(run_id)))


@router.delete("/{run_id}", status_code=204, responses=problems(403, 404, 422, 503))
async def delete(request: Request, run_id: RunId) -> None:
    """End a run and forget it with all that was recorded."""
    await jobs_of(request).runs.delete(await _own(request, run_id))


@router.patch("/{run_id}", response_model=RunView, responses=problems(403, 404, 409, 422, 429, 503))
async def change(
    request: Request, run_id: RunId,
    wish: Annotated[Change, Body(openapi_examples=CHANGE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Pause, resume, stop, rename, tag or annotate a run, or change skips, strengths, learning rate or pace."""
    run, runs = await _own(request, run_id), jobs_of(request).runs
    said = wish.said()
    if said:
        return _json(_view(request, await runs.annotate(run, **said)))
    command = wish.model_dump(exclude_none=True)
    if wish.skips is None and wish.strength is None:
        del command["variant"]
    return _json(_view(request, runs.send_command(run, command)))


@router.post(
    "/{run_id}/step", status_code=202, response_model=RunView, responses=problems(403, 404, 409, 422, 429, 503)
)
async def step(request: Request, run_id: RunId) -> Response:
    """Advance a paused run by one step, which is recorded whatever `record_every` says."""
    run, runs = await _own(request, run_id), jobs_of(request).runs
    return _json(_view(request, runs.send_command(run, {"step": 1}, "a step")), 202)


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
    run, jobs = await _own(request, run_id), jobs_of(request)
    made = await begin_fork(jobs.registry, jobs.runs.live(run, "a fork"), wish.variant, seat_of(request))
    return _json(_view(request, made), 201, Location=f"/api/runs/{made.saved.id}")


@router.get(
    "/{run_id}/events", response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events, each with id, event and data in a line, to the terminal status.",
            "content": {sse.MEDIA_TYPE: stream()},
        },
        204: {"description": "The run is over and Last-Event-ID has its terminal status: nothing will come."},
        **problems(404, 422, 429, 503),
    },
)  # fmt: skip
async def events(
    request: Request, run_id: RunId,
    last_event_id: sse.LastEventId = None, after: sse.After = 0,
) -> Response:  # fmt: skip
    """Follow a run by server-sent events, each once, in order; the last one is a terminal status."""
    runs = jobs_of(request).runs
    frames = runs.follow(await runs.find(run_id), after if last_event_id is None else last_event_id)
    return sse.answer(request, frames)
