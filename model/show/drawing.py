"""From layout and styles to the figure that Plotly draws, as plain data: the traces and shapes of its twin on the page,
static/js/figure/drawing.js."""

from html import escape
from typing import Any

from skipscope.model.show.layout import Layout, Panel, TextPlace
from skipscope.model.show.palette import PALETTES, Palette, Theme
from skipscope.model.show.path import number, rounded
from skipscope.model.show.styles import Styles

Figure = dict[str, Any]
FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'
)
CLEAR = "rgba(0,0,0,0)"
PATTERNS = {"zero": ".", "lost": "x", "absent": "/"}
ANCHORS = {"start": "middle right", "middle": "middle center", "end": "middle left"}


def draw(layout: Layout, styles: Styles, theme: Theme) -> Figure:
    """Return the page's figure: traces of boxes, labels, junctions, points, texts and values; panels and lines."""
    palette = PALETTES[theme]
    axis = {"visible": False, "fixedrange": False, "autorange": False}
    return {
        "data": [
            _boxes(layout, styles, palette),
            _labels(layout, styles),
            _junctions(layout, styles, palette),
            _points(layout, palette),
            _texts(layout, styles),
            _values(layout, styles),
        ],
        "layout": {
            "width": layout.width,
            "height": layout.height,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "barmode": "overlay",
            "showlegend": False,
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "hovermode": "closest",
            "hoverdistance": 12,
            "dragmode": False,
            "font": {"family": FONT, "size": 10, "color": palette.ink},
            "modebar": {"orientation": "h", "bgcolor": CLEAR, "color": palette.faint, "activecolor": palette.ink},
            "xaxis": {"range": [0, layout.width], **axis},
            "yaxis": {"range": [layout.height, 0], **axis},
            "shapes": _shapes(layout, styles, palette),
        },
    }


def _shapes(layout: Layout, styles: Styles, palette: Palette) -> list[Figure]:
    panels = [
        {
            "type": "path",
            "path": rounded_rect(panel, 7),
            "layer": "below",
            "fillcolor": palette.panel,
            "line": {"color": palette.line, "width": 1},
        }
        for panel in layout.panels
    ]
    lines = [
        {
            "type": "path",
            "path": line.d,
            "layer": "below",
            "fillcolor": CLEAR,
            "opacity": style.opacity,
            "line": {"color": style.color, "width": style.width, "dash": style.dash},
        }
        for line, style in zip(layout.lines, styles.lines, strict=True)
    ]
    return [*panels, *lines]


def _boxes(layout: Layout, styles: Styles, palette: Palette) -> Figure:
    boxes = layout.boxes
    marker: Figure = {"color": [style.fill for style in styles.boxes], "cornerradius": 3.5}
    if any(style.hatch for style in styles.boxes):
        shapes = [PATTERNS[style.hatch] if style.hatch else "" for style in styles.boxes]
        marker["pattern"] = {"shape": shapes, "fillmode": "overlay", "fgopacity": 0.5, "size": 5}
    marker["line"] = {"color": [style.line for style in styles.boxes], "width": [one.width for one in styles.boxes]}
    return {
        "type": "bar",
        "x": [box.x + box.w / 2 for box in boxes],
        "y": [box.h for box in boxes],
        "base": [box.y for box in boxes],
        "width": [box.w for box in boxes],
        "textposition": "none",
        "hoverinfo": "none",
        "cliponaxis": False,
        "marker": marker,
    }


def _labels(layout: Layout, styles: Styles) -> Figure:
    labelled = [(box, style) for box, style in zip(layout.boxes, styles.boxes, strict=True) if box.text]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [box.x + box.w / 2 for box, _ in labelled],
        "y": [box.y + box.h / 2 for box, _ in labelled],
        "text": [box.text for box, _ in labelled],
        "textposition": "middle center",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "textfont": {"size": [box.size for box, _ in labelled], "color": [style.ink for _, style in labelled]},
    }


def _junctions(layout: Layout, styles: Styles, palette: Palette) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.x for one in layout.junctions],
        "y": [one.y for one in layout.junctions],
        "hoverinfo": "none",
        "cliponaxis": False,
        "marker": {
            "symbol": "circle-cross",
            "size": [2 * one.r for one in layout.junctions],
            "color": palette.raised,
            "opacity": styles.junctions,
            "line": {"color": palette.ink, "width": 1.3},
        },
    }


def _points(layout: Layout, palette: Palette) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.x for one in layout.points],
        "y": [one.y for one in layout.points],
        "hoverinfo": "none",
        "cliponaxis": False,
        "marker": {
            "symbol": ["diamond" if one.type == "activation" else "square" for one in layout.points],
            "size": 6.5,
            "color": palette.raised,
            "line": {"color": palette.soft, "width": 1.2},
        },
    }


def _texts(layout: Layout, styles: Styles) -> Figure:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [one.x for one in layout.texts],
        "y": [one.y for one in layout.texts],
        "text": [_markup(one) for one in layout.texts],
        "hoverinfo": "skip",
        "cliponaxis": False,
        "textposition": [ANCHORS[one.anchor] for one in layout.texts],
        "textfont": {
            "size": [one.size for one in layout.texts],
            "color": styles.texts,
        },
    }


def _values(layout: Layout, styles: Styles) -> Figure:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [one.x for one in layout.values],
        "y": [one.y for one in layout.values],
        "text": [one.text or " " for one in styles.values],
        "textposition": "middle center",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "textfont": {"size": 9.5, "color": [one.ink for one in styles.values]},
    }


def _markup(text: TextPlace) -> str:
    safe = escape(text.text, quote=False)
    return f"<b>{safe}</b>" if text.role in ("title", "lane", "end") else safe


def rounded_rect(panel: Panel, r: float) -> str:
    """Return a rectangle with round corners as an SVG path."""
    left, top, right, bottom = panel.x, panel.y, panel.x + panel.w, panel.y + panel.h

    def at(x: float, y: float) -> str:
        return f"{number(rounded(x))},{number(rounded(y))}"

    return " ".join([
        f"M{at(left + r, top)}", f"L{at(right - r, top)}", f"Q{at(right, top)} {at(right, top + r)}",
        f"L{at(right, bottom - r)}", f"Q{at(right, bottom)} {at(right - r, bottom)}",
        f"L{at(left + r, bottom)}", f"Q{at(left, bottom)} {at(left, bottom - r)}",
        f"L{at(left, top + r)}", f"Q{at(left, top)} {at(left + r, top)}", "Z",
    ])  # fmt: skip
