"""Layers by steps of one measure, a panel a network. What is exactly zero, not finite or not measured has a colour of
its own, never the low end of the ramp."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from skipscope.model.measure.record import Schema
from skipscope.model.show.drawing import FONT, Figure
from skipscope.model.show.measured import DROPPED, Json, Measured, block_of, dropped_of
from skipscope.model.show.palette import PALETTES, Hue, Palette, Theme, check_theme
from skipscope.model.show.ranges import NOTHING, check_range
from skipscope.model.show.scale import SPECIAL, Range, color_scale, decade_range, decade_ticks
from skipscope.model.show.series import LINEAR, UNITS, Variant, check_measure, read, stage_of, steps_of, variants_of

GAP = 0.05
BAR = 0.09
"""Room for a colour bar, as a share of the width."""
WORDS = ("exactly zero", "not finite", "not measured")
ABSENT = 2
PALE = 0.16
CODES = 20
"""Room for a line that tells the colours of what is no number."""


class Panel(NamedTuple):
    """A network's numbers: a row a name, a column a step."""

    label: str
    hue: Hue
    names: tuple[str, ...]
    steps: list[int]
    rows: list[list[float]]
    dropped: list[frozenset[str]]


def heatmap_data(
    schema: Schema | Json | Sequence[Schema | Json], records: Sequence[Any], measure: str,
    *, labels: Sequence[str] | None = None, changes: Sequence[Json] = (), span: Range | None = None,
    theme: str = "light", width: float = 900, height: float = 420,
) -> Figure:  # fmt: skip
    """Return the figure; raise ValueError for what does not fit."""
    check_measure(measure)
    checked, linear = check_theme(theme), measure in LINEAR
    variants = variants_of(schema, labels)
    panels = [_panel(one, own, measure) for one, own in zip(variants, steps_of(variants, records), strict=True)]
    finite = [value for panel in panels for row in panel.rows for value in row if math.isfinite(value)]
    drawn = check_range(span) or ((0, max([1.0, *finite])) if linear else decade_range(finite) or NOTHING)
    palette = PALETTES[checked]
    hues = list(dict.fromkeys(panel.hue for panel in panels))
    right = 1 - BAR * len(hues)
    share = right / len(panels)
    layout: Figure = {
        "width": width, "height": height, "margin": {"l": 84, "r": 8, "t": 44, "b": 56},
        "paper_bgcolor": palette.paper, "plot_bgcolor": palette.paper,
        "font": {"family": FONT, "size": 11, "color": palette.soft}, "annotations": [], "shapes": [],
    }  # fmt: skip
    data: list[Figure] = []
    for number, panel in enumerate(panels):
        axis = "" if number == 0 else str(number + 1)
        left = number * share + (GAP if number else 0)
        layout[f"xaxis{axis}"] = {
            "domain": [left, (number + 1) * share], "anchor": f"y{axis}", "title": {"text": "step"}, "showgrid": False,
            "zeroline": False,
        }  # fmt: skip
        layout[f"yaxis{axis}"] = _rows(panel, axis, first=number == 0)
        layout["annotations"].append(_title(panel, f"{UNITS[measure]}{variants[number].in_precision}", left, palette))
        place = right + BAR * (hues.index(panel.hue) + 0.2)
        first = panel.hue not in [one.hue for one in panels[:number]]
        bar = _bar(drawn, linear, place) if first else None
        data += _traces(panel, axis, drawn, checked, linear=linear, bar=bar)
        layout["shapes"] += _changes(changes, number, axis, palette)
    if any(trace["name"].endswith("codes") for trace in data):
        layout["annotations"].append(_codes(checked))
        layout["margin"]["b"] += CODES
    return {"data": data, "layout": layout}


def _panel(variant: Variant, steps: Sequence[tuple[int, Measured]], measure: str) -> Panel:
    columns = [read(variant.decode(measured), measure) for _, measured in steps]
    names = variant.schema.names(measure)
    rows = [[column[row] for column in columns] for row in range(len(names))]
    dropped = [dropped_of(measured) for _, measured in steps]
    return Panel(variant.label, variant.hue(steps[-1][1]), names, [step for step, _ in steps], rows, dropped)


