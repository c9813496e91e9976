"""Panels and lines of the experiments' figures, made with plotly.py in the page's colours."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from skipscope.model.show.colors import network, palette, ramp

Values = Sequence[float | str | None]
"""Numbers; None where there is none, a word where it is not finite."""
FAINT = 0.35


class Panel(NamedTuple):
    """One panel: its title, the titles of its axes, and whether sizes are logarithmic."""

    title: str
    x: str
    y: str = ""
    log: bool = False


class Plot:
    """A figure of panels, which share a legend of networks; each network has its letter's colour and dash."""

    def __init__(self, panels: Sequence[Panel], theme: str = "light", *, columns: int | None = None) -> None:
        from plotly.subplots import make_subplots  # noqa: PLC0415  (it takes a while, and workers alone draw)

        self._columns, self._theme, self._named = columns or len(panels), theme, set[int | str]()
        colors, rows = palette(theme), -(-len(panels) // self._columns)
        titles = [panel.title for panel in panels]
        self._figure: Any = make_subplots(rows=rows, cols=self._columns, subplot_titles=titles)
        self._figure.update_layout(
            template="none", paper_bgcolor=colors["paper"], plot_bgcolor=colors["paper"],
            font={"family": "system-ui, sans-serif", "color": colors["ink"], "size": 12}, height=330 * rows,
            margin={"l": 56, "r": 16, "t": 84, "b": 48},
            legend={"orientation": "h", "yref": "container", "y": 0.99, "yanchor": "top", "x": 0},
        )  # fmt: skip
        axis = {"gridcolor": colors["grid"], "linecolor": colors["line"], "zeroline": False}
        for number, panel in enumerate(panels):
            place = self._place(number)
            self._figure.update_xaxes(title_text=panel.x, **axis, **place)
            scale = {"type": "log", "exponentformat": "power", "dtick": None} if panel.log else {"rangemode": "tozero"}
            self._figure.update_yaxes(title_text=panel.y, **axis, **scale, **place)

    def line(
        self, panel: int, variant: int, label: str, x: Values, y: Values, *, mode: str = "lines+markers",
        faint: bool = False, symbol: str = "circle", words: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        """Draw a network's numbers in a panel; each network is named once in the legend."""
        letter, color, dash = network(variant, self._theme)
        self._figure.add_scatter(
            x=list(x), y=[None if isinstance(one, str) else one for one in y], mode=mode,
            name=f"{letter} {label}", legendgroup=letter,
            opacity=FAINT if faint else 1, line={"color": color, "dash": dash, "width": 2},
            marker={"color": color, "size": 4 if faint else 6, "symbol": symbol},
            showlegend=not faint and variant not in self._named, hovertext=words, cliponaxis=False,
            **self._place(panel),
        )  # fmt: skip
        if not faint:
            self._named.add(variant)

    def curve(
        self, panel: int, name: str, x: Values, y: Values, *, hue: str, dash: str = "solid", mode: str = "lines",
        faint: bool = False, hollow: bool = False, word: str = "",
    ) -> None:  # fmt: skip
        """Draw numbers that are no network's of the request, such as a law's, in a colour of the palette; `word` says
        what they are among those of their name."""
        color = palette(self._theme)[hue]
        self._figure.add_scatter(
            x=list(x), y=[None if isinstance(one, str) else one for one in y], mode=mode, name=name, legendgroup=name,
            opacity=FAINT if faint else 1, line={"color": color, "dash": dash, "width": 2},
            marker={"color": color, "size": 4 if faint else 7, "symbol": "circle-open" if hollow else "circle"},
            showlegend=not faint and name not in self._named, hovertext=[word] * len(x), cliponaxis=False,
            **self._place(panel),
        )  # fmt: skip
        if not faint:
            self._named.add(name)

    def add(self, panel: int, trace: Mapping[str, Any], *, axes: str = "-") -> None:
        """Draw a trace of any type in a panel, given as Plotly's JSON; `axes` is the type of the panel's."""
        self._figure.add_trace(dict(trace), **self._place(panel))
        if axes != "-":
            self._figure.update_xaxes(type=axes, **self._place(panel))
            self._figure.update_yaxes(type=axes, **self._place(panel))

    def level(self, panel: int, variant: int, y: float) -> None:
        """Draw a network's level in a panel: its number with nothing changed."""
        _, color, _ = network(variant, self._theme)
        line = {"color": color, "dash": "dot", "width": 1}
        self._figure.add_hline(y=y, line=line, exclude_empty_subplots=False, **self._place(panel))

    def heatmap(
        self, panel: int, rows: Sequence[Values], *, x: Sequence[str], y: Sequence[str], x_ticks: Mapping[int, str],
        y_ticks: Mapping[int, str],
    ) -> None:  # fmt: skip
        """Draw numbers from 0 to 1 by the names of their columns and rows; ticks give some of these other words."""
        bar = {"thickness": 12, "len": 0.9}
        scale = {"colorscale": ramp("plain", self._theme), "cmin": 0, "cmax": 1, "colorbar": bar}
        self._figure.update_layout(coloraxis=scale)
        place, short = self._place(panel), {"tickangle": 0, "showgrid": False}
        self._figure.add_heatmap(
            z=[list(row) for row in rows], x=list(x), y=list(y), coloraxis="coloraxis",
            hovertemplate="%{y}, %{x}: %{z:.3f}<extra></extra>", **place,
        )  # fmt: skip
        for ticks, names, update in (
            (x_ticks, x, self._figure.update_xaxes), (y_ticks, y, self._figure.update_yaxes),
        ):  # fmt: skip
            update(tickvals=[names[i] for i in ticks], ticktext=list(ticks.values()), **short, **place)

    def to_dict(self) -> dict[str, Any]:
        """Return data and layout, for Plotly in any language."""
        found = self._figure.to_plotly_json()
        return {"data": found["data"], "layout": found["layout"]}

    def _place(self, panel: int) -> dict[str, int]:
        return {"row": panel // self._columns + 1, "col": panel % self._columns + 1}
