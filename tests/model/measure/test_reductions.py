"""Reductions against float64, in every memory format and at the ends of float32."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from skipscope.model.measure import reductions

pytestmark = pytest.mark.usefixtures("engine")


def squares(x: Tensor) -> float:
    """Return the sum of a tensor on the CPU, where it is a number at once."""
    found = reductions.sum_of_squares(x)
    assert isinstance(found, float)
    return found


@given(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    power=st.integers(-44, 37),
    channels_last=st.booleans(),
    transposed=st.booleans(),
)
def test_sums_of_squares_equal_float64(shape: list[int], power: int, channels_last: bool, transposed: bool) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 10.0**power
    if channels_last and x.dim() == 4:
        x = x.contiguous(memory_format=torch.channels_last)
    if transposed and x.dim() > 1:
        x = x.transpose(0, -1)
    expected = sum(value**2 for value in x.double().flatten().tolist())
    assert math.isclose(squares(x), expected, rel_tol=1e-5)
    assert reductions.NonzeroCounter()(x) == sum(value != 0 for value in x.flatten().tolist())


@given(power=st.integers(-40, 37), channels_last=st.booleans())
def test_bfloat16_is_summed_as_exactly(power: int, channels_last: bool) -> None:
    x = (torch.randn(3, 5, 4, 4, generator=torch.Generator().manual_seed(1)) * 10.0**power).bfloat16()
    if channels_last:
        x = x.contiguous(memory_format=torch.channels_last)
    expected = sum(value**2 for value in x.double().flatten().tolist())
    assert math.isclose(squares(x), expected, rel_tol=1e-5)
    assert reductions.NonzeroCounter()(x) == sum(value != 0 for value in x.flatten().tolist())


def test_sums_together_are_those_of_each() -> None:
    generator = torch.Generator().manual_seed(1)
    sizes, powers = (1, 7, 2**16, 2**16 + 1, 50_000, 9), (0, -25, 2, 1, 19, 0)
    tensors = [torch.randn(n, generator=generator) * 10.0**power for n, power in zip(sizes, powers, strict=True)]
    tensors += [torch.zeros(4), torch.tensor([1.0, math.inf]), torch.randn(8).bfloat16(), torch.empty(0)]
    tensors.append(torch.randn(8, 4, 3, 3, generator=generator).contiguous(memory_format=torch.channels_last))
    sums = reductions.sums_of_squares(tensors)
    assert sums == pytest.approx([x.double().square().sum().item() for x in tensors], rel=1e-5)
    assert reductions.sums_of_squares([]) == []


LONG = [(2**19, 5e-4), (2**19 + 2**14 - 1, 3e-5), (2**20, 3e-5), (25_000_001, 3e-5)]


@pytest.mark.parametrize("value", [0.1, 0.3, 0.34])
@pytest.mark.parametrize(("size", "exact"), LONG)
def test_long_sums_keep_four_digits(value: float, size: int, exact: float) -> None:
    x = torch.full((size,), value)
    assert math.isclose(squares(x), size * x[0].double().item() ** 2, rel_tol=exact)


@pytest.mark.parametrize("size", [2**19, 2**20 + 5])
def test_long_sums_of_what_differs_keep_six_digits(size: int) -> None:
    x = torch.randn(size, generator=torch.Generator().manual_seed(1)).relu()
    assert math.isclose(squares(x), x.double().square().sum().item(), rel_tol=2e-6)


def test_counts_stay_exact_where_float32_ends() -> None:
    assert reductions.NonzeroCounter()(torch.ones(2**24 + 3)) == 2**24 + 3


def test_a_negative_zero_is_a_zero() -> None:
    count = reductions.NonzeroCounter()
    assert count(torch.relu(torch.tensor([-0.0, 0.0, 2.0, -2.0]))) == 1
    assert count(torch.tensor([-0.0, -1.0])) == 1


@pytest.mark.parametrize(("lost", "count"), [(math.nan, 1), (math.inf, 1), (-math.inf, 1), (1.0, 0)])
def test_what_is_not_finite_is_counted(lost: float, count: int) -> None:
    x = torch.tensor([1.0, lost, 0.0])
    squares = reductions.sum_of_squares(x)
    assert isinstance(squares, float)
    assert math.isfinite(squares) == (count == 0)
    assert reductions.num_nonfinite(x, squares) == count
    assert reductions.NonzeroCounter()(x) == 2


def test_numbers_on_a_device_come_over_together_in_their_places() -> None:
    numbers = [1.5, torch.tensor(2.5, dtype=torch.float64), 3.5, torch.tensor(1e-300, dtype=torch.float64)]
    assert reductions.bring_over(numbers) == [1.5, 2.5, 3.5, 1e-300]
