"""Activation functions that are called without a module, against plain autograd."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from skipscope import Recorder
from tests.model.measure.autograd import rms

pytestmark = pytest.mark.usefixtures("engine")


class Called(nn.Module):
    """Calls functions in many ways, and modules that call them."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.third = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.act, self.inner = nn.Tanh(), nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace=True))
        self.kept: list[Tensor] = []

    def keep(self, x: Tensor) -> Tensor:
        """Keep a tensor with its gradient."""
        if x.requires_grad:
            x.retain_grad()
        self.kept.append(x)
        return x

    def forward(self, x: Tensor) -> Tensor:
        x = self.keep(functional.relu(self.first(x)))
        x = self.keep(torch.sigmoid(self.inner(self.act(x))))
        for layer in (self.second, self.third):
            x = self.keep(functional.gelu(layer(x)))
        return x


def test_functions_are_measured_as_modules_are() -> None:
    net, x = Called(), torch.randn(3, 4)
    with Recorder(net) as recorder:
        net(x).square().mean().backward()
        record = recorder.read()
    assert record is not None
    calls = ("Called.relu()", "Called.sigmoid()", "Called.gelu()", "Called.gelu().2")
    names = ["first", calls[0], "act", "inner.0", "inner.1", calls[1], "second", calls[2], "third", calls[3]]
    assert list(record.schema.taps) == names
    for name, kept in zip(calls, net.kept, strict=True):
        assert kept.grad is not None
        assert record.of("activation_rms", name) == pytest.approx(rms(kept), rel=1e-5)
        assert record.of("gradient_rms", name) == pytest.approx(rms(kept.grad), rel=1e-5)
    zeros = (net.kept[0] == 0).double().mean().item()
    assert record.of("zero_fraction", "Called.relu()") == pytest.approx(zeros)
    dead = int((net.kept[0] == 0).all(0).sum())
    assert record.of("dead_units", "Called.relu()") == dead


class InPlace(nn.Module):
    """A function that changes its input, twice on one line of a module that runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu_(self.layer(functional.relu(self.layer(x), inplace=True)))


def test_a_module_that_runs_twice_has_its_functions_twice() -> None:
    part = InPlace()
    net = nn.Sequential(part, nn.Linear(4, 4), part)
    with Recorder(net) as recorder:
        for _ in range(2):
            net(torch.randn(3, 4)).square().mean().backward()
            record = recorder.read()
            assert record is not None
            assert [name for name in record.schema.taps if name.endswith("()") or "()" in name] == [
                "0.relu()", "0.relu().2", "0.relu():2", "0.relu().2:2",
            ]  # fmt: skip
            assert all(value is not None for value in record.columns["gradient_rms"])
