"""Whether runs begin at once, by the median of all."""

import pytest

from benchmarks.first import LIMIT, judge


@pytest.mark.parametrize(
    ("took", "held"),
    [([0.2, 0.25, 5.0], True), ([0.2, LIMIT, 0.4], True), ([0.2, 0.31, 0.4], False), ([], False)],
    ids=["one is late", "just so", "late", "none"],
)
def test_the_median_is_judged_and_the_worst_is_told(took: list[float], held: bool) -> None:
    verdict = judge(took)
    assert verdict.held is held
    assert not took or f"{1000 * max(took):.0f} ms" in verdict.measured
