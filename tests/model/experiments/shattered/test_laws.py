"""The laws against numbers that are known, and against each other."""

from math import pi, sqrt

import pytest

from skipscope.model.experiments.shattered.laws import correlations, kappa_0, kappa_1, papers_law


def test_kernels_of_the_relu() -> None:
    # Cho & Saul 2009
    assert (kappa_0(-1), kappa_0(0), kappa_0(1)) == (0, 0.5, 1)
    assert kappa_1(0) == pytest.approx(1 / pi)
    assert (kappa_1(-1), kappa_1(1)) == (pytest.approx(0), pytest.approx(1))
    assert kappa_1(1 + 1e-12) == 1, "rounding leads out of the range"


def test_plain_with_batch_norm_halves_at_each_layer() -> None:
    assert correlations((1, 2, 5), residual=False, normed=True) == [0.5, 0.25, 1 / 32]


def test_the_first_layers_are_the_paper_s() -> None:
    for residual in (False, True):
        for normed in (False, True):
            how = {"residual": residual, "normed": normed}
            expected = 0.75 if residual else 0.5
            assert correlations((1,), **how) == [expected]
    assert papers_law(4, residual=False, normed=False) == papers_law(4, residual=False, normed=True) == 1 / 16
    assert papers_law(2, residual=True, normed=False) == 0.75**2
    assert papers_law(9, residual=True, normed=True) == pytest.approx(1 / 3)


def test_a_residual_network_with_batch_norm_falls_as_a_power_of_the_depth() -> None:
    one, two = correlations((400, 1600), residual=True, normed=True)
    # the branch's part at layer l is 1 / (1 + (1 - 1/pi) l), half of which is lost: L^(-1 / (2 - 2/pi))
    assert one / two == pytest.approx(4 ** (1 / (2 - 2 / pi)), rel=0.01)
    assert sqrt(4) < one / two < 4
