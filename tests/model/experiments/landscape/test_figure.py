"""The figure of the landscape: one scale for all networks, logarithmic where losses explode."""

from typing import Any

import pytest

from skipscope.model.experiments.landscape.figure import MOST, figure_of
from tests.model.experiments.landscape.test_terrain import bowl


def found(*factors: float, most: int = 1000) -> dict[str, Any]:
    """Return a result of bowls, each so many times as high."""
    variants = list[dict[str, Any]]()
    for factor in factors:
        terrain = bowl(9, most)
        terrain.known = {point: (loss * factor, error) for point, (loss, error) in terrain.known.items()}
        variants.append(terrain.to_dict())
    return {"variants": variants, "sentences": []}


def test_networks_share_heights_and_colours() -> None:
    figure = figure_of(found(1, 1e9), "dark")
    assert [trace["type"] for trace in figure["data"]] == ["surface", "contour"] * 2
    assert {trace["coloraxis"] for trace in figure["data"]} == {"coloraxis"}
    layout = figure["layout"]
    ends = [layout["coloraxis"]["cmin"], layout["coloraxis"]["cmax"]]
    assert ends == pytest.approx([-1, 4]), "the largest losses are clipped"
    first, second = (layout[name]["zaxis"]["range"] for name in ("scene", "scene2"))
    assert list(first) == list(second) == pytest.approx([-1, 4.15])
    assert layout["coloraxis"]["colorbar"]["ticktext"] == ["0.1", "1", "10", "100", "1000", f"{MOST:g}"]
    assert figure["data"][2]["z"][0][0] == 4
    assert layout["paper_bgcolor"] == "#0f1218"


def test_losses_that_are_alike_are_drawn_as_they_are() -> None:
    terrain = bowl(9)
    terrain.known = {point: (1 + loss / 10, error) for point, (loss, error) in terrain.known.items()}
    figure = figure_of({"variants": [terrain.to_dict()], "sentences": []})
    assert figure["data"][0]["z"][4][4] == pytest.approx(1.01)
    assert "ticktext" not in figure["layout"]["coloraxis"]["colorbar"]


def test_between_points_that_are_measured_lines_are_drawn() -> None:
    z = figure_of(found(0.1, most=9))["data"][0]["z"]
    assert z[4][2] == pytest.approx((z[4][0] + z[4][4]) / 2, abs=1e-3)
    assert z[2][2] == pytest.approx((z[0][0] + z[4][0] + z[0][4] + z[4][4]) / 4, abs=1e-3)
    text = figure_of(found(0.1, most=9))["data"][0]["customdata"]
    assert (text[2][2], text[4][4]) == ("not measured", 0.01)


def test_one_that_is_stopped_before_its_first_grid_can_be_drawn() -> None:
    assert figure_of(found(1, most=1))["data"][0]["z"][0][0] == pytest.approx(0.1)
    assert figure_of({"variants": [], "sentences": []})["data"] == []
