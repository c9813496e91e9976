"""A result as a long table: each number once, with its network, its measure and its place."""

from typing import Any

import pytest

from skipscope.model.jobs.rows import COLUMNS, rows_of

PATHS: dict[str, Any] = {
    "sentences": ["none of the table"],
    "variants": [
        {
            "label": "ResNet-8", "loss": 0.5, "exact": True, "nothing": None, "lengths": [0, 1],
            "measured": [{"length": 3, "log10_norms": [-1.5, "-inf"]}], "range": {"from": 1, "to": 2},
        },
        {"label": "plain-8", "loss": "nan", "blocks": [{"block": "layer1.0", "error": 0.5, "reason": "it is plain"}]},
    ],
}  # fmt: skip


def test_each_number_is_a_row_with_its_place() -> None:
    table = rows_of(PATHS)
    assert table.columns == COLUMNS == ("network", "measure", "place", "item", "value", "text")
    assert table.rows == [
        ["ResNet-8", "loss", None, None, 0.5, None],
        ["ResNet-8", "exact", None, None, True, None],
        ["ResNet-8", "lengths", "0", None, 0, None],
        ["ResNet-8", "lengths", "1", None, 1, None],
        ["ResNet-8", "measured.log10_norms", "3", "0", -1.5, None],
        ["ResNet-8", "measured.log10_norms", "3", "1", "-inf", None],
        ["ResNet-8", "range.from", None, None, 1, None],
        ["ResNet-8", "range.to", None, None, 2, None],
        ["plain-8", "loss", None, None, "nan", None],
        ["plain-8", "blocks.error", "layer1.0", None, 0.5, None],
        ["plain-8", "blocks.reason", "layer1.0", None, None, "it is plain"],
    ]


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        ({"squares": [0, 1]}, [[None, "squares", "0", None, 0, None], [None, "squares", "1", None, 1, None]]),
        ({"variants": [{"label": "a", "cka": [[1.0, 0.5]]}]}, [
            ["a", "cka", "0", "0", 1.0, None], ["a", "cka", "0", "1", 0.5, None],
        ]),
        ({"variants": [{"label": "a", "rows": [{"gain": 0.5, "y": 1}]}]}, [
            ["a", "rows.gain", "0", None, 0.5, None], ["a", "rows.y", "0", None, 1, None],
        ]),
        # numbers that are of two networks, or of none, are not left out
        ({"variants": [{"label": "a", "loss": 1}], "pairs": [{"labels": ["a", "b"], "cka": [[0.5, 1.0]]}]}, [
            ["a", "loss", None, None, 1, None],
            [None, "pairs.labels", "0", "0", None, "a"], [None, "pairs.labels", "0", "1", None, "b"],
            [None, "pairs.cka", "0", "0.0", 0.5, None], [None, "pairs.cka", "0", "0.1", 1.0, None],
        ]),
        # while the networks train
        ({"variants": [], "sentences": [], "training": [{"label": "a", "steps": [0], "loss": [2.5]}]}, [
            ["a", "training.steps", "0", None, 0, None], ["a", "training.loss", "0", None, 2.5, None],
        ]),
        ({"variants": [], "sentences": []}, []),
    ],
)  # fmt: skip
def test_any_result_has_a_table(result: dict[str, Any], rows: list[list[Any]]) -> None:
    assert rows_of(result).rows == rows
