"""A view as one file that asks for nothing: the page of a recorded run."""

import json
import re

from skipscope.model.formats.html import shell
from skipscope.model.show.picture import title_of
from skipscope.model.show.timeline import Timeline


def write(timeline: Timeline) -> str:
    """Return the page. Raise ValueError before the first step, BundleMissing in a clone without esbuild."""
    if not timeline.latest:
        raise ValueError("html: nothing is recorded yet, so that a page has nothing to show. Train a step first.")
    first = timeline.first()
    recording = first["recording"]
    recording["run"] = {**recording["run"], "state": "done"}
    recording["events"] = json.loads(timeline.after(0))
    thinned = timeline.thinned
    notice = None if thinned == 1 else f"This page holds about one of {thinned} recorded steps, and the last one."
    before, after = shell(re.sub(r", step \d+$", "", title_of(timeline)), notice)
    return before + json.dumps(first, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c") + after
