"""Products of images against float64, however tensors lie in memory."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from skipscope.model.measure.products import dots_of, norms_of

Make = Callable[[Tensor], Tensor]
KINDS: dict[str, Make] = {
    "as it is": lambda x: x,
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "every other": lambda x: x[:, ::2],
    "bfloat16": lambda x: x.bfloat16(),
    "float64": lambda x: x.double(),
    "two dimensions": lambda x: x.flatten(1),
}


def tensors(make: Make, factor: float = 1.0) -> tuple[Tensor, Tensor]:
    """Draw two tensors of five images, of which one is zero in one of them."""
    generator = torch.Generator().manual_seed(1)
    a, b = (torch.randn(5, 6, 45, 49, generator=generator) for _ in range(2))
    a[2] = 0
    return make(a * factor), make(b * factor)


def expected(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Multiply image by image in float64."""
    a, b = a.double(), b.double()
    return (a * b).flatten(1).sum(1), (b * b).flatten(1).sum(1)


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_products_equal_float64(make: Make) -> None:
    a, b = tensors(make)
    assert_equal(a, b)
    norms = norms_of(a)
    assert norms.numbers[2] == 0
    assert not norms.exact


def assert_equal(a: Tensor, b: Tensor, atol: float = 1e-2) -> None:
    """Hold dots and norms against float64."""
    (_, squares), (dots, own) = expected(a, a), expected(a, b)
    one, other = norms_of(a), norms_of(b)
    torch.testing.assert_close(one.numbers.double(), squares.sqrt(), rtol=1e-5, atol=0)
    torch.testing.assert_close(other.numbers.double(), own.sqrt(), rtol=1e-5, atol=0)
    found = dots_of(a, b, exact=one.exact and other.exact)
    torch.testing.assert_close(found.double(), dots, rtol=1e-5, atol=atol)


def test_float32_is_summed_as_it_is_where_it_is_exact_enough() -> None:
    _, b = tensors(KINDS["as it is"])
    assert norms_of(b).exact
    assert dots_of(b, b, exact=True).dtype is torch.float32
    assert_equal(b, b.flip(0))


def test_tensors_may_lie_in_memory_each_in_its_way() -> None:
    a, b = tensors(KINDS["as it is"])
    assert_equal(KINDS["channels last"](a), b)


@pytest.mark.parametrize("factor", [1e-25, 1e25])
def test_numbers_whose_squares_float32_does_not_hold(factor: float) -> None:
    a, b = tensors(KINDS["as it is"], factor)
    assert not norms_of(b).exact
    assert_equal(a, b, atol=0)


def test_autocast_takes_no_digit_off() -> None:
    a, b = tensors(KINDS["as it is"])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert_equal(a, b)
        assert_equal(b, a.flip(0))
