"""The truth as the database keeps it."""

import pytest

from skipscope.app.rooms.truth import Truth


@pytest.mark.parametrize(
    "truth", [Truth(1.3e-13), Truth("one way"), Truth([1e-9, 1.0]), Truth([1e-9], [1e-9, None, 1.0])]
)
def test_what_is_kept_is_read_again(truth: Truth) -> None:
    assert Truth.read(truth.write()) == truth


def test_what_was_kept_as_a_value_alone_is_its_value() -> None:
    assert Truth.read("[1e-9,1.0]") == Truth([1e-9, 1.0])
