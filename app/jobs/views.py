"""Jobs in the form of the wire."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from skipscope.app.jobs.directory import Directory
from skipscope.app.jobs.rows import UPLOAD, JobView, Saved
from skipscope.app.jobs.searching import matching
from skipscope.app.jobs.uploads import Uploads
from skipscope.model.describe.architecture import Architecture
from skipscope.model.describe.names import labels_of
from skipscope.model.watch.kind import OUTSIDE


def run_view(job: JobView, *, own: bool = False) -> dict[str, Any]:
    """Return the wire's form of a run; `own`: whether the reader may change it."""
    saved = job.saved
    return {
        "id": saved.id, "name": saved.name, "tags": orjson.Fragment(saved.tags), "notes": saved.notes, "own": own,
        "state": saved.state, "reason": saved.reason,
        "queue_position": job.queue_position, "queue_seconds": job.queue_seconds,
        "created": saved.created, "ended": saved.ended, "recorded": saved.recorded,
        "last_event": saved.last_event, **_asked(saved),
        "digest": None if saved.digest is None else orjson.Fragment(saved.digest),
        "weights": final_weights(saved), "experiment": saved.part_of,
        "events": f"/api/runs/{saved.id}/events", "history": f"/api/runs/{saved.id}/history",
    }  # fmt: skip


def _asked(saved: Saved) -> dict[str, Any]:
    """Return the request of a training, or the network of a run that trains elsewhere."""
    asked = orjson.Fragment(saved.request)
    return {"request": None, "outside": asked} if saved.kind == OUTSIDE.name else {"request": asked, "outside": None}


def final_weights(saved: Saved) -> dict[str, Any] | None:
    """Return the wire's form of a run's final weights; None if nothing is known of them."""
    if not (saved.weights_bytes or saved.weights_note):
        return None
    address = f"/api/runs/{saved.id}/weights" if saved.weights_bytes else None
    return {"bytes": saved.weights_bytes, "note": saved.weights_note or None, "address": address}


def about(saved: Saved) -> dict[str, Any]:
    """Return what people said of a run, for exports."""
    return {"id": saved.id, "name": saved.name, "tags": orjson.loads(saved.tags), "notes": saved.notes}


async def run_page(
    runs: Directory, client: str | None, may_change: Callable[[str], bool], *, offset: int = 0, limit: int,
    states: Sequence[str] = (), text: str = "", tag: str = "", owner: str | None = None, experiment: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return the wire's form of some runs, the newest first, of one client or of all; `owner`'s alone where given."""
    conditions = matching(text, tag, owner, experiment)
    total, page = await runs.listing(offset=offset, limit=limit, states=states, client=client, conditions=conditions)
    asked = {
        "offset": offset + limit, "limit": limit, "state": states, "q": text, "tag": tag, "mine": owner and "true",
        "experiment": experiment,
    }  # fmt: skip
    rest = f"/api/runs?{urlencode({name: value for name, value in asked.items() if value}, doseq=True)}"
    return {
        "total": total, "offset": offset, "limit": limit,
        "runs": [run_view(job, own=may_change(job.saved.client)) for job in page],
        "next": rest if offset + limit < total else None,
    }  # fmt: skip


async def weights_page(
    uploads: Uploads, client: str | None, may_change: Callable[[str], bool], *, offset: int = 0, limit: int
) -> dict[str, Any]:
    """Return the wire's form of some weights to start from, the newest first, of one client or of all."""
    total, page = await uploads.listing(offset=offset, limit=limit, client=client)
    rest = f"/api/weights?{urlencode({'offset': offset + limit, 'limit': limit})}"
    return {
        "total": total, "offset": offset, "limit": limit,
        "weights": [weights_row(saved, own=may_change(saved.client)) for saved in page],
        "next": rest if offset + limit < total else None,
    }  # fmt: skip


def weights_row(saved: Saved, *, own: bool) -> dict[str, Any]:
    """Return the wire's form of weights to start from."""
    return {
        "id": saved.id, "source": UPLOAD if saved.kind == UPLOAD else "run", "name": saved.name,
        "networks": networks_of(orjson.loads(saved.request)), "bytes": saved.weights_bytes, "created": saved.created,
        "own": own,
    }  # fmt: skip


def weights_view(saved: Saved, *, own: bool) -> dict[str, Any]:
    """Return the same with the networks themselves."""
    return {**weights_row(saved, own=own), "variants": orjson.loads(saved.request)["variants"]}


async def experiment_page(
    experiments: Directory, client: str | None, may_change: Callable[[str], bool], *, offset: int = 0, limit: int
) -> dict[str, Any]:
    """Return the wire's form of some experiments, the newest first, of one client or of all."""
    total, page = await experiments.listing(offset=offset, limit=limit, client=client)
    rest = f"/api/experiments/list?{urlencode({'offset': offset + limit, 'limit': limit})}"
    return {
        "total": total, "offset": offset, "limit": limit,
        "experiments": [_row(job, own=may_change(job.saved.client)) for job in page],
        "next": rest if offset + limit < total else None,
    }  # fmt: skip


def _row(job: JobView, *, own: bool) -> dict[str, Any]:
    saved = job.saved
    return {
        "id": saved.id, "kind": saved.kind, "networks": networks_of(orjson.loads(saved.request)), "state": saved.state,
        "created": saved.created, "ended": saved.ended, "own": own,
    }  # fmt: skip


def networks_of(request: dict[str, Any]) -> list[str]:
    """Return the names of a request's networks, beside each other; none of a request without networks."""
    try:
        found = [Architecture.model_validate(one) for one in request.get("variants", ())]
    except ValueError:  # kept by an older version, whose networks had other fields: it is listed without their names
        return []
    return list(request.get("labels") or labels_of(found)) if found else []


def experiment_view(job: JobView, result: bytes | None, *, own: bool = False, has_runs: bool = False) -> dict[str, Any]:
    """Return the wire's form of an experiment, with its latest result, partial or whole, if there is one.

    `has_runs`: whether its parts are runs.
    """
    saved = job.saved
    found: dict[str, Any] = {"result": None, "figure": None} if result is None else orjson.loads(result)
    return {
        "id": saved.id, "kind": saved.kind, "name": saved.name, "own": own, "state": saved.state,
        "reason": saved.reason, "queue_position": job.queue_position, "created": saved.created, "ended": saved.ended,
        "request": orjson.Fragment(saved.request),
        "progress": None if saved.digest is None else orjson.Fragment(saved.digest),
        "result": found["result"], "figure": found["figure"], "last_event": saved.last_event,
        "events": f"/api/experiments/{saved.id}/events",
        "runs": f"/api/runs?experiment={saved.id}" if has_runs else None,
    }  # fmt: skip
