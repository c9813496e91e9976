"""The figure of the degradation: courses and errors by depth, or maps of losses by depth and rate."""

from typing import Any

import pytest

from skipscope.model.experiments.degradation.figure import figure_of
from skipscope.model.experiments.degradation.sweep import PAPER
from tests.model.experiments.degradation.test_sentences import GRID, row, sweep


def found(rows: list[dict[str, Any]], rates: list[float]) -> dict[str, Any]:
    made: dict[str, Any] = {**sweep(rows, rates), "depths": [20, 56], "paper": PAPER}
    courses = [
        {"depth": d, "rate": rates[0], "label": f"plain-{d}", "steps": [0, 5], "errors": [0.9, 0.5]} for d in (20, 56)
    ]
    made["variants"][0]["courses"] = courses
    return made


def test_of_one_rate_courses_and_errors_are_drawn_beside_the_papers() -> None:
    figure = figure_of(found([row(20, 0.02, 0.1, 0.001), row(56, 0.02, 2.0, 0.6)], [0.02]), "dark")
    drawn = [trace for trace in figure["data"] if trace["x"]]
    shallow, deep, training, test, paper = drawn
    assert shallow["opacity"] < deep["opacity"] == 1
    assert (shallow["hovertext"][0], deep["hovertext"][0]) == ("plain-20", "plain-56")
    assert (training["x"], training["y"]) == ([20, 56], [0.001, 0.6])
    assert test["y"] == pytest.approx([0.051, 0.65])
    assert (paper["name"], paper["x"], paper["y"]) == ("He et al. 2015, CIFAR-10", [20, 56], [0.0875, 0.0697])


def test_of_several_rates_a_map_is_drawn_and_the_best_of_each_depth() -> None:
    figure = figure_of(found(GRID, [0.01, 0.1, 1.0]))
    heat = next(trace for trace in figure["data"] if trace["type"] == "heatmap" and trace["z"][0][0] is not None)
    assert heat["text"] == [["0.5", "0.1", "not finite"], ["0.9", "2", ""]]
    assert heat["z"][0] == pytest.approx([-0.301, -1, heat["zmax"]], abs=1e-3)
    assert heat["z"][1][2] is None
    assert heat["customdata"] == [[0.5, 0.1, "nan"], [0.9, 2.0, None]], "the numbers of the page's table"
    assert [figure["layout"][axis]["type"] for axis in ("xaxis", "yaxis")] == ["category"] * 2
    lines = [
        trace for trace in figure["data"] if trace["type"] == "scatter" and "lines" in trace["mode"] and trace["x"]
    ]
    assert [trace["hovertext"] for trace in lines] == [["rate 0.1", "rate 0.01"]] * 2


def test_one_that_has_no_cell_yet_can_be_drawn() -> None:
    assert figure_of(found([], [0.02]))["data"][0]["y"] == [0.9, 0.5]
