"""The figure of what a block does: both cosines by block, at the start and last, and their means by step."""

from typing import Any

from skipscope.model.experiments.pictures import Pictures
from skipscope.model.experiments.plots import Panel

MEASURES = (("descent", "cos(F(x), \u2212dL/dx)"), ("successive", "cos(F\u2097, F\u2097\u208a\u2081)"))
PANELS = (
    *(Panel(f"{title} by block: last (line), first (faint)", "block", "cosine") for _, title in MEASURES),
    *(Panel(f"{title} in the course of training", "step", "mean of the blocks") for _, title in MEASURES),
)


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    plot = Pictures(PANELS, theme, columns=2)
    for number, one in enumerate(found["variants"]):
        label, moments, names = one["label"], one["moments"], one["blocks"]
        places = list(range(1, len(names) + 1))
        for panel, (measure, _) in enumerate(MEASURES):
            if len(moments) > 1:
                first = moments[0][measure]["blocks"]
                plot.line(panel, number, label, places, first, mode="markers", faint=True, words=names)
            if moments:
                plot.line(panel, number, label, places, moments[-1][measure]["blocks"], words=names)
            # steps as names: they lie evenly, and 0 has no logarithm
            steps = [str(each["step"]) for each in moments]
            plot.line(2 + panel, number, label, steps, [each[measure]["mean"] for each in moments])
            plot.categories(2 + panel)
    return plot.to_dict()
