"""Paths by length: binomial numbers, shares, the interval, and what is said."""

import math

import pytest

from skipscope.model.experiments.paths.lengths import PathLengths, sentence_of


def test_numbers_of_paths_are_binomial() -> None:
    lengths = PathLengths("a", 54, 54)
    lengths.add((count, 0.0) for count in range(55))
    found = lengths.to_dict()
    assert math.fsum(found["share_of_paths"]) == pytest.approx(1)
    # Veit et al. 2016: ResNet-110 has 54 blocks, more than 95 % of the paths go through 19 to 35 of them
    assert math.fsum(found["share_of_paths"][19:36]) == pytest.approx(0.980, abs=5e-4)
    assert math.fsum(found["share_of_paths"][5:18]) == pytest.approx(0.0045, abs=5e-5)
    assert found["mean_length"] == 27
    assert found["mean_effective_length"] == pytest.approx(27), "all gradients are alike"


def test_a_gradient_that_falls_with_length_shortens_the_paths_that_count() -> None:
    """(1 + q)^n of factors q a block: the shares are binomial with q / (1 + q)."""
    lengths, q = PathLengths("a", 20, 20), 0.25
    lengths.add((count, count * math.log10(q)) for count in range(21))
    found = lengths.to_dict()
    assert found["mean_effective_length"] == pytest.approx(20 * q / (1 + q))
    assert found["decades_a_block"] == pytest.approx(math.log10(q))
    low, high = found["interval"]
    assert math.fsum(found["share_of_gradient"][low : high + 1]) >= 0.95
    assert math.fsum(found["share_of_gradient"][low + 1 : high + 1]) < 0.975
    assert "paths through 1 to 8 of 20 blocks have 95% of the sum" in sentence_of(found)


def test_the_mean_of_norms_is_taken_and_lengths_in_between_are_interpolated() -> None:
    lengths = PathLengths("a", 5, 4)
    lengths.add([(0, 0.0), (0, 2.0), (4, -400.0)])
    found = lengths.to_dict()
    assert found["lengths"] == [1, 2, 3, 4, 5]
    assert found["log10_norm"][0] == pytest.approx(math.log10(50.5))
    assert found["log10_norm"][2] == pytest.approx((math.log10(50.5) - 400) / 2)


def test_gradients_of_zero_have_no_share() -> None:
    lengths = PathLengths("a", 2, 2)
    lengths.add((count, -math.inf) for count in range(3))
    found = lengths.to_dict()
    assert found["share_of_gradient"] is None
    assert found["log10_norm"] == [None, None, None]
    assert sentence_of(found) == "a: no path has a gradient that is finite and other than zero."


def test_of_very_many_blocks_some_lengths_are_asked_the_ends_among_them() -> None:
    asked = PathLengths("a", 600, 600).asked
    assert len(asked) == 60
    assert (asked[0], asked[-1]) == (0, 600)
    assert PathLengths("a", 20, 20).asked == tuple(range(21))
