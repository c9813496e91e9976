"""Times in the words of people."""

import pytest

from app.runs.watch import span


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.6, "0.6 s"), (90, "90 s"), (300, "5 min"), (3600, "1 h"), (5400, "90 min")]
)
def test_a_span_is_in_the_largest_unit_that_divides_it(seconds: float, words: str) -> None:
    assert span(seconds) == words
