"""Liveness, readiness, metrics."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from skipscope.app.jobs import refusals
from skipscope.app.jobs.service import jobs_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Say that workers are up and that what is recorded is kept; it answers nothing before they are."""
    if jobs_of(request).registry.draining:
        raise refusals.draining()
    lost = jobs_of(request).store.lost()
    if lost is not None:
        raise refusals.of_store(lost)
    return {"status": "ready"}


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Return the figures that Prometheus collects; only to its holder if there is an admin token."""
    if not request.state.sees_all:
        raise refusals.for_admins("The figures of the server are")
    return Response(generate_latest(jobs_of(request).metrics.registry), media_type=CONTENT_TYPE_LATEST)
