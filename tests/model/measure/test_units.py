"""Dead units, counted by both engines: against a plain look at every number."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from skipscope.model.measure import native
from skipscope.model.measure.native import Sum
from skipscope.model.measure.reductions import NonzeroCounter
from skipscope.model.measure.sums import TorchSum

Make = Callable[[Tensor], Tensor]
LAYOUTS: dict[str, Make] = {
    "as it is": lambda x: x,
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(2, 3),
    "every other": lambda x: x[:, ::2],
    "expanded": lambda x: x[:1].expand(5, *x.shape[1:]),
    "bfloat16": lambda x: x.bfloat16(),
    "float64": lambda x: x.double(),
    "a row an image": lambda x: x[:, :, 0, 0],
    "rows apart": lambda x: x[:, :, 0, 0].t().contiguous().t(),
    "volumes": lambda x: x.unsqueeze(2),
    "volumes, channels last": lambda x: x.unsqueeze(2).contiguous(memory_format=torch.channels_last_3d),
}


@pytest.fixture(params=["compiled", "torch"])
def total(request: pytest.FixtureRequest) -> Callable[[], Sum]:
    """Give what makes a sum that counts zeros, of either engine."""
    if request.param == "torch":
        return lambda: TorchSum(NonzeroCounter())
    engine = native.load()
    if engine is None:
        pytest.skip("no compiled sums here: `python -m skipscope.model.measure.native.build` says why")
    return lambda: engine.Sum(zeros=True)


def sparse() -> Tensor:
    """Make activations: some channels are zero throughout, one shows in the last image alone, one is -0 and one NaN."""
    x = torch.randn(70, 12, 5, 7, generator=torch.Generator().manual_seed(3)).relu()
    x[:, [1, 4, 7]] = 0
    x[:-1, 2] = 0
    x[-1, 2] = 0
    x[-1, 2, 4, 6] = 3
    x[:, 9] = -0.0
    x[:, 10] = 0
    x[3, 10, 0, 0] = torch.nan
    return x


def dead_in(x: Tensor) -> int:
    """Count by looking at each unit by itself."""
    return sum(not bool((x.select(1, unit) != 0).any()) for unit in range(x.shape[1]))


@pytest.mark.parametrize("make", LAYOUTS.values(), ids=LAYOUTS)
def test_units_that_are_zero_for_every_image_are_counted(total: Callable[[], Sum], make: Make) -> None:
    x = make(sparse())
    found = total()
    found.add(x)
    assert found.dead_units() == dead_in(x)


def test_a_unit_lives_if_any_call_of_the_step_shows_it(total: Callable[[], Sum]) -> None:
    found, x = total(), sparse()
    found.add(x)
    assert found.dead_units() == 4
    other = torch.zeros_like(x[:2])
    other[1, 4, 3, 3] = 1
    found.add(other)
    assert found.dead_units() == 3
    found.reset()
    found.add(torch.zeros_like(x))
    assert found.dead_units() == 12


@pytest.mark.parametrize("shapes", [[(4, 3, 8)], [(6,)], [(2, 5), (2, 6)], [(2, 5), (2, 5, 3)]])
def test_units_that_cannot_be_told_are_none(total: Callable[[], Sum], shapes: list[tuple[int, ...]]) -> None:
    found = total()
    assert found.dead_units() is None
    for shape in shapes:
        found.add(torch.ones(shape))
    assert found.dead_units() is None
    assert found.zero_fraction() == 0


def test_a_sum_that_counts_no_zeros_counts_no_units() -> None:
    found = TorchSum()
    found.add(torch.zeros(2, 3))
    assert found.dead_units() is None
