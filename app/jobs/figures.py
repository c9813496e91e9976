"""A run's records as a Plotly figure: heatmap of all steps, or profile of the last one."""

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import orjson

from skipscope.app.jobs import refusals
from skipscope.app.jobs.database import explain
from skipscope.app.jobs.history import History, Span
from skipscope.app.jobs.records import FileRecords, Gone
from skipscope.model.show.node import FiguresUnavailable, draw
from skipscope.model.show.requests import ask_heatmap, ask_profile

Kind = Literal["heatmap", "profile"]
Measure = Literal[
    "activation_rms", "gradient_rms", "zero_fraction", "nonfinite", "dead_units", "weight_gradient_norm",
    "update_ratio", "residual_rms", "identity_rms", "residual_gradient_norm", "identity_gradient_norm",
    "descent_cosine", "successive_cosine",
]  # fmt: skip
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["data", "layout"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}, "layout": {"type": "object"}},
}
"""The answer, as the OpenAPI document describes it."""
CELLS = 100_000
"""At most about twice so many numbers are in a heatmap: every second step, every fourth, … of longer runs."""
LEAST_STEPS = 64


def figure_in(file: Path, key: int, span: Span, kind: Kind, measure: Measure) -> bytes:
    """Return a run's figure as JSON, from the store's file; raise a Problem where it cannot be drawn."""
    try:
        return figure_of(History(FileRecords(file), key, span), kind, measure)
    except FiguresUnavailable as error:
        raise refusals.no_figures(str(error)) from error
    except Gone as error:
        raise refusals.gone() from error
    except sqlite3.Error as error:
        raise refusals.of_store(explain(error)) from error


def figure_of(history: History, kind: Kind, measure: Measure) -> bytes:
    """Return a run's figure as JSON; raise a Problem where nothing was recorded in the span.

    Raise FiguresUnavailable where the server has no Node.
    """
    variants, changes = history.variants, history.changes
    names = sum(len(variant["taps"]) for variant in variants)
    most = max(LEAST_STEPS, CELLS // max(1, names)) if kind == "heatmap" else 1
    chosen = _thinned(chain.from_iterable(history.pages()), most)
    steps = [orjson.loads(step) for step in (chosen if kind == "heatmap" else chosen[-1:])]
    if not variants or not steps:
        raise refusals.nothing_recorded()
    if kind == "heatmap":
        asked = ask_heatmap(variants, steps, measure, changes=changes)
    else:
        asked = ask_profile(variants, steps[-1]["variants"], measure)
    figure = draw(asked)
    figure["layout"]["meta"] = {"figure": kind, "steps": [step["step"] for step in steps]}
    return orjson.dumps(figure)


def _thinned(steps: Iterator[bytes], most: int) -> list[bytes]:
    """Return at most twice `most` steps, evenly spaced, and the last one."""
    kept: list[bytes] = []
    every, last = 1, None
    for number, step in enumerate(steps):
        last = step
        if number % every:
            continue
        if len(kept) == 2 * most:
            kept, every = kept[::2], 2 * every
            if number % every:
                continue
        kept.append(step)
    if last is not None and kept[-1] is not last:
        kept.append(last)
    return kept
