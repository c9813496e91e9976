"""The strips of the whole depth, one cell a block: identity above, residual below."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from skipscope.model.show.drawing import Figure
from skipscope.model.show.layout import Layout, Strip
from skipscope.model.show.network import Network
from skipscope.model.show.palette import PALETTES, Hue, Theme
from skipscope.model.show.scale import Range, magnitude_style
from skipscope.model.show.styles import Painter, code_of

CUT = 1
"""The height of the line that stands for a cut skip, and for what was not measured."""


class Cell(NamedTuple):
    """A cell as a bar: its place, colour, outline and what is said of it."""

    x: float
    top: float
    width: float
    height: float
    fill: str
    outline: str
    text: str


def strip_trace(layout: Layout, networks: Sequence[Network], theme: Theme, painter: Painter | None) -> Figure:
    """Return all cells as one trace of bars; in the paths' own colours where nothing was measured."""
    cells = [cell for one in layout.strips for cell in _cells(one, networks[one.variant], theme, painter)]
    return {
        "type": "bar",
        "x": [cell.x for cell in cells],
        "y": [cell.height for cell in cells],
        "base": [cell.top for cell in cells],
        "width": [cell.width for cell in cells],
        "hovertext": [cell.text for cell in cells],
        "hoverinfo": "text",
        "textposition": "none",
        "cliponaxis": False,
        "marker": {
            "color": [cell.fill for cell in cells],
            "line": {
                "color": [cell.outline or cell.fill for cell in cells],
                "width": [1 if cell.outline else 0 for cell in cells],
            },
        },
    }


def window_shapes(layout: Layout, theme: Theme) -> list[Figure]:
    """Return the frames around the cells of the blocks that are drawn in full."""
    ink = PALETTES[theme].ink
    return [
        {
            "type": "rect", "x0": one.x, "x1": one.x + one.w, "y0": one.y, "y1": one.y + one.h,
            "line": {"color": ink, "width": 1.4}, "fillcolor": "rgba(0,0,0,0)",
        }
        for one in layout.windows
    ]  # fmt: skip


def _cells(strip: Strip, network: Network, theme: Theme, painter: Painter | None) -> list[Cell]:
    half, found = strip.h / 2, list[Cell]()
    width = strip.w / max(1, strip.size)
    wide = width - 1 if width > 3 else width
    for i in range(strip.size):
        block = strip.first + i
        on, x = network.skips[block], strip.x + (i + 0.5) * width
        name = f"{network.schema.blocks[block]}, {network.label}"
        for part in ("shortcut", "F(x)"):
            upper = part == "shortcut"
            cell = Cell(x, strip.y + (0 if upper else half), wide, half - upper, "", "", f"{name}<br>{part}")
            hue: Hue = "identity" if upper else "residual" if on else "plain"
            if upper and not on:
                found.append(_line(cell, cell.height / 2 - CUT / 2, PALETTES[theme].plain, "cut"))
            elif painter is None:
                found.append(cell._replace(fill=PALETTES[theme].of(hue)))
            else:
                span = painter.range_of(strip.variant, block)
                found.append(_measured(cell, hue, _value(painter, strip.variant, block, upper), painter, span))
    return found


def _value(painter: Painter, variant: int, block: int, upper: bool) -> float:
    m = painter.magnitudes[variant]
    if upper:
        return m.skip[block]
    return m.trunk[block] if math.isnan(m.branch[block]) else m.branch[block]


def _line(cell: Cell, below: float, color: str, said: str) -> Cell:
    return cell._replace(top=cell.top + below, height=CUT, fill=color, text=f"{cell.text} {said}")


def _measured(cell: Cell, hue: Hue, value: float, painter: Painter, span: Range) -> Cell:
    """Fill a cell; zero is an outline, not finite solid ink, not measured a base line."""
    palette, code = painter.palette, code_of(value, painter.linear)
    if code == "absent":
        return _line(cell, cell.height - CUT, palette.faint, "not measured")._replace(width=cell.width / 2)
    told = cell._replace(text=f"{cell.text} {painter.write(value)}")
    if code == "zero":
        return told._replace(fill="rgba(0,0,0,0)", outline=palette.ink)
    if code == "lost":
        return told._replace(fill=palette.ink)
    return told._replace(fill=magnitude_style(hue, value, span, painter.theme).color)
