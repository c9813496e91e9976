"""The pages: their first data is in them, so that none is ever blank."""

from collections.abc import AsyncIterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.templating import Jinja2Templates
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from skipscope.app.errors import Problem
from skipscope.app.guard.access import ASK
from skipscope.app.guard.clients import introduce, may_change, owner_of
from skipscope.app.guard.heads import asks_head, headers_alone
from skipscope.app.jobs import refusals
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.starting import training_of
from skipscope.app.jobs.views import run_page, run_view
from skipscope.app.page.assets import packed_response, page_urls, static_url
from skipscope.app.page.fields import field_list
from skipscope.app.page.lists import dataset_list, preset_list
from skipscope.app.page.paths import TEMPLATES
from skipscope.app.page.recording import Recordings
from skipscope.app.settings import Settings
from skipscope.app.wire.runs import RunId
from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.describe.summary import summarize
from skipscope.model.formats import html

router = APIRouter(include_in_schema=False)
RUNS = 50
PART = 65_536
templates = Jinja2Templates(directory=Path(TEMPLATES))
templates.env.globals["static_url"] = static_url  # pyright: ignore[reportArgumentType]
templates.env.globals["page_urls"] = page_urls  # pyright: ignore[reportArgumentType]

DEFAULTS: tuple[dict[str, Any], ...] = tuple(
    {"preset": name, "norm": "none", "init": "xavier_normal"} for name in ("plain56", "resnet56")
)


FIRST = ProbeRequest(variants=TrainingRequest().variants)
"""The default pair, measured once at the start: the page then waits for nobody's probes."""


async def first_data(request: Request) -> dict[str, Any]:
    """Return what the page shows at once: the default pair with its measured profile."""
    datasets = await run_in_threadpool(dataset_list)  # it lists folders
    fields = field_list(jobs_of(request).executor.placement.devices)
    return {**same_for_all(), "probe": request.app.state.first_probe, "datasets": datasets, "fields": fields}


@lru_cache(maxsize=1)
def same_for_all() -> dict[str, Any]:
    """Return what every page of Explore begins with, whoever asks."""
    wish = TrainingRequest()
    summaries = [summarize(architecture).to_dict(edges=False) for architecture in adapt_all(wish)]
    return {
        "descriptions": DEFAULTS,
        "summaries": orjson.Fragment(orjson.dumps(summaries)),
        "settings": wish.model_dump(mode="json", exclude={"variants", "labels", "weights"}),
        "presets": orjson.Fragment(orjson.dumps(preset_list())),
    }


@router.get("/")
async def explore(request: Request) -> Response:
    """Serve Explore."""
    return respond(request, "/", "explore.html", await first_data(request), tour=request.app.state.help.tour)


@router.get("/runs")
async def runs(request: Request) -> Response:
    """Serve the list of runs."""
    first = await run_page(jobs_of(request).runs, owner_of(request), partial(may_change, request), limit=RUNS)
    return respond(request, "/runs", "runs.html", first)


@router.get("/admin")
async def admin(request: Request) -> Response:
    """Have the browser ask for the admin token, and go to everybody's runs with it."""
    settings: Settings = request.app.state.settings
    if not settings.has_admin:
        raise refusals.no_token()
    if request.state.sees_all:
        return RedirectResponse("/runs", 303)
    return Problem(
        401, "Admin token needed", "Give the admin token as the password; the user's name does not matter.", headers=ASK
    ).response()


@router.get("/runs/{run_id}/offline.html")
async def offline(request: Request, run_id: RunId) -> Response:
    """Serve a run as one file that replays it with no server."""
    job = await jobs_of(request).runs.find(run_id)
    training_of(job, "an offline page")
    run = job.saved
    recordings: Recordings = request.app.state.recordings
    shown = orjson.loads(orjson.dumps(run_view(job)))
    extent = await recordings.extent(shown, run.key)
    name = {"Content-Disposition": f'attachment; filename="skipscope-{run.id}.html"'}
    if asks_head(request):
        return headers_alone("text/html", name)
    before, after = await run_in_threadpool(html.shell, title_of(shown), extent.thinned)

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(before), PART):
            yield before[start : start + PART].encode()
        async for part in recordings.write(shown, run.key, extent):
            yield part
        yield after.encode()

    return StreamingResponse(parts(), 200, name, "text/html")


def title_of(run: dict[str, Any]) -> str:
    """Return what a run is called: its name, else its networks."""
    return run["name"] or " beside ".join(TrainingRequest.model_validate(run["request"]).names())


def _render(path: str, template: str, first: dict[str, Any], more: dict[str, Any]) -> str:
    text = orjson.dumps(first).decode().replace("<", "\\u003c")
    return templates.get_template(template).render(page=path, first=first, first_json=text, **more)


def respond(
    request: Request, path: str, template: str, first: dict[str, Any], *, lasting: bool = True, **more: Any
) -> Response:  # fmt: skip
    """Answer with a page that has its first data in it; `more` is for the template alone. A page that is another one
    each time, not `lasting`, is packed lightly on its way, and is not kept among those that are asked for again."""
    page = _render(path, template, first, {**more, "glossary_url": request.app.state.help.url})
    headers = {"Cache-Control": "no-cache"}
    if lasting:
        response = packed_response(request, page.encode(), "text/html", headers)
    else:
        response = Response(page.encode(), 200, headers, "text/html")
    introduce(request, response)
    return response
