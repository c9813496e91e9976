"""A measure by depth, all networks over each other: a line a network, log10 where it is a magnitude. An exact zero is
an open mark at the low edge, what is not finite a cross at the high edge, what was not measured a gap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from skipscope.model.measure.record import Schema
from skipscope.model.show.drawing import FONT, Figure
from skipscope.model.show.measured import Json, Measured
from skipscope.model.show.network import listed
from skipscope.model.show.palette import PALETTES, Hue, Palette, check_theme
from skipscope.model.show.ranges import NOTHING, check_range
from skipscope.model.show.scale import Range, decade_range, decade_ticks, format_number
from skipscope.model.show.series import LINEAR, UNITS, check_measure, places_of, read, stage_of, variants_of
from skipscope.model.show.styles import raw

DASHES: dict[Hue, tuple[str, ...]] = {
    "residual": ("solid", "12px,3px", "9px,3px,2px,3px", "3px,2px,12px,2px"),
    "plain": ("6px,3px", "2px,3px", "4px,3px,1px,3px", "6px,2px,2px,2px,2px,2px"),
}
"""Of the first, second, … line of a hue: plain and residual are told apart without colour."""
FEW = 12
"""So many names stand on the axis by themselves; of more, the stages."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A network's line."""

    label: str
    names: tuple[str, ...]
    numbers: list[float]
    color: str
    dash: str


def profile_data(
    schema: Schema | Json | Sequence[Schema | Json], values: Measured | Sequence[Measured], measure: str,
    *, labels: Sequence[str] | None = None, span: Range | None = None, theme: str = "light",
    width: float = 720, height: float = 360,
) -> Figure:  # fmt: skip
    """Return the figure; raise ValueError for what does not fit."""
    check_measure(measure)
    palette, linear = PALETTES[check_theme(theme)], measure in LINEAR
    curves = _curves(schema, values, measure, labels, palette)
    finite = [value for curve in curves for value in curve.numbers if math.isfinite(value)]
    low, high = check_range(span) or _range(finite, linear)
    ticks, texts = _ticks((low, high), linear)
    data = [_line(curve, linear) for curve in curves]
    for curve in curves:
        data += _marks(curve, -math.inf, "circle-open", low, "exactly zero")
        data += _marks(curve, math.inf, "x", high, "not finite")
    longest = max((curve.names for curve in curves), key=len)
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.line}
    places, shown, bounds = _depth(longest)
    return {
        "data": data,
        "layout": {
            "width": width, "height": height, "margin": {"l": 64, "r": 16, "t": 32, "b": 48},
            "paper_bgcolor": palette.paper, "plot_bgcolor": palette.paper, "hovermode": "closest",
            "font": {"family": FONT, "size": 11, "color": palette.soft},
            "legend": {"orientation": "h", "x": 0, "y": 1.04, "xanchor": "left", "yanchor": "bottom"},
            "showlegend": True,
            "xaxis": {
                **axis, "range": [-0.3, len(longest) - 0.7], "tickvals": places, "ticktext": shown, "showgrid": False,
                "title": {"text": "depth"},
            },
            "yaxis": {
                **axis, "range": [low, high], "tickvals": ticks, "ticktext": texts,
                "title": {"text": UNITS[measure]},
            },
            "shapes": [
                {
                    "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                    "line": {"color": palette.line, "width": 1},
                }
                for x in bounds
            ],
        },
    }  # fmt: skip


def _curves(
    schema: Schema | Json | Sequence[Schema | Json], values: Measured | Sequence[Measured], measure: str,
    labels: Sequence[str] | None, palette: Palette,
) -> list[Curve]:  # fmt: skip
    variants, measured = variants_of(schema, labels), listed(values)
    if len(measured) != len(variants):
        raise ValueError(f"values: {len(measured)} for {len(variants)} networks. Give one a network, in their order.")
    curves: list[Curve] = []
    seen: dict[str, int] = {}
    for variant, one in zip(variants, measured, strict=True):
        hue = variant.hue(one)
        numbers = dict(zip(variant.schema.names(measure), read(variant.decode(one), measure), strict=True))
        names = places_of(variant, measure)
        dash = DASHES[hue][seen.get(hue, 0) % len(DASHES[hue])]
        seen[hue] = seen.get(hue, 0) + 1
        label = f"{variant.label}{variant.in_precision}"
        curves.append(Curve(label, names, [numbers[name] for name in names], palette.of(hue), dash))
    return curves


def _line(curve: Curve, linear: bool) -> Figure:
    said = [format_number(value if linear else raw(value)) for value in curve.numbers]
    return {
        "type": "scatter", "mode": "lines+markers", "name": curve.label, "x": list(range(len(curve.names))),
        "y": [value if math.isfinite(value) else None for value in curve.numbers], "connectgaps": False,
        "line": {"color": curve.color, "width": 1.8, "dash": curve.dash}, "marker": {"size": 4, "color": curve.color},
        "hovertext": [f"{name}<br>{curve.label} {text}" for name, text in zip(curve.names, said, strict=True)],
        "hoverinfo": "text",
    }  # fmt: skip


def _marks(curve: Curve, code: float, symbol: str, edge: float, said: str) -> list[Figure]:
    """Return marks for what no line can show, or nothing."""
    found = [i for i, value in enumerate(curve.numbers) if value == code]
    if not found:
        return []
    return [{
        "type": "scatter", "mode": "markers", "name": f"{curve.label}: {said}", "x": found, "y": [edge] * len(found),
        "marker": {"symbol": symbol, "size": 8, "color": curve.color, "line": {"color": curve.color, "width": 1.4}},
        "hovertext": [f"{curve.names[i]}<br>{curve.label} {said}" for i in found], "hoverinfo": "text",
        "cliponaxis": False,
    }]  # fmt: skip


def _range(finite: Sequence[float], linear: bool) -> Range:
    if linear:
        return 0, max([1.0, *finite])
    return decade_range(finite, 0) or NOTHING


def _ticks(span: Range, linear: bool) -> tuple[list[float] | None, list[str] | None]:
    if linear:
        return None, None
    values, texts = decade_ticks(span, 5)
    return list(values), texts


def _depth(names: Sequence[str]) -> tuple[list[float], list[str], list[float]]:
    """Return ticks along the depth, their texts, and where a stage ends."""
    stages = [
        (stage, [i for i, _ in group]) for stage, group in groupby(enumerate(names), lambda one: stage_of(one[1]))
    ]
    bounds = [group[0] - 0.5 for _, group in stages[1:]]
    if len(names) <= FEW:
        return list(range(len(names))), list(names), bounds
    wide = [(stage, group) for stage, group in stages if len(group) > 1] or stages
    return [(group[0] + group[-1]) / 2 for _, group in wide], [stage for stage, _ in wide], bounds
