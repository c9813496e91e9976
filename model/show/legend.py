"""The legend under the diagram: a ramp a path, and what each kind of line and hatch means."""

from collections.abc import Sequence

from skipscope.model.show.drawing import Figure
from skipscope.model.show.layout import Layout
from skipscope.model.show.measured import in_precision
from skipscope.model.show.palette import PALETTES, Hue, Palette, Theme
from skipscope.model.show.quantity import QUANTITIES
from skipscope.model.show.scale import color_scale, decade_ticks
from skipscope.model.show.styles import Painter

HUES: tuple[tuple[Hue, str], ...] = (
    ("identity", "identity path"),
    ("residual", "residual path"),
    ("plain", "plain or cut"),
)
RAMPS = 46
LINE = 15
NARROW = 560
KINDS = "lines: solid identity, dotted projection, gap cut"
CODES = "hatches: dots exactly zero, crosses not finite, strokes not measured"


def add_legend(
    figure: Figure, layout: Layout, theme: Theme, painter: Painter | None, precisions: Sequence[str]
) -> None:
    """Write the legend into a margin under the drawing; no ramps where nothing was measured."""
    texts = [KINDS]
    top = LINE
    if painter is not None:
        info = QUANTITIES[painter.quantity]
        texts = [info.legend if info.linear else f"{info.legend}, log scale", KINDS, CODES]
        texts[0] += "".join(map(in_precision, dict.fromkeys(precisions)))
        if painter.local is not None:
            texts[0] += "; each range its own, colours compare inside it"
        else:
            figure["data"] += [_ramp(painter, layout, i) for i in range(len(HUES))]
            top += RAMPS
    rows = (
        texts
        if layout.width < NARROW
        else ["  ·  ".join(texts)]
        if painter is None
        else [texts[0], "  ·  ".join(texts[1:])]
    )
    margin = top + LINE * len(rows)
    figure["layout"]["margin"]["b"] = margin
    figure["layout"]["height"] = layout.height + margin
    figure["layout"]["annotations"] = [_note("<br>".join(rows), top, PALETTES[theme])]


def _note(text: str, below: float, palette: Palette) -> Figure:
    return {
        "text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 0, "xshift": 8,
        "yshift": -below + 8, "xanchor": "left", "yanchor": "top", "align": "left",
        "font": {"size": 10, "color": palette.soft},
    }  # fmt: skip


def _ramp(painter: Painter, layout: Layout, i: int) -> Figure:
    """Return a trace without points whose colour bar is the ramp."""
    (hue, name), (low, high) = HUES[i], painter.span
    values, texts = ([0, 0.5, 1], ["0", "0.5", "1"]) if painter.linear else decade_ticks(painter.span, 3)
    share = 1 / len(HUES)
    font = {"size": 10, "color": painter.palette.soft}
    bar = {
        "orientation": "h", "thickness": 9, "len": share * 0.8, "x": (i + 0.5) * share, "xanchor": "center",
        "y": -4 / layout.height, "yanchor": "top", "xpad": 0, "ypad": 0, "outlinewidth": 0,
        "tickvals": values, "ticktext": texts, "tickfont": font, "title": {"text": name, "side": "top", "font": font},
    }  # fmt: skip
    marker = {
        "color": [low], "cmin": low, "cmax": high, "colorscale": color_scale(hue, painter.theme), "showscale": True,
        "colorbar": bar, "size": 0,
    }  # fmt: skip
    return {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "hoverinfo": "skip", "marker": marker}
