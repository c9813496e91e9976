"""The figure of the landscape: for each network a surface and, below it, its contours, all on one scale."""

import math
from typing import Any, NamedTuple

import numpy as np

from skipscope.model.experiments.landscape.grid import levels_of
from skipscope.model.show.colors import network, palette

STEEP = 20
"""Heights are logarithms if the largest loss is so many times the least."""
LEAST, MOST = 1e-4, 1e4
"""Losses beyond these are drawn at that height; the numbers are in the result."""
CONTOURS = 14
HOVER = "%{x:.3g}, %{y:.3g}: loss %{customdata}<extra></extra>"


class Scale(NamedTuple):
    """Heights of losses, common to all networks."""

    is_log: bool
    low: float
    high: float

    @classmethod
    def of(cls, losses: list[float]) -> "Scale":
        """Return the scale on which losses are drawn."""
        known = [min(max(one, LEAST), MOST) for one in losses] or [1.0]
        is_log = max(known) > STEEP * min(known)
        ends = [math.log10(one) if is_log else one for one in (min(known), max(known))]
        return cls(is_log, ends[0], max(ends[1], ends[0] + 1e-6))

    def height(self, loss: Any) -> float:
        """Return the height of a loss; NaN where none was measured."""
        if loss is None:
            return math.nan
        if isinstance(loss, str):
            return self.high
        kept = min(max(loss, LEAST), MOST)
        return math.log10(kept) if self.is_log else kept

    @property
    def room(self) -> list[float]:
        """Return the ends of an axis of heights; above the largest a little is left, for surfaces that are clipped."""
        return [self.low, self.high + 0.03 * (self.high - self.low)]

    @property
    def ticks(self) -> dict[str, Any]:
        """Return the ticks of an axis of heights: losses, where heights are logarithms."""
        if not self.is_log:
            return {}
        values = range(math.ceil(self.low), math.floor(self.high) + 1)
        return {"tickmode": "array", "tickvals": list(values), "ticktext": [f"{10.0**one:g}" for one in values]}


def figure_of(found: dict[str, Any], theme: str = "light") -> dict[str, Any]:
    """Return a Plotly figure, data and layout, of a result or a partial one."""
    from plotly.subplots import make_subplots  # noqa: PLC0415  (it takes a while, and workers alone draw)

    variants, colors = found["variants"], palette(theme)
    columns = max(1, len(variants))
    titles = [f"{network(number, theme)[0]} {one['label']}" for number, one in enumerate(variants)]
    figure: Any = make_subplots(
        rows=2, cols=columns, specs=[[{"type": "surface"}] * columns, [{"type": "xy"}] * columns],
        subplot_titles=[*titles, *(f"{title}, from above" for title in titles)], vertical_spacing=0.08,
        horizontal_spacing=0.06, row_heights=[0.55, 0.45],
    )  # fmt: skip
    losses = [loss for one in variants for row in one["losses"] for loss in row]
    scale = Scale.of([loss for loss in losses if isinstance(loss, int | float)])
    axis = {"gridcolor": colors["grid"], "linecolor": colors["line"], "zeroline": False}
    for column, one in enumerate(variants, 1):
        places, heights = one["places"], _filled(one, scale)
        ends = [places[0], places[-1]]
        words = [[_shown(loss) for loss in row] for row in one["losses"]]
        common = {
            "x": places, "y": places, "z": heights, "customdata": words, "hovertemplate": HOVER,
            "coloraxis": "coloraxis",
        }  # fmt: skip
        figure.add_surface(**common, row=1, col=column)
        size = (scale.high - scale.low) / CONTOURS
        levels = {"start": scale.low, "end": scale.high, "size": size, "coloring": "heatmap"}
        figure.add_contour(**common, contours=levels, line={"width": 0.7}, row=2, col=column)
        figure.update_xaxes(title_text="first direction", constrain="domain", range=ends, row=2, col=column, **axis)
        figure.update_yaxes(
            title_text="second direction" if column == 1 else "", scaleanchor=f"x{column if column > 1 else ''}",
            constrain="domain", range=ends, row=2, col=column, **axis,
        )  # fmt: skip
    side = {"backgroundcolor": colors["paper"], "gridcolor": colors["grid"], "color": colors["ink"]}
    figure.update_scenes(
        xaxis={"title": {"text": ""}, **side}, yaxis={"title": {"text": ""}, **side},
        zaxis={"title": {"text": "loss"}, "range": scale.room, **scale.ticks, **side},
        aspectmode="cube", camera={"eye": {"x": 1.55, "y": 1.55, "z": 1.05}},
    )  # fmt: skip
    figure.update_layout(
        template="none", paper_bgcolor=colors["paper"], plot_bgcolor=colors["paper"], height=760,
        font={"family": "system-ui, sans-serif", "color": colors["ink"], "size": 12},
        margin={"l": 56, "r": 16, "t": 48, "b": 48},
        coloraxis={
            "colorscale": "Viridis", "cmin": scale.low, "cmax": scale.high,
            "colorbar": {"title": {"text": "loss"}, "thickness": 12, **scale.ticks},
        },
    )  # fmt: skip
    made = figure.to_plotly_json()
    return {"data": made["data"], "layout": made["layout"]}


def _filled(found: dict[str, Any], scale: Scale) -> list[list[float]]:
    """Return a network's heights; between points that are measured, straight lines along the axes."""
    heights = np.array([[scale.height(loss) for loss in row] for row in found["losses"]])
    places = np.arange(len(heights))
    known = ~np.isnan(heights)
    axis = _axis(known)
    coarse = heights[np.ix_(axis, axis)]
    across = np.array([np.interp(places, axis, row) for row in coarse])
    filled = np.array([np.interp(places, axis, column) for column in across.T]).T
    return np.where(known, heights, filled).round(4).tolist()


def _axis(known: Any) -> tuple[int, ...]:
    """Return the places of the finest grid all of whose points are measured; the middle alone where none is."""
    complete = [places for places in levels_of(len(known)) if known[np.ix_(places, places)].all()]
    return complete[-1] if complete else (len(known) // 2,)


def _shown(loss: Any) -> Any:
    return "not measured" if loss is None else loss
