"""Cells of CSV files."""

import pytest

from skipscope.app.wire.cells import cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, -0.5, None, True, "ResNet-20", "", "a=b", "inf"])
def test_all_else_is_as_it_was(value: object) -> None:
    assert cell(value) is value
