"""What a run recorded, as a Plotly figure: heatmap of all steps, profile or diagram of the last one."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal

import orjson

from skipscope.app.jobs import refusals
from skipscope.app.jobs.history import History
from skipscope.model.data.catalogue import adapt_all
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.describe.summary import summarize
from skipscope.model.show.diagrams import Drawing, diagram_data
from skipscope.model.show.drawing import Figure
from skipscope.model.show.heatmaps import heatmap_data
from skipscope.model.show.measured import USUAL
from skipscope.model.show.profiles import profile_data

Kind = Literal["heatmap", "profile", "diagram"]
Measure = Literal[
    "activation_rms", "gradient_rms", "zero_fraction", "nonfinite", "weight_gradient_norm", "update_ratio",
    "residual_rms", "identity_rms", "residual_gradient_norm", "identity_gradient_norm",
]  # fmt: skip
CELLS = 100_000
"""At most about twice so many numbers are in a heatmap: every second step, every fourth, … of longer runs."""
LEAST_STEPS = 64


def figure_of(history: History, request: bytes | str, kind: Kind, measure: Measure) -> bytes:
    """Return a run's figure as JSON; raise a Problem where nothing was recorded in the span."""
    variants, changes = history.variants, history.changes
    names = sum(len(variant["taps"]) for variant in variants)
    most = max(LEAST_STEPS, CELLS // max(1, names)) if kind == "heatmap" else 1
    chosen = _thinned(chain.from_iterable(history.pages()), most)
    steps = [orjson.loads(step) for step in (chosen if kind == "heatmap" else chosen[-1:])]
    if not variants or not steps:
        raise refusals.nothing_recorded()
    if kind == "heatmap":
        figure = heatmap_data(variants, steps, measure, changes=changes)
    elif kind == "profile":
        figure = profile_data(variants, steps[-1]["variants"], measure)
    else:
        figure = _diagram(request, steps[-1])
    figure["layout"]["meta"] = {"figure": kind, "steps": [step["step"] for step in steps]}
    return orjson.dumps(figure)


def _diagram(request: bytes | str, step: dict[str, Any]) -> Figure:
    """Draw the networks of a run at a step, with the skips that they had then."""
    asked = TrainingRequest.model_validate_json(request)
    skips: list[list[bool] | None] = [variant["net"]["skips"] for variant in step["variants"]]
    summaries = [summarize(one) for one in adapt_all(asked)]
    values = [{**variant, "precision": step.get("precision", USUAL)} for variant in step["variants"]]
    return diagram_data(summaries, values, Drawing(batch_size=asked.batch_size, skips=skips))


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
