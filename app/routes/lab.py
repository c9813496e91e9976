"""The Lab: the experiments of the literature as a page."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skipscope.app.guard.clients import may_change, owner_of
from skipscope.app.jobs.service import jobs_of
from skipscope.app.jobs.views import experiment_page
from skipscope.app.learn.documents import documents
from skipscope.app.page.fields import field_list, most_networks, request_fields, takes_pictures, takes_runs
from skipscope.app.page.lists import dataset_list, preset_list
from skipscope.app.routes.pages import respond
from skipscope.model.describe.devices import Devices
from skipscope.model.experiments.request import EXAMPLE, TrainedRequest
from skipscope.model.jobs.kind import Kind
from skipscope.model.kinds import EXPERIMENTS

router = APIRouter(include_in_schema=False)
LISTED = 20


@router.get("/lab")
async def lab(request: Request) -> Response:
    """Serve the Lab."""
    jobs = jobs_of(request)
    devices = jobs.executor.placement.devices
    fields = field_list(devices)
    first = {
        "kinds": await run_in_threadpool(_kinds, jobs.experiments.kinds, devices),
        "presets": preset_list(),
        "datasets": await run_in_threadpool(dataset_list),
        "fields": [{**field, "basic": False} for field in fields if field["of"] == "architecture"],
        "experiments": await experiment_page(
            jobs.experiments, owner_of(request), partial(may_change, request), limit=LISTED
        ),
    }
    return respond(request, "/lab", "lab.html", first, time_text=time_text)


def _kinds(kinds: Mapping[str, Kind[Any]], devices: Devices) -> list[dict[str, Any]]:
    anchors = re.findall(r'id="([^"]+)"', documents()["experiments"].html)
    return [_view(kind, devices, anchors) for kind in kinds.values()]


def _view(kind: Kind[Any], devices: Devices, anchors: list[str]) -> dict[str, Any]:
    is_ours = any(kind is one for one in EXPERIMENTS)
    anchor = next((one for one in anchors if one.startswith(f"{kind.name}-")), None) if is_ours else None
    return {
        "kind": kind.name, "name": kind.name.replace("_", " ").capitalize(), "title": kind.title, "why": kind.why,
        "asks": kind.asks, "paper": kind.paper, "method": anchor and f"/docs/experiments#{anchor}",
        "in_python": is_ours, "networks": most_networks(kind.request), "on_run": takes_runs(kind.request),
        "picture": takes_pictures(kind.request),
        "seconds": _seconds(kind),
        "example": dict(_example(kind)), "fields": request_fields(kind.request, devices),
    }  # fmt: skip


def _example(kind: Kind[Any]) -> Mapping[str, Any]:
    """Return the request that a kind begins with: its own, else that of all that train networks first."""
    return kind.example or (EXAMPLE if issubclass(kind.request, TrainedRequest) else {})


def _seconds(kind: Kind[Any]) -> float | None:
    """Return about how long the example takes; None if this server cannot make it."""
    try:
        return float(f"{kind.estimate(kind.request.model_validate(_example(kind))).seconds:.2g}")
    except ValueError:
        return None


def time_text(seconds: float | None) -> str:
    """Write a time as the list of experiments has it: 20 s, 4 min; nothing where it is not known."""
    if seconds is None:
        return ""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
