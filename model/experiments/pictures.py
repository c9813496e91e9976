"""Panels whose cells are coloured: numbers as steps of a network's colour, and pixels in the colours of maps."""

from collections.abc import Sequence
from typing import Any

from skipscope.model.experiments.plots import Panel, Plot, Values
from skipscope.model.show.colors import network, palette, ramp, special

BARE: dict[str, Any] = {"showticklabels": False, "showgrid": False, "ticks": "", "showline": False}


class Pictures(Plot):
    """A figure of panels with lines, cells or pixels."""

    def __init__(
        self, panels: Sequence[Panel], theme: str = "light", *, columns: int, row_height: int | None = None
    ) -> None:
        super().__init__(panels, theme, columns=columns)
        if row_height is not None:
            self._figure.update_layout(height=row_height * -(-len(panels) // columns) + 84)

    def cells(
        self, panel: int, variant: int, label: str, z: Sequence[Values], *, y: Sequence[str], low: float, high: float
    ) -> None:
        """Draw a network's numbers from `low` to `high` as steps of its colour; `y` names the rows, from below."""
        letter = network(variant, self._theme)[0]
        self._draw(panel, f"{letter} {label}", z, ramp(letter, self._theme), zmin=low, zmax=high, y=list(y))
        self._figure.update_yaxes(type="category", **self._place(panel))

    def pixels(self, panel: int, label: str, z: Sequence[Values], *, low: float, high: float) -> None:
        """Draw pixels, lines from above: 0 has no colour, and below it they have another than above it."""
        colors = palette(self._theme)
        signed = [(0.0, special(self._theme)["minus"]), (0.5, colors["paper"]), (1.0, colors["ink"])]
        scale = signed if low < 0 else [(0.0, colors["paper"]), (1.0, colors["ink"])]
        self._draw(panel, label, z, scale, zmin=low, zmax=high)
        place = self._place(panel)
        across = self._figure.data[-1].xaxis
        self._figure.update_xaxes(**BARE, constrain="domain", **place)
        self._figure.update_yaxes(**BARE, autorange="reversed", scaleanchor=across, constrain="domain", **place)

    def divide(self, panel: int, x: float) -> None:
        """Draw a line from below at x, in a panel that has something drawn already."""
        ink = palette(self._theme)["ink"]
        self._figure.add_vline(x=x, line={"color": ink, "dash": "dot", "width": 1}, **self._place(panel))

    def categories(self, panel: int) -> None:
        """Let a panel's x be names that lie evenly, numbers too."""
        self._figure.update_xaxes(type="category", **self._place(panel))

    def _draw(
        self, panel: int, label: str, z: Sequence[Values], scale: Sequence[tuple[float, str]], **more: Any
    ) -> None:
        self._figure.add_heatmap(
            z=[list(row) for row in z], colorscale=[list(step) for step in scale],
            showscale=False, name=label, **more, **self._place(panel),
        )  # fmt: skip
