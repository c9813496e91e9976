"""CKA against its laws and against plain formulas on small cases."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from skipscope.model.experiments.similarity.cka import Alignment, gram


def drawn(*shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(*shape, generator=generator) for shape in shapes]


def cka(*features: Tensor, unbiased: bool = False) -> Tensor:
    alignment = Alignment(1)
    alignment.add([gram(one, unbiased=unbiased) for one in features])
    return alignment.cka()


def test_rotated_and_scaled_features_are_the_same() -> None:
    x, square = drawn((20, 6), (6, 6))
    rotation = torch.linalg.qr(square)[0]
    found = cka(x, x @ rotation, 1e-20 * x, x + 7)
    torch.testing.assert_close(found, torch.ones(4, 4, dtype=torch.float64), rtol=0, atol=1e-5)


def test_it_is_kornblith_s_formula() -> None:
    one, two = drawn((9, 5), (9, 2, 2))
    x, y = ((part - part.mean(0)).double().flatten(1).numpy() for part in (one, two))
    wanted = np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))
    assert cka(one, two)[0, 1].item() == pytest.approx(wanted, rel=1e-6)
    assert 0.01 < wanted < 0.9


def unbiased_hsic(k: Tensor, m: Tensor) -> float:
    """Return the estimate of Song et al. 2012, equation 5, term by term."""
    n = len(k)
    k, m = k - k.diag().diag(), m - m.diag().diag()
    ones = k.new_ones(n)
    second = (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
    return (((k @ m).trace() + second - 2 / (n - 2) * (ones @ k @ m @ ones)) / (n * (n - 3))).item()


def test_without_bias_it_is_song_s_estimate_over_all_minibatches() -> None:
    rounds = [drawn((8, 5), (8, 3)), [part[8:] for part in drawn((16, 5), (16, 3))]]
    alignment, sums = Alignment(1), [[0.0, 0.0], [0.0, 0.0]]
    for features in rounds:
        alignment.add([gram(one, unbiased=True) for one in features])
        plain = [one.double() @ one.double().T for one in features]
        for i in range(2):
            for j in range(2):
                sums[i][j] += unbiased_hsic(plain[i], plain[j])
    wanted = sums[0][1] / math.sqrt(sums[0][0] * sums[1][1])
    assert alignment.cka()[0, 1].item() == pytest.approx(wanted, rel=1e-9)


def test_features_that_have_nothing_in_common_are_alike_by_bias_alone() -> None:
    one, two = drawn((32, 400), (32, 400))
    assert cka(one, two)[0, 1] > 0.8
    assert abs(cka(one, two, unbiased=True)[0, 1]) < 0.1


def test_features_that_are_the_same_for_all_images_have_none() -> None:
    x, noise = drawn((10, 4), (10, 4))
    found = cka(x, 0.1 * (1 + 1e-7 * noise))
    assert found[0, 0].item() == pytest.approx(1)
    assert found[1].isnan().all()


def test_networks_join_in_turn_and_rounds_count_when_they_are_whole() -> None:
    one, two, again, other = drawn((10, 4), (10, 4), (10, 4), (10, 4))
    alignment = Alignment(2)
    alignment.add([gram(one)])
    assert alignment.cka().shape == (1, 1)
    alignment.add([gram(two)])
    first = alignment.cka()
    torch.testing.assert_close(first, cka(one, two))
    alignment.add([gram(again)])
    assert torch.equal(alignment.cka(), first)
    alignment.add([gram(other)])
    assert alignment.cka()[0, 1] != first[0, 1]
