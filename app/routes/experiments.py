"""Experiments of every kind that the server has: start, follow, read, stop."""

from functools import partial
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Body, Header, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from skipscope.app.guard.bodies import StrictRoute
from skipscope.app.guard.clients import client_of, may_change, owner_of, seat_of
from skipscope.app.guard.heads import asks_head, headers_alone
from skipscope.app.jobs import refusals
from skipscope.app.jobs.desk import Desk, call_at
from skipscope.app.jobs.exporting import Wish
from skipscope.app.jobs.exports import ExportResponse, Exports
from skipscope.app.jobs.figures import SCHEMA as FIGURE
from skipscope.app.jobs.history import MEDIA_TYPES, PARQUET, Span
from skipscope.app.jobs.new_job import NewJob
from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.views import experiment_page, experiment_view
from skipscope.app.routes.listings import Part
from skipscope.app.wire import sse
from skipscope.app.wire.events import EXPERIMENT_EVENTS, stream
from skipscope.app.wire.experiments import (
    CHANGE,
    NEW_EXPERIMENT,
    EstimateView,
    ExperimentChange,
    ExperimentId,
    ExperimentPage,
    ExperimentView,
    KindView,
    NewExperiment,
    ResultTable,
    StartedView,
)
from skipscope.app.wire.problems import problems
from skipscope.model.data.sent import small
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.experiments.request import TrainedRequest
from skipscope.model.jobs.estimate import Estimate
from skipscope.model.jobs.events import FINDINGS
from skipscope.model.jobs.kind import Kind, imported

router = APIRouter(prefix="/api/experiments", tags=["experiments"], route_class=StrictRoute)
NOUN = "experiment"
PLOTLY = MEDIA_TYPES["plotly"]
COURSE = "skipscope.model.experiments.course:figure_of"
"""Draws the losses of networks while they train, before there is a result of the kind."""


