"""Probes against numpy's least squares, and what may not change them."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from skipscope.model.experiments.reading.probe import Probe, fit, solve

RIDGE = 0.01


def drawn(count: int = 12, width: int = 4) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    features = (
        torch.randn(count, width, generator=generator, dtype=torch.float64) * torch.tensor([1.0, 9.0, 0.1, 3.0]) + 5
    )
    return features, torch.arange(count) % 3


def fitted(features: Tensor, labels: Tensor, ridge: float = RIDGE) -> Probe:
    probe = fit(features, labels, 3, ridge)
    assert probe is not None
    return probe


@pytest.mark.parametrize("ridge", [1e-6, RIDGE, 10.0])
def test_a_probe_is_the_least_squares_of_numpy_with_the_weights_among_the_rows(ridge: float) -> None:
    features, labels = drawn()
    x, y = features.numpy(), np.eye(3)[labels.numpy()]
    z = (x - x.mean(0)) / x.std(0)
    rows = np.vstack([np.hstack([z, np.ones((12, 1))]), np.sqrt(12 * ridge) * np.eye(4, 5)])
    found = np.linalg.lstsq(rows, np.vstack([y, np.zeros((4, 3))]), rcond=None)[0]
    probe = fitted(features, labels, ridge)
    np.testing.assert_allclose(probe.weights.numpy(), found[:4], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(probe.bias.numpy(), found[4], rtol=1e-9)
    np.testing.assert_allclose(probe.scores(features).numpy(), z @ found[:4] + found[4], rtol=1e-9)


def test_features_that_are_turned_have_the_same_scores() -> None:
    features, labels = drawn()
    z = features - features.mean(0)
    y = torch.nn.functional.one_hot(labels).double()
    turn = torch.linalg.qr(torch.randn(4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64))[0]
    own, turned = z @ solve(z, y, RIDGE), z @ turn @ solve(z @ turn, y, RIDGE)
    torch.testing.assert_close(turned, own, rtol=1e-10, atol=1e-12)


def test_features_in_another_unit_have_the_same_scores() -> None:
    features, labels = drawn()
    other = features * torch.tensor([10.0, 0.1, 3.0, 1e-4]) + torch.tensor([1.0, 2.0, 3.0, 4.0])
    own = fitted(features, labels).scores(features)
    torch.testing.assert_close(fitted(other, labels).scores(other), own, rtol=1e-8, atol=1e-10)


def test_a_feature_that_is_the_same_everywhere_has_no_part() -> None:
    features, labels = drawn()
    more = torch.cat([features, torch.full((12, 1), 7.0)], 1)
    probe = fitted(more, labels)
    assert probe.weights[4].tolist() == [0, 0, 0]
    torch.testing.assert_close(probe.scores(more), fitted(features, labels).scores(features))


def test_scores_of_an_image_add_up_to_one_and_more_ridge_draws_them_together() -> None:
    features, labels = drawn()
    scores = fitted(features, labels).scores(torch.randn(5, 4))
    torch.testing.assert_close(scores.sum(1), torch.ones(5, dtype=torch.float64))
    spreads = [fitted(features, labels, ridge).weights.norm().item() for ridge in (1e-4, 1e-2, 1.0, 100.0)]
    assert all(one > two for one, two in pairwise(spreads))


def test_features_that_are_not_finite_have_no_probe() -> None:
    features, labels = drawn()
    features[3, 2] = torch.inf
    assert fit(features, labels, 3, RIDGE) is None
