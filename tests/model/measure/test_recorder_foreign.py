"""The recorder on networks that are not ours, against plain autograd: in-place operations, a Transformer."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.measure.recorder import Recorder

pytestmark = pytest.mark.usefixtures("engine")


class Block(nn.Module):
    """A block as torchvision writes it: a shared in-place ReLU and an in-place addition; or the same, not in place."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(3)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=inplace)
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(x + F(x))."""
        out = self.conv2(self.relu(self.bn1(self.conv1(x))))
        if self.inplace:
            out += x
        else:
            out = out + x
        return self.relu(out)


def residual(inplace: bool) -> nn.Module:
    """Return two blocks between a convolution and a linear layer, the same weights each time."""
    torch.manual_seed(0)
    blocks = [Block(inplace), Block(inplace)]
    return nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), *blocks, nn.Flatten(), nn.Linear(192, 2))


def encoder() -> nn.Module:
    """Return a Transformer encoder, the same weights each time."""
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


def reference(net: nn.Module, taps: tuple[str, ...], x: Tensor) -> dict[str, list[float]]:
    """Keep every tensor of a network that does nothing in place."""
    kept: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        def hook(module: nn.Module, args: Any, output: Tensor) -> None:
            output.retain_grad()
            kept[name] = output

        return hook

    for name in taps:
        net.get_submodule(name).register_forward_hook(keep(name))
    net(x).square().mean().backward()
    grads = [kept[name].grad for name in taps]
    weights = [parameter.grad for name, parameter in net.named_parameters() if "bias" not in name]
    return {
        "activation_rms": [kept[name].double().square().mean().sqrt().item() for name in taps],
        "gradient_rms": [grad.double().square().mean().sqrt().item() for grad in grads if grad is not None],
        "weight_gradient_norm": [grad.double().norm().item() for grad in weights if grad is not None],
    }


def recorded(net: nn.Module, taps: Any, x: Tensor) -> Any:
    """Record one step."""
    with Recorder(net, taps=taps) as recorder:
        net(x).square().mean().backward()
        record = recorder.read()
    assert record is not None
    return record


def test_foreign_networks_with_in_place_operations_are_measured_as_those_without() -> None:
    x = torch.randn(2, 1, 8, 8)
    # what a block's first convolutions gave is overwritten: it is measured before
    record = recorded(residual(inplace=True), ["?", "*.conv1", "*.bn1"], x)
    assert record.schema.taps == ("0", "1.conv1", "1.bn1", "1", "2.conv1", "2.bn1", "2", "3", "4")
    for measure, expected in reference(residual(inplace=False), record.schema.taps, x).items():
        assert record.columns[measure] == pytest.approx(expected, rel=1e-4), measure


def test_a_transformer_encoder_is_measured() -> None:
    x = torch.randn(2, 5, 8)
    record = recorded(encoder(), ["layers.*.linear?", "layers.?", "layers.*.norm?"], x)
    assert len(record.schema.taps) == 10
    expected = reference(encoder(), record.schema.taps, x)
    assert record.columns["activation_rms"] == pytest.approx(expected["activation_rms"], rel=1e-4)
    assert record.columns["gradient_rms"] == pytest.approx(expected["gradient_rms"], rel=1e-4)
