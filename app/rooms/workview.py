"""A job of a room's member in the form of the wire, and as a row of the export."""

from typing import Any

import orjson

from skipscope.app.jobs.rows import JobView
from skipscope.app.jobs.views import networks_of
from skipscope.app.rooms.started import Work
from skipscope.model.train.kinds import TRAINING

TOLD = ("running", "paused", "stopped")
"""States that a job can be told."""


def view_of(work: Work) -> dict[str, Any]:
    """Return the wire's form."""
    member, job = work
    saved = job.saved
    done, total = progress(job)
    return {
        "id": saved.id, "kind": saved.kind, "seat": member.seat, "member": member.name, "here": member.here,
        "name": saved.name, "networks": networks_of(orjson.loads(saved.request)), "state": saved.state,
        "reason": saved.reason, "possible": [one for one in job.possible if one in TOLD],
        "done": done, "total": total, "created": saved.created, "address": address_of(job),
    }  # fmt: skip


def progress(job: JobView) -> tuple[int | None, int | None]:
    """Return how far a job is: steps of a training, pieces of an experiment's work; None where nothing is known."""
    said = {} if job.saved.digest is None else orjson.loads(job.saved.digest)
    if job.saved.kind == TRAINING.name:
        steps = said.get("steps")
        return (steps[-1] + 1 if steps else None), orjson.loads(job.saved.request)["steps"]
    return said.get("done"), said.get("total")


def address_of(job: JobView) -> str:
    """Return the page that shows a job."""
    saved = job.saved
    return f"/?run={saved.id}" if saved.kind == TRAINING.name else f"/lab?experiment={saved.id}"


def last_of(job: JobView) -> list[tuple[str, float | None, float | None]]:
    """Return label, loss and gradient ratio of each network of a training at its last step that was recorded."""
    if job.saved.kind != TRAINING.name or job.saved.digest is None:
        return []
    variants = orjson.loads(job.saved.digest)["variants"]
    return [(one["label"], _last(one["loss"]), _last(one["gradient_ratio"])) for one in variants]


def _last(values: list[float | None]) -> float | None:
    return values[-1] if values else None
