"""The recorder leaves a network as it was, and never stands in the way of one that trains without it."""

import gc
import io
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from weakref import ref

import pytest
import torch
from torch import Tensor, nn
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.resnet import ResNet

pytestmark = pytest.mark.usefixtures("engine")

TINY = Architecture.model_validate(
    {"stem": "cifar", "stem_width": 4, "depths": (2, 1), "widths": (4, 6), "image_size": 8, "num_classes": 3}
)


def num_hooks(net: nn.Module) -> int:
    """Count the hooks on all modules, on all parameters, and on optimizers."""
    modules = sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in net.modules())
    parameters = sum(len(p._post_accumulate_grad_hooks or {}) + len(p._backward_hooks or {}) for p in net.parameters())
    return modules + parameters + len(_global_optimizer_pre_hooks) + len(_global_optimizer_post_hooks)


def backward(net: nn.Module) -> None:
    nn.functional.cross_entropy(net(torch.randn(4, 3, 8, 8)), torch.randint(3, (4,))).backward()


def saved(net: nn.Module) -> nn.Module:
    file = io.BytesIO()
    torch.save(net, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


def test_a_step_that_is_not_recorded_has_no_hooks() -> None:
    net = ResNet(TINY)
    before = num_hooks(net)
    with Recorder(net, every=3) as recorder:
        for step in range(7):
            assert (num_hooks(net) > before) == (step % 3 == 0)
            backward(net)
            assert (recorder.read() is not None) == (step % 3 == 0)
    assert num_hooks(net) == before


def test_reading_after_the_end_attaches_nothing() -> None:
    net = ResNet(TINY)
    before = num_hooks(net)
    with Recorder(net) as recorder:
        backward(net)
        assert recorder.read() is not None
    assert recorder.read() is None
    assert num_hooks(net) == before
    with recorder:
        backward(net)
        assert recorder.read() is not None
    assert num_hooks(net) == before


@pytest.mark.parametrize("make", [deepcopy, saved], ids=["copied", "saved"])
def test_a_copy_of_a_network_that_is_measured_is_not(make: Callable[[nn.Module], nn.Module]) -> None:
    net = ResNet(TINY)
    with Recorder(net) as recorder:
        twin = make(net)
        backward(twin)
        backward(net)
        once = recorder.read()
        backward(net)
        again = recorder.read()
    assert once is not None and again is not None
    assert once.columns["gradient_rms"] != again.columns["gradient_rms"]
    assert torch.equal(next(twin.parameters()), next(net.parameters()))
    with Recorder(twin) as recorder:
        backward(twin)
        assert recorder.read() is not None


@pytest.mark.parametrize("used", [False, True])
def test_a_network_goes_away_with_its_recorder(used: bool) -> None:
    net = ResNet(TINY)
    gone = [ref(net), ref(next(net.parameters()))]
    with Recorder(net) as recorder:
        if used:
            backward(net)
            recorder.read()
    del net, recorder
    gc.collect()
    assert [one() for one in gone] == [None, None]


class Indexed(nn.Module):
    """Hands on integers, complex numbers and a dictionary, as some networks do."""

    def forward(self, x: Tensor) -> Any:
        return {"index": x.argmax(1)}


class Chosen(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.argmax(-1)


class Spectrum(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.fft.fft(x)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear, self.chosen, self.spectrum, self.indexed = nn.Linear(4, 4), Chosen(), Spectrum(), Indexed()

    def forward(self, x: Tensor) -> Tensor:
        x = self.linear(x)
        return x.sum() + self.spectrum(x).abs().sum() + self.chosen(x).sum() + self.indexed(x)["index"].sum()


def test_outputs_that_are_not_real_numbers_are_passed_by() -> None:
    net = Net()
    with Recorder(net) as recorder:
        net(torch.randn(2, 4)).backward()
        record = recorder.read()
    assert record is not None
    assert [name for name in record.schema.taps if record.of("activation_rms", name) is not None] == ["linear"]
