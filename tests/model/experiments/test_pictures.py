"""Cells in a network's colour, and pixels in those of maps."""

import re
from pathlib import Path

from skipscope.model.experiments.pictures import Pictures
from skipscope.model.experiments.plots import Panel
from skipscope.model.show.colors import palette, ramp, special

ROOT = Path(__file__).resolve().parents[3]


def test_cells_are_steps_of_the_network_s_colour_with_named_rows() -> None:
    plot = Pictures((Panel("One", "x"), Panel("Two", "x")), "dark", columns=2)
    plot.cells(1, 1, "ResNet-8", [[0.0, None], [0.5, 1.0]], y=["0", "1"], low=0, high=1)
    plot.categories(0)
    plot.divide(1, 0.5)
    found = plot.to_dict()
    [trace] = found["data"]
    assert (trace["name"], trace["zmin"], trace["zmax"], list(trace["y"])) == ("B ResNet-8", 0, 1, ["0", "1"])
    assert [tuple(step) for step in trace["colorscale"]] == ramp("B", "dark")
    assert found["layout"]["yaxis2"]["type"] == "category"
    assert found["layout"]["xaxis"]["type"] == "category"
    assert [(shape["x0"], shape["xref"]) for shape in found["layout"]["shapes"]] == [(0.5, "x2")]


def test_pixels_have_no_colour_at_zero_and_two_kinds_beside_it() -> None:
    plot = Pictures([Panel("", "")] * 4, columns=2, row_height=100)
    plot.pixels(0, "one", [[-1.0, 2.0]], low=-2, high=2)
    plot.pixels(3, "two", [[0.0, 2.0]], low=0, high=2)
    found, colors = plot.to_dict(), palette()
    signed, positive = ([tuple(step) for step in trace["colorscale"]] for trace in found["data"])
    assert signed == [(0, special()["minus"]), (0.5, colors["paper"]), (1, colors["ink"])]
    assert positive == [(0, colors["paper"]), (1, colors["ink"])]
    assert found["layout"]["yaxis4"]["autorange"] == "reversed"
    assert found["layout"]["yaxis4"]["scaleanchor"] == "x4"
    assert found["layout"]["height"] == 284


def test_the_colour_below_zero_is_that_of_the_stylesheets() -> None:
    css = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "static" / "css").glob("*.css"))
    assert re.findall(r"--map-minus: light-dark\((\S+), (\S+)\)", css) == [
        (special("light")["minus"], special("dark")["minus"])
    ]
