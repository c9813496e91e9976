"""Panels and lines of figures: each network in its colour, named once."""

from skipscope.model.experiments.plots import Panel, Plot
from skipscope.model.show.colors import network, palette, ramp


def test_each_network_is_named_once_and_drawn_in_its_colour() -> None:
    plot = Plot((Panel("One", "x"), Panel("Two", "x", "y", log=True)))
    for panel in (0, 1):
        for number, label in enumerate(("plain-8", "ResNet-8")):
            plot.line(panel, number, label, [1, 2], [1.0, None])
    plot.level(0, 1, 0.5)
    found = plot.to_dict()
    assert [trace["showlegend"] for trace in found["data"]] == [True, True, False, False]
    assert [trace["line"]["color"] for trace in found["data"][:2]] == [network(i)[1] for i in (0, 1)]
    assert found["layout"]["yaxis2"]["type"] == "log"
    assert found["layout"]["shapes"][0]["line"]["color"] == network(1)[1]


def test_a_level_is_drawn_before_anything_else_is_in_its_panel() -> None:
    plot = Plot((Panel("One", "x"), Panel("Two", "x")))
    for number in (0, 1):
        plot.level(1, number, 0.5 + number / 10)
        plot.line(1, number, "any", [1], [1.0])
    shapes = plot.to_dict()["layout"]["shapes"]
    assert [(one["y0"], one["yref"]) for one in shapes] == [(0.5, "y2"), (0.6, "y2")]
    assert [one["line"]["color"] for one in shapes] == [network(number)[1] for number in (0, 1)]


def test_a_trace_of_any_type_lies_in_its_panel() -> None:
    plot = Plot((Panel("One", "x"), Panel("Two", "x")))
    plot.add(1, {"type": "heatmap", "x": ["1", "2"], "y": ["3"], "z": [[1, 2]]}, axes="category")
    found = plot.to_dict()
    assert (found["data"][0]["type"], found["data"][0]["xaxis"]) == ("heatmap", "x2")
    assert found["layout"]["xaxis2"]["type"] == found["layout"]["yaxis2"]["type"] == "category"
    assert "type" not in found["layout"]["xaxis"]


def test_panels_fill_rows() -> None:
    found = Plot([Panel(str(i), "x") for i in range(4)], columns=2).to_dict()
    assert found["layout"]["height"] == 660
    assert found["layout"]["yaxis"]["domain"][0] > found["layout"]["yaxis3"]["domain"][1]


def test_a_heatmap_has_the_page_s_colours_from_0_to_1_and_ticks_by_name() -> None:
    plot = Plot((Panel("One", "x"),), "dark")
    plot.heatmap(0, [[0.5, None]], x=["a", "b"], y=["c"], x_ticks={1: "last"}, y_ticks={})
    found = plot.to_dict()
    assert found["data"][0]["z"] == [[0.5, None]]
    assert found["layout"]["xaxis"]["tickvals"] == ["b"]
    assert found["layout"]["xaxis"]["ticktext"] == ["last"]
    scale = found["layout"]["coloraxis"]
    assert (scale["cmin"], scale["cmax"]) == (0, 1)
    assert [tuple(stop) for stop in scale["colorscale"]] == ramp("plain", "dark")


def test_a_curve_has_a_colour_of_the_palette_and_is_named_once() -> None:
    plot = Plot((Panel("One", "x"),))
    plot.curve(0, "a law", [1, 2], [0.5, "nan"], hue="plain", dash="dash", word="law")
    plot.curve(0, "a law", [1, 2], [0.4, 0.3], hue="plain", mode="markers", hollow=True)
    found = plot.to_dict()["data"]
    assert [trace["showlegend"] for trace in found] == [True, False]
    assert found[0]["line"] == {"color": palette()["plain"], "dash": "dash", "width": 2}
    assert found[0]["y"] == [0.5, None]
    assert found[0]["hovertext"] == ["law", "law"]
    assert found[1]["marker"]["symbol"] == "circle-open"
