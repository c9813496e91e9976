"""Examples for the API's description: answers of a server, and refusals as the code words them."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from skipscope.app.errors import MEDIA_TYPE, Problem, of_preset, of_validation
from skipscope.app.executors.base import Busy
from skipscope.app.jobs import outside_refusals, probes, refusals
from skipscope.app.jobs.database import StoreError
from skipscope.app.page.lists import unknown_dataset
from skipscope.app.rooms import refusals as room_refusals
from skipscope.app.wire.runs import Change
from skipscope.model.describe.presets import UnknownPreset
from skipscope.model.show import node
from skipscope.model.show.node import FiguresUnavailable

ANSWERS = Path(__file__).with_name("examples.json")
RUN = "5b2f0e8c1d6a4f37"


def answers() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what a server answered, by operation, status and media type; tests/app/http/test_examples.py writes it."""
    return json.loads(ANSWERS.read_text(encoding="utf-8"))


def refusal(path: str, status: str) -> dict[str, Any]:
    """Return a refusal of an operation with a status, or the usual one."""
    own = next((made for (start, of), made in _OWN.items() if of == status and path.startswith(start)), None)
    if own is None and status == "409":
        return answers()["POST /api/runs/{run_id}/step"]["409"][MEDIA_TYPE]
    return (own or _USUAL[status])().body()


def _not_valid() -> Problem:
    try:
        Change.model_validate({"lr": -1.0})
    except ValidationError as error:
        return of_validation(error)
    raise AssertionError("a rate below zero is not valid")


_USUAL = {
    "401": outside_refusals.for_senders,
    "403": lambda: refusals.not_yours(RUN),
    "404": lambda: refusals.unknown(RUN),
    "413": lambda: refusals.beyond_quota(2_000_000_000, 1024.0),
    "415": lambda: Problem(415, "Unsupported media type", "The body is text/plain; a file is needed."),
    "422": _not_valid,
    "429": lambda: refusals.client_full(10),
    "501": lambda: refusals.no_figures(str(FiguresUnavailable(node.MISSING))),
    "503": lambda: refusals.queue_full(200),
    "507": lambda: refusals.of_store(StoreError("full", "The disk under the data folder is full.")),
    "default": lambda: Problem(405, "Method Not Allowed", "PUT is not possible here."),
}
_OWN = {
    ("/api/rooms", "403"): room_refusals.not_the_host,
    ("/api/rooms", "404"): lambda: room_refusals.no_room("K7PX3M"),
    ("/api/rooms", "409"): room_refusals.closed,
    ("/api/rooms", "429"): lambda: room_refusals.too_often("wrong codes of one browser", 60, 12),
    ("/api/rooms", "503"): lambda: room_refusals.too_many_rooms(60),
    ("/api/architectures", "404"): lambda: of_preset(UnknownPreset("resnet65")),
    ("/api/datasets", "404"): lambda: unknown_dataset("cifar11", ["digits", "cifar10"]),
    ("/api/probe", "503"): lambda: probes.refused(Busy("200 probes wait already"), 64),
    ("/api/runs/{run_id}/history", "409"): refusals.nothing_recorded,
    ("/api/runs/outside", "403"): outside_refusals.outside_off,
    ("/api/runs/outside", "429"): lambda: outside_refusals.sends_too_much(1e6, 2),
    ("/api/runs/{run_id}/records", "429"): lambda: outside_refusals.sends_too_much(1e6, 2),
    ("/api/experiments/{experiment_id}", "403"): lambda: refusals.not_yours(RUN, "experiment"),
    ("/api/experiments/{experiment_id}", "404"): lambda: refusals.unknown(RUN, "experiment"),
    ("/api/weights/{weights_id}", "403"): lambda: refusals.not_yours(RUN, "upload"),
    ("/api/weights/{weights_id}", "404"): lambda: refusals.unknown(RUN, "upload"),
    ("/api/weights", "409"): lambda: refusals.many_uploads(100),
    ("/api/weights", "429"): lambda: refusals.uploading(4),
    ("/api/experiments", "422"): lambda: refusals.no_such_kind("path", ["paths", "lesions"]),
}
