"""The figure of shattered gradients: the correlation by depth, measured and by the law, and that by block."""

from typing import Any

from skipscope.model.experiments.plots import Panel, Plot

LEAST = 1e-3
"""Of correlations that are drawn: smaller ones are lost in the chance of the draws."""
PANELS = (
    Panel("Fully connected: measured (dots), law (line)", "layers", "correlation of gradients", log=True),
    Panel("Your networks, at the output of each block", "block (0: the stem)", "correlation of gradients"),
)


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    plot = Plot(PANELS, theme)
    for one in found["dense"]:
        hue, dash = "identity" if one["residual"] else "plain", "dash" if one["normed"] else "solid"
        name, depths = one["name"], one["depths"]
        plot.curve(0, name, depths, _drawn(one["law"]), hue=hue, dash=dash, word="law")
        drawn = [(depth, value) for draw in one["draws"] for depth, value in zip(depths, draw, strict=True)]
        plot.curve(0, name, [x for x, _ in drawn], _drawn([y for _, y in drawn]), hue=hue, mode="markers", faint=True)
        means = _drawn(one["correlation"])
        plot.curve(0, name, depths, means, hue=hue, mode="markers", hollow=one["normed"], word="measured")
    for number, one in enumerate(found["variants"]):
        places = list(range(len(one["places"])))
        plot.line(1, number, one["label"], places, one["correlation"], words=one["places"])
    return plot.to_dict()


def _drawn(values: list[Any]) -> list[float | None]:
    return [value if isinstance(value, float) and value >= LEAST else None for value in values]
