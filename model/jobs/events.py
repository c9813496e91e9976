"""The events of an experiment: how far it is, what it found until now, and its result."""

from collections.abc import Mapping
from typing import Any

from skipscope.model.jobs.job import Event

FINDINGS = ("partial", "result")
"""The kinds of those that say what is found."""


def progress(done: int, total: int, seconds_left: float | None = None) -> Event:
    """Return how many pieces of work are done, of how many, and about how long the others take."""
    return Event("progress", {"done": done, "total": total, "seconds_left": seconds_left})


def partial(found: Mapping[str, Any], figure: Mapping[str, Any] | None = None) -> Event:
    """Return what is found until now, with its Plotly figure if there is one; the next takes its place."""
    return Event("partial", {"result": found, "figure": figure})


def result(found: Mapping[str, Any], figure: Mapping[str, Any] | None = None) -> Event:
    """Return the result, with its Plotly figure if there is one."""
    return Event("result", {"result": found, "figure": figure})