def _json(content: Any, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


async def _own(request: Request, experiment_id: str) -> JobView:
    experiments = jobs_of(request).experiments
    return await experiments.find_own(experiment_id, partial(may_change, request))


def _kind(request: Request, wish: NewExperiment) -> Kind[Any]:
    kinds = jobs_of(request).experiments.kinds
    if wish.kind not in kinds:
        raise refusals.no_such_kind(wish.kind, [*kinds])
    return kinds[wish.kind]


def _view(request: Request, job: JobView, latest: bytes | None) -> dict[str, Any]:
    split = jobs_of(request).experiments.kinds[job.saved.kind].split
    own = may_change(request, job.saved.client)
    return experiment_view(job, latest, own=own, has_runs=split is not None and split.listed)


def _names(kind: Kind[Any], base: type[BaseModel], given: dict[str, Any], field: str) -> bool:
    """Return whether a request has a field of a kind of requests."""
    return issubclass(kind.request, base) and given.get(field) is not None


async def _seen(request: Request, kind: Kind[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request with a picture of the client's checked and small; nothing of it is kept here."""
    picture = given.get("picture")
    if not isinstance(picture, str) or "picture" not in kind.request.model_fields:
        return given
    desk: Desk = request.app.state.desk
    return {**given, "picture": await desk.compute(seat_of(request), small, picture)}


async def _dark(request: Request, kind: Kind[Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return a figure drawn anew; a kind that cannot draw has the one that it sent."""
    if not kind.figure:
        return found["figure"]
    course = found["result"].get("training")
    address, result = (kind.figure, found["result"]) if course is None else (COURSE, course)
    drawing: Desk = request.app.state.drawing
    return await drawing.compute(seat_of(request), call_at, address, result, "dark")


def _estimate(found: Estimate) -> dict[str, Any]:
    return {"seconds": float(f"{found.seconds:.2g}"), "bytes": found.bytes}


@router.get("", response_model=list[KindView])
async def kinds(request: Request) -> Response:
    """List the kinds of experiments, each with the schema of its request."""
    return _json([
        {
            "kind": kind.name, "title": kind.title, "why": kind.why, "asks": kind.asks, "paper": kind.paper,
            "schema": kind.request.model_json_schema(),
        }
        for kind in jobs_of(request).experiments.kinds.values()
    ])  # fmt: skip


@router.post("", status_code=201, response_model=StartedView, responses=problems(409, 422, 429, 503, 507, noun=NOUN))
async def create(
    request: Request, wish: Annotated[NewExperiment, Body(openapi_examples=NEW_EXPERIMENT)],  # pyright: ignore[reportArgumentType]
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=255, description="The same key gives the same experiment, once.")
    ] = None,
) -> Response:  # fmt: skip
    """Start an experiment; the answer says about how long it takes."""
    jobs, kind = jobs_of(request), _kind(request, wish)
    given = await _seen(request, kind, wish.model_extra or {})
    asked = NewJob(
        kind=kind, request=kind.request.model_validate(given), seat=seat_of(request), idempotency_key=idempotency_key
    )
    if _names(kind, TrainedRequest, given, "run"):
        made, new = await jobs.starting.create(asked, given)
    elif _names(kind, TrainingRequest, given, "weights"):
        made, new = await jobs.from_weights.create(asked, given)
    else:
        made, new = await jobs.registry.create(asked)
    needed = made.estimate
    if needed is None:  # it was asked for before, and has ended
        kept = kind.request.model_validate_json(made.saved.request)
        desk: Desk = request.app.state.desk
        needed = await desk.compute(asked.seat, kind.estimate, kept)
    address = f"/api/experiments/{made.saved.id}"
    return _json(
        {"id": made.saved.id, "kind": kind.name, "events": f"{address}/events", "estimate": _estimate(needed)},
        201, Location=address, **({} if new else {"Idempotency-Replayed": "true"}),
    )  # fmt: skip


@router.post("/estimate", response_model=EstimateView, responses=problems(422, noun=NOUN))
async def estimate(
    request: Request, wish: Annotated[NewExperiment, Body(openapi_examples=NEW_EXPERIMENT)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Say how long an experiment would take and what it would need, or why it would be refused, without starting it."""
    kind = _kind(request, wish)
    desk: Desk = request.app.state.desk
    given = await _seen(request, kind, wish.model_extra or {})
    asked = kind.request.model_validate(given)
    if _names(kind, TrainedRequest, given, "run"):
        asked = await jobs_of(request).starting.resolve(kind, given)
    elif _names(kind, TrainingRequest, given, "weights"):
        asked = await jobs_of(request).from_weights.resolve(kind, given)
    check = jobs_of(request).admission.limits.check
    return _json(_estimate(await desk.compute(seat_of(request), check, kind, asked)))


@router.get("/list", response_model=ExperimentPage, responses=problems(422, 503, noun=NOUN))
async def listing(request: Request, part: Part) -> Response:
    """List experiments, the newest first."""
    owner = client_of(request) if part.mine else owner_of(request)
    experiments = jobs_of(request).experiments
    may = partial(may_change, request)
    return _json(await experiment_page(experiments, owner, may, offset=part.offset, limit=part.limit))


@router.get(
    "/{experiment_id}", response_model=ExperimentView | ResultTable,
    responses={
        200: {"description": "The experiment, its figure, or the table of its result.", "content": {
            "text/csv": {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string", "format": "binary"}},
            PLOTLY: {"schema": FIGURE},
        }},
        **problems(404, 409, 422, 503, noun=NOUN),
    },
)  # fmt: skip
async def one(
    request: Request, experiment_id: ExperimentId,
    form: Annotated[
        Literal["json", "table", "csv", "parquet", "plotly"],
        Query(alias="format", description="All of it; the result as a table, a number a row; its figure alone."),
    ] = "json",
    theme: Annotated[Literal["light", "dark"], Query(description="The colours of the figure that is alone.")] = "light",
) -> Response:  # fmt: skip
    """Return an experiment with its latest result, partial while it goes on."""
    jobs = jobs_of(request)
    job = await jobs.experiments.find(experiment_id)
    latest = await run_in_threadpool(jobs.store.read_last, job.saved.key, FINDINGS)
    if form == "json":
        return _json(_view(request, job, latest))
    found: dict[str, Any] = {"result": None, "figure": None} if latest is None else orjson.loads(latest)
    if form == "plotly":
        if found["figure"] is None:
            raise refusals.no_figure_yet(job)
        kind = jobs.experiments.kinds[job.saved.kind]
        figure = found["figure"] if theme == "light" else await _dark(request, kind, found)
        return Response(orjson.dumps(figure, option=orjson.OPT_SERIALIZE_NUMPY), media_type=PLOTLY)
    if found["result"] is None:
        raise refusals.no_result_yet(job, form)
    rows = jobs.experiments.kinds[job.saved.kind].rows
    if form == "table":
        return _json((await run_in_threadpool(imported(rows), found["result"]))._asdict())
    headers = {"Content-Disposition": f'attachment; filename="{job.saved.id}.{form}"'}
    if asks_head(request):
        return headers_alone(MEDIA_TYPES[form], headers)
    exports: Exports = request.app.state.exports
    wish = Wish(str(jobs.store.file), job.saved.key, form, Span(), [], rows=rows)
    return ExportResponse(await exports.begin(wish, seat_of(request)), MEDIA_TYPES[form], headers)


@router.patch(
    "/{experiment_id}", response_model=ExperimentView, responses=problems(403, 404, 409, 422, 429, 503, noun=NOUN)
)
async def change(
    request: Request, experiment_id: ExperimentId,
    wish: Annotated[ExperimentChange, Body(openapi_examples=CHANGE)],  # pyright: ignore[reportArgumentType]
) -> Response:  # fmt: skip
    """Pause, resume or stop an experiment."""
    jobs = jobs_of(request)
    job = jobs.experiments.send_command(await _own(request, experiment_id), wish.model_dump())
    latest = await run_in_threadpool(jobs.store.read_last, job.saved.key, FINDINGS)
    return _json(_view(request, job, latest))


@router.delete("/{experiment_id}", status_code=204, responses=problems(403, 404, 422, 503, noun=NOUN))
async def delete(request: Request, experiment_id: ExperimentId) -> None:
    """Stop an experiment that goes on, which keeps what it found; forget one that has ended."""
    experiments, job = jobs_of(request).experiments, await _own(request, experiment_id)
    if job.live and job.saved.ended is None:
        experiments.send_command(job, {"state": "stopped"})
    else:
        await experiments.delete(job)


@router.get(
    "/{experiment_id}/events", response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events, each with id, event and data in a line, to the terminal status.",
            "content": {sse.MEDIA_TYPE: stream(EXPERIMENT_EVENTS)},
        },
        204: {"description": "It is over and Last-Event-ID has its terminal status: nothing will come."},
        **problems(404, 422, 429, 503, noun=NOUN),
    },
)  # fmt: skip
async def events(
    request: Request, experiment_id: ExperimentId, last_event_id: sse.LastEventId = None, after: sse.After = 0
) -> Response:
    """Follow an experiment by server-sent events, each once, in order; the last one is a terminal status."""
    experiments = jobs_of(request).experiments
    job = await experiments.find(experiment_id)
    return sse.answer(request, experiments.follow(job, after if last_event_id is None else last_event_id))
