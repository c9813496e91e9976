"""The numbers of similarity and their sentences, from a matrix that is written down."""

import pytest
import torch

from skipscope.model.experiments.similarity.layers import to_dict

LAYERS = ("stem", "layer1.0", "layer1.1", "layer2.0", "layer2.1")


def matrix(*rows: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


ONE = matrix(
    (1, 0.9, 0.8, 0.3, 0.2), (0.9, 1, 0.96, 0.5, 0.4), (0.8, 0.96, 1, 0.6, 0.5),
    (0.3, 0.5, 0.6, 1, 0.98), (0.2, 0.4, 0.5, 0.98, 1),
)  # fmt: skip


def test_stages_are_told_apart() -> None:
    found = to_dict(["a"], [LAYERS], [0.1], ONE)
    [one] = found["variants"]
    assert one["stages"] == ["stem", "layer1", "layer1", "layer2", "layer2"]
    assert (one["within_stages"], one["between_stages"], one["first_with_last"]) == (0.97, 0.5, 0.4)
    assert (one["alike_from"], one["alike_to_last"]) == ("layer2.1", 0)
    assert found["pairs"] == []
    assert found["sentences"] == [
        "a (10.0% error): blocks of one stage are alike to 0.97 in the mean, those of different stages to 0.50, and "
        "the first block to the last to 0.40."
    ]


def test_a_network_that_collapsed_says_from_where_on() -> None:
    rows = ONE.clone()
    rows[2:, 2:] = 0.995
    found = to_dict(["a"], [LAYERS], [0.9], rows)
    assert (found["variants"][0]["alike_from"], found["variants"][0]["alike_to_last"]) == ("layer1.1", 2)
    assert found["sentences"][0].endswith(
        "The last 3 of its 4 blocks, from layer1.1 on, say the same of the images (each 0.99 or more with the last)."
    )


def test_a_few_blocks_that_say_the_same_are_no_collapse(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ONE.clone()
    rows[2:, 2:] = 0.995
    monkeypatch.setattr("skipscope.model.experiments.similarity.layers.LONG", 0.8)
    assert "say the same" not in to_dict(["a"], [LAYERS], [0.9], rows)["sentences"][0]


def test_two_networks_are_compared_place_by_place_as_soon_as_both_are_known() -> None:
    whole = torch.eye(7, dtype=torch.float64)
    whole[:5, :5] = ONE
    whole[0, 5] = whole[1, 6] = 0.5
    labels, layers = ["a", "b"], [LAYERS, ("stem", "layer1.0")]
    assert to_dict(labels, layers, [0.1], ONE)["pairs"] == []
    [pair] = to_dict(labels, layers, [0.1, 0.2], whole)["pairs"]
    assert pair["same_place"] is None
    assert [row[:1] for row in pair["cka"]] == [[0.5], [0.0], [0.0], [0.0], [0.0]]
    [same] = to_dict(labels, [layers[1]] * 2, [0.1, 0.2], whole[[[0], [1], [5], [6]], [0, 1, 5, 6]])["pairs"]
    assert same["same_place"] == 0.5


def test_what_is_not_defined_is_null() -> None:
    rows = ONE.clone()
    rows[4] = rows[:, 4] = torch.nan
    [one] = to_dict(["a"], [LAYERS], [0.9], rows)["variants"]
    assert one["cka"][4] == [None] * 5
    assert (one["first_with_last"], one["alike_from"], one["alike_to_last"]) == (None, None, 0)
    assert one["between_stages"] == 0.55
