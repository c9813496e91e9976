"""The figure of the paths: how many of each length, how large a path's gradient is, and the product of both."""

from typing import Any

from skipscope.model.experiments.plots import Panel, Plot

LENGTH = "blocks that a path goes through F of"
PANELS = (
    Panel("Paths of each length", LENGTH, "share of all paths"),
    Panel("Gradient of one path", LENGTH, "norm at the first block", log=True),
    Panel("Paths times gradient", LENGTH, "share of the sum of norms"),
)


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    plot = Plot(PANELS, theme)
    for number, one in enumerate(found["variants"]):
        label, lengths = one["label"], one["lengths"]
        mode = "lines" if len(lengths) > 1 else "markers"
        drawn = [
            (each["length"], 10**value)
            for each in one["measured"] for value in each["log10_norms"] if value is not None
        ]  # fmt: skip
        plot.line(0, number, label, lengths, one["share_of_paths"], mode=mode)
        plot.line(1, number, label, [x for x, _ in drawn], [y for _, y in drawn], mode="markers", faint=True)
        means = [None if value is None else 10**value for value in one["log10_norm"]]
        plot.line(1, number, label, lengths, means, mode=mode)
        if one["share_of_gradient"] is not None:
            plot.line(2, number, label, lengths, one["share_of_gradient"], mode=mode)
    paper = found["paper"]
    if any(one["blocks_with_shortcut"] == paper["blocks"] for one in found["variants"]):
        plot.curve(2, paper["title"], paper["interval"], [0, 0], hue="soft", mode="lines+markers", hollow=True)
    return plot.to_dict()
