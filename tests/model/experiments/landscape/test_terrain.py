"""The numbers of a grid that is known: of a bowl, of one that is half measured, and of losses that are not finite."""

import math

import pytest

from skipscope.model.experiments.landscape.grid import COARSEST, points_of
from skipscope.model.experiments.landscape.terrain import Terrain, sentence_of


def bowl(points: int = 21, most: int = 1000) -> Terrain:
    """Return a terrain of the loss 0.1 + 4 (x^2 + y^2)."""
    terrain = Terrain("bowl", points, 1.0, num_images=7, chance=2.0)
    for row, column in list(points_of(points))[:most]:
        x, y = terrain.places[column], terrain.places[row]
        terrain.known[row, column] = 0.1 + 4 * (x * x + y * y), 0.25
    return terrain


def test_a_bowl_has_its_numbers() -> None:
    found = bowl().to_dict()
    assert (found["loss"], found["error"], found["measured"]) == (0.1, 0.25, 441)
    assert (found["places"][0], found["places"][10], found["places"][20]) == (-1.0, 0.0, 1.0)
    assert found["losses"][10][20] == 4.1
    assert found["least"] == {"loss": 0.1, "place": [0.0, 0.0]}
    for ring in found["at_distance"]:
        assert ring["loss"] == pytest.approx(0.1 + 4 * ring["distance"] ** 2, rel=0.2)
    assert found["below_chance"] == pytest.approx(math.pi * (1.9 / 4) / 2.1**2, rel=0.05), "a disc's part"
    assert sentence_of(found).startswith(
        "bowl has a loss of 0.1 on 7 images. The median is 0.3 at a distance of 0.25, "
    )


def test_rows_go_along_the_second_direction() -> None:
    terrain = bowl(3)
    terrain.known[2, 1] = 7.0, 0.5
    found = terrain.to_dict()
    assert (found["losses"][2], found["errors"][2][1]) == ([8.1, 7.0, 8.1], 0.5)


def test_points_that_are_not_measured_are_none() -> None:
    found = bowl(most=COARSEST).to_dict()
    assert found["measured"] == 9
    assert sum(loss is not None for row in found["losses"] for loss in row) == 9
    assert found["losses"][1][1] is None
    assert found["errors"][1][1] is None


def test_losses_that_are_not_finite_are_the_largest() -> None:
    terrain = bowl()
    for point in terrain.known:
        if point != (10, 10):
            terrain.known[point] = math.nan, 1.0
    found = terrain.to_dict()
    assert found["losses"][0][0] == "nan"
    assert found["at_distance"][2]["loss"] == "inf"
    assert found["least"] == {"loss": 0.1, "place": [0.0, 0.0]}
    assert "no finite loss at a distance of 1, in units of the filters' norms." in sentence_of(found)
