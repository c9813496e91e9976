"""The compiled sums of two tensors and of what is made of both, against float64, and what is left to torch."""

import pytest
import torch
from torch import Tensor

from skipscope.model.measure.native import Engine


def drawn(*shape: int, seed: int = 1) -> Tensor:
    """Draw a tensor."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def added(compiled: Engine, first: Tensor, second: Tensor, *, subtracts: bool) -> list[float | None] | None:
    """Return the norms of two tensors and of what is made of them; None where that is left to torch."""
    sums = [compiled.Sum() for _ in range(3)]
    if not compiled.add_pair(first, second, subtracts, *sums):
        assert all(own.calls == 0 for own in sums)
        return None
    assert all(own.elements == first.numel() and own.nonfinite == 0 for own in sums)
    return [own.norm() for own in sums]


@pytest.mark.parametrize("subtracts", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e18])
@pytest.mark.parametrize("shape", [(1,), (63,), (3, 5, 45, 49), (8, 16, 64, 64)])
def test_a_pair_has_the_sums_of_each_and_of_both(
    compiled: Engine, shape: tuple[int, ...], scale: float, subtracts: bool
) -> None:
    first, second = drawn(*shape) * scale, drawn(*shape, seed=2) * scale
    if len(shape) == 4:
        first, second = (x.contiguous(memory_format=torch.channels_last) for x in (first, second))
    both = first - second if subtracts else first + second
    expected = [x.double().norm().item() for x in (first, second, both)]
    assert added(compiled, first, second, subtracts=subtracts) == pytest.approx(expected, rel=1e-6)


def test_a_difference_of_nothing_is_exactly_zero(compiled: Engine) -> None:
    x = drawn(20_000)
    found = added(compiled, x, x.clone(), subtracts=True)
    assert found is not None
    assert found[2] == 0


def test_what_lies_otherwise_is_left_to_torch(compiled: Engine) -> None:
    x = drawn(4, 6, 8, 8)
    inf = x.clone()
    inf[0, 0, 0, 0] = torch.inf
    for other in (x.double(), x.bfloat16(), x[:2], x.contiguous(memory_format=torch.channels_last), inf, x.to("meta")):
        assert added(compiled, x, other, subtracts=False) is None
    assert added(compiled, x[:, ::2], x[:, 1::2], subtracts=False) is None


def test_updates_are_measured_against_copies_which_are_brought_up_to_date(compiled: Engine) -> None:
    copies = [drawn(16, 3, 3, 3), drawn(10), drawn(300_000), drawn(5).double()]
    weights = [copy + 0.01 * drawn(*copy.shape, seed=3) for copy in copies]
    weights[1] = copies[1].clone()
    expected = [
        (c.double().square().sum().item(), (w - c).double().square().sum().item())
        for w, c in zip(weights, copies, strict=True)
    ]
    found = compiled.updates_of(weights, copies)
    assert found[3] is None
    assert not torch.equal(weights[3], copies[3])
    for own, other, weight, copy in zip(found[:3], expected, weights, copies, strict=False):
        assert own == pytest.approx(other, rel=1e-6)
        assert torch.equal(weight, copy)
