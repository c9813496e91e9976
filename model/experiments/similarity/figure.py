"""The figure of similarity: a heatmap of each network's layers with themselves, and of each two networks'."""

from typing import Any

from skipscope.model.experiments.plots import Panel, Plot

COLUMNS = 3


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    by_label = {one["label"]: one for one in found["variants"]}
    alone = [(one, one, one["cka"]) for one in found["variants"]]
    drawn = alone + [(by_label[two["first"]], by_label[two["second"]], two["cka"]) for two in found["pairs"]]
    titles = [one["label"] if one is two else f"{one['label']} (up), {two['label']} (right)" for one, two, _ in drawn]
    panels = [Panel(title, "") for title in titles]
    plot = Plot(panels or [Panel("", "")], theme, columns=min(COLUMNS, max(1, len(panels))))
    for panel, (one, two, rows) in enumerate(drawn):
        plot.heatmap(panel, rows, x=two["layers"], y=one["layers"], x_ticks=_ticks(two), y_ticks=_ticks(one))
    return plot.to_dict()


def _ticks(one: dict[str, Any]) -> dict[int, str]:
    """Return the first layer of each stage, by number; the stem stands before them."""
    stages = one["stages"]
    return {number: stage for number, stage in enumerate(stages) if number and stages[number - 1] != stage}
