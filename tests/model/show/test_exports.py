"""The heatmap and the legend are those of the pictures that the page saves: tests/js holds the same golden files."""

import json
import re
from typing import Any

import pytest

from skipscope.model.show import heatmap
from skipscope.model.show.layout import Layout
from skipscope.model.show.legend import add_legend
from skipscope.model.show.palette import Theme
from skipscope.model.show.quantity import Quantity
from skipscope.model.show.ranges import Scope
from skipscope.model.show.scale import Range
from tests.model.show.golden import SUMMARIES, probe_of, read
from tests.model.show.test_styles import painter

HEATMAPS, LEGENDS = read("heatmap.json"), read("legend.json")
SPANS: dict[Theme, Range] = {"light": (-4, 0), "dark": (-12, -3)}
CASES: dict[str, tuple[Quantity, Scope, Theme, float]] = {
    "common": ("gradient_path", "common", "light", 820),
    "activation, dark, phone": ("activation", "common", "dark", 343),
    "dead units": ("dead_units", "common", "light", 820),
    "weight gradient, by block": ("weight_gradient", "block", "light", 820),
}


def trained() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the networks and the four steps of the page's test."""
    names = ("plain20", "resnet20")
    steps: list[dict[str, Any]] = [
        {"step": step, "variants": [probe_of(SUMMARIES[name]) for name in names]} for step in range(4)
    ]
    values = steps[1]["variants"][0]["values"]
    values["gradient_rms"][3], values["gradient_rms"][4], values["nonfinite"][4] = 0, "nan", 1
    return [probe_of(SUMMARIES[name]) for name in names], steps


def channels(color: str) -> list[float]:
    if color.startswith("#"):
        return [int(color[i : i + 2], 16) for i in (1, 3, 5)] + [1.0]
    numbers = [float(one) for one in re.findall(r"[\d.]+", color)]
    return numbers if len(numbers) == 4 else [*numbers, 1.0]


def numbers(rows: list[list[float | None]]) -> list[list[float | None]]:
    return [[None if one is None else round(one, 5) for one in row] for row in rows]


@pytest.mark.parametrize("theme", SPANS)
def test_the_heatmap_is_that_of_the_page(theme: Theme) -> None:
    schemas, steps = trained()
    changes = [{"step": 2, "variant": 1}]
    drawing: Any = heatmap(schemas, steps, changes=changes, span=SPANS[theme], theme=theme)
    made = json.loads(drawing.to_json())
    golden = HEATMAPS[theme]
    pages = {
        trace["xaxis"]: [one for one in golden["data"] if one["xaxis"] == trace["xaxis"]] for trace in golden["data"]
    }
    for trace in made["data"]:
        drawn, codes = pages[trace["xaxis"]]
        own = codes if trace["name"].endswith("codes") else drawn
        assert numbers(trace["z"]) == numbers(own["z"]), trace["name"]
        assert (trace["x"], trace["y"], trace["zmin"], trace["zmax"]) == (own["x"], own["y"], own["zmin"], own["zmax"])
        assert [[at, channels(color)] for at, color in trace["colorscale"]] == [
            [at, channels(color)] for at, color in own["colorscale"]
        ]
        assert trace["showscale"] == own["showscale"]
        if trace["showscale"]:
            assert {key: trace["colorbar"][key] for key in own["colorbar"]} == own["colorbar"]
    marks = [[(one["x0"], one["xref"], one["line"]) for one in figure["layout"]["shapes"]] for figure in (made, golden)]
    assert marks[0] == marks[1] == [(2, "x2", marks[1][0][2])]


@pytest.mark.parametrize("name", LEGENDS)
def test_the_legend_is_that_of_the_page(name: str) -> None:
    quantity, scope, theme, width = CASES[name]
    figure: dict[str, Any] = {"data": [], "layout": {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}}}
    add_legend(figure, Layout("columns", width, 560), theme, painter(quantity, scope, theme), ["float32"])
    golden = LEGENDS[name]
    made = json.loads(json.dumps(figure))
    assert made["data"] == golden["data"]
    for part in ("height", "margin", "annotations"):
        assert made["layout"][part] == golden["layout"][part], part


def test_every_golden_legend_is_a_case() -> None:
    assert set(CASES) == set(LEGENDS)
