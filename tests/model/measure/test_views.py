"""Views that are changed in place after they were measured have the gradients of the network that changes nothing."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from tests.model.measure.autograd import record_of

pytestmark = pytest.mark.usefixtures("engine")


class Call(nn.Module):
    """Calls a function."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


class Slices(nn.Module):
    """Changes a part of a view."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        if self.inplace:
            x[:, :20].mul_(3)
            return x
        return torch.cat([x[:, :20] * 3, x[:, 20:]], 1)


class Before(nn.Module):
    """Uses a view both before and after it is changed."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.inplace, self.conv, self.flat, self.head = inplace, nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.flat(self.conv(x))
        before = x * 2
        return self.head(nn.functional.relu(x, inplace=self.inplace) + before)


def after(*modules: nn.Module) -> nn.Module:
    """Put modules between a convolution and a linear layer."""
    return nn.Sequential(nn.Conv2d(1, 2, 3), *modules, nn.Flatten(), nn.Linear(72, 2))


NETS: dict[str, Callable[[bool], nn.Module]] = {
    "flattened": lambda i: after(nn.Flatten(), nn.ReLU(inplace=i)),
    "twice in place": lambda i: after(nn.Flatten(), nn.Hardtanh(inplace=i), nn.LeakyReLU(inplace=i)),
    "a view of a view": lambda i: after(nn.Flatten(), nn.Unflatten(1, (2, 36)), nn.ReLU(inplace=i)),
    "transposed": lambda i: after(Call(lambda x: x.transpose(1, 2)), nn.ELU(inplace=i)),
    "a part": lambda i: nn.Sequential(
        nn.Conv2d(1, 2, 3), Call(lambda x: x[:, :1]), nn.ReLU(inplace=i), nn.Flatten(), nn.Linear(36, 2)
    ),
    "a part of it": lambda i: after(nn.Flatten(), Slices(i)),
    "by a function": lambda i: after(nn.Flatten(), Call(lambda x: nn.functional.relu(x, inplace=i))),
    "by an operator": lambda i: after(nn.Flatten(), Call(lambda x: x.mul_(2) if i else x * 2)),
    "at the end": lambda i: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.ReLU(inplace=i)),
    "by a function at the end": lambda i: nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.Flatten(), Call(lambda x: nn.functional.relu(x, inplace=i) * 2)
    ),
    "used before": Before,
    "no view": lambda i: after(nn.ReLU(inplace=i), nn.Identity(), nn.Dropout(0.0, inplace=i)),
}


@pytest.mark.parametrize("make", NETS.values(), ids=NETS)
def test_gradients_are_those_of_the_network_that_changes_nothing(make: Callable[[bool], nn.Module]) -> None:
    x = torch.randn(3, 1, 8, 8)
    records = []
    for inplace in (False, True):
        torch.manual_seed(0)
        net = make(inplace)
        records.append(record_of(net, lambda net=net: net(x).square().mean().backward()))
    assert None not in records[0].columns["gradient_rms"]
    assert records[1].columns["gradient_rms"] == pytest.approx(records[0].columns["gradient_rms"], rel=1e-5)
    assert records[1].notes == ()