def _traces(panel: Panel, axis: str, span: Range, theme: Theme, *, linear: bool, bar: Figure | None) -> list[Figure]:
    common: Figure = {
        "type": "heatmap", "x": panel.steps, "y": list(panel.names), "xaxis": f"x{axis}", "yaxis": f"y{axis}",
    }  # fmt: skip
    number = "%{z:.2f}" if linear else "10<sup>%{z:.2f}</sup>"
    numbers: Figure = {
        **common, "name": panel.label, "zmin": span[0], "zmax": span[1], "colorscale": color_scale(panel.hue, theme),
        "z": [[value if math.isfinite(value) else None for value in row] for row in panel.rows],
        "hoverongaps": False, "hovertemplate": f"%{{y}}, step %{{x}}<br>{number}<extra>{panel.label}</extra>",
        "showscale": bar is not None,
    }  # fmt: skip
    if bar is not None:
        numbers["colorbar"] = bar
    if all(math.isfinite(value) for row in panel.rows for value in row):
        return [numbers]
    codes = [[_code(value) for value in row] for row in panel.rows]
    colors = _colors(theme)
    scale = [(at, color) for i, color in enumerate(colors) for at in (i / len(colors), (i + 1) / len(colors))]
    return [numbers, {
        **common, "name": f"{panel.label}, codes", "z": codes, "zmin": -0.5, "zmax": 2.5, "colorscale": scale,
        "text": _words(panel, codes), "hoverongaps": False,
        "hovertemplate": f"%{{y}}, step %{{x}}<br>%{{text}}<extra>{panel.label}</extra>", "showscale": False,
    }]  # fmt: skip


def _words(panel: Panel, codes: list[list[int | None]]) -> list[list[str]]:
    """Say what each code is; of what was not measured, whether its block was dropped in that step."""
    return [
        [
            "" if code is None else DROPPED if code == ABSENT and block_of(name, dropped) else WORDS[code]
            for code, dropped in zip(row, panel.dropped, strict=True)
        ]
        for name, row in zip(panel.names, codes, strict=True)
    ]


def _code(value: float) -> int | None:
    if math.isfinite(value):
        return None
    return ABSENT if math.isnan(value) else 0 if value < 0 else 1


def _colors(theme: Theme) -> list[str]:
    pale = SPECIAL[theme]["none"]
    channels = ",".join(str(int(pale[i : i + 2], 16)) for i in (1, 3, 5))
    return [SPECIAL[theme]["zero"], SPECIAL[theme]["lost"], f"rgba({channels},{PALE})"]


def _rows(panel: Panel, axis: str, *, first: bool) -> Figure:
    """Return the axis of the layers: the first above, a tick where a stage begins."""
    stages = [stage_of(name) for name in panel.names]
    begins = [i for i, stage in enumerate(stages) if i == 0 or stage != stages[i - 1]]
    return {
        "anchor": f"x{axis}", "autorange": "reversed", "type": "category", "showgrid": False, "zeroline": False,
        "tickvals": [panel.names[i] for i in begins], "ticktext": [stages[i] for i in begins], "showticklabels": first,
    }  # fmt: skip


def _bar(span: Range, linear: bool, x: float) -> Figure:
    values, texts = decade_ticks(span, 6)
    bar: Figure = {"x": x, "xanchor": "left", "thickness": 10, "outlinewidth": 0}
    return bar if linear else {**bar, "tickvals": values, "ticktext": texts}


def _title(panel: Panel, what: str, x: float, palette: Palette) -> Figure:
    return {
        "text": f"<b>{panel.label}</b>: {what}", "xref": "paper", "yref": "paper", "x": x, "y": 1,
        "yshift": 4, "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"color": palette.ink},
    }  # fmt: skip


def _codes(theme: Theme) -> Figure:
    words = "  ".join(f'<span style="color:{c}">■</span> {w}' for c, w in zip(_colors(theme), WORDS, strict=True))
    return {
        "text": words, "xref": "paper", "yref": "paper", "x": 0, "y": 0, "yshift": -CODES - 28, "xanchor": "left",
        "yanchor": "top", "showarrow": False,
    }  # fmt: skip


def _changes(changes: Sequence[Json], number: int, axis: str, palette: Palette) -> list[Figure]:
    """Return a dotted line at each change of this network, or of all."""
    own = [change["step"] for change in changes if change.get("variant") in (None, number)]
    return [
        {
            "type": "line", "x0": step, "x1": step, "xref": f"x{axis}", "yref": f"y{axis} domain", "y0": 0, "y1": 1,
            "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        }
        for step in own
    ]  # fmt: skip
