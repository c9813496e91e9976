"""How runs that train elsewhere are refused, and what is refused of them."""

import math

from skipscope.app.errors import Problem
from skipscope.app.jobs.refusals import LATER


def outside_off() -> Problem:
    """Say that nobody may send runs here."""
    return Problem(
        403, "Off on this server", "This server accepts no runs that train elsewhere.", field="SKIPSCOPE_WRITE_TOKEN",
        limit="it is off unless the operator turns it on",
        remedy="the operator sets SKIPSCOPE_WRITE_TOKEN; the run is in its file meanwhile",
    )  # fmt: skip


def for_senders() -> Problem:
    """Say that sending runs is for those who have the write token."""
    return Problem(
        401, "Write token needed", "Runs that train elsewhere are sent with the write token.", field="Authorization",
        remedy="send `Authorization: Bearer` with SKIPSCOPE_WRITE_TOKEN; skipscope.watch reads SKIPSCOPE_TOKEN",
        headers={"WWW-Authenticate": 'Bearer realm="Skipscope"'},
    )  # fmt: skip


def outside_full(limit: int) -> Problem:
    """Say that as many runs are sent as may be."""
    return Problem(
        503, "Too many runs are sent", f"{limit} runs that train elsewhere are under way.", limit=str(limit),
        remedy="try again when one has ended; the operator can raise SKIPSCOPE_OUTSIDE_RUNS", headers=LATER,
    )  # fmt: skip


def sends_too_much(rate: float, seconds: float) -> Problem:
    """Say that a run sends more bytes than its share."""
    wait = str(max(1, math.ceil(seconds)))
    return Problem(
        429, "Too many records", f"The run sends more than {rate / 1000:g} kB a second.", limit=f"{rate / 1000:g} kB/s",
        remedy=f"send again in {wait} s; the operator can raise SKIPSCOPE_OUTSIDE_KILOBYTES",
        headers={"Retry-After": wait},
    )  # fmt: skip


def trains_elsewhere(run_id: str, wish: str) -> Problem:
    """Say that a wish is for trainings of this server."""
    return Problem(
        409, "It trains elsewhere",
        f"{wish[:1].upper()}{wish[1:]} is not possible: run {run_id[:40]} trains elsewhere, and its network is not on "
        "this server.",
        field="run", value=run_id, remedy="follow its events, or export its history",
    )  # fmt: skip
