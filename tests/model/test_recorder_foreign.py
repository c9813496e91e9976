"""The recorder on networks that are not ours: in-place operations, a Transformer."""

import torch
from torch import Tensor, nn

from model.recorder import Recorder


class InPlaceBlock(nn.Module):
    """A block as torchvision writes it: a shared in-place ReLU and an in-place addition."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(x + F(x)), in place."""
        out = self.conv2(self.relu(self.conv1(x)))
        out += x
        return self.relu(out)


def test_foreign_networks_with_in_place_operations_are_measured() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), InPlaceBlock(), InPlaceBlock(), nn.Flatten(), nn.Linear(192, 2))
    images = torch.randn(2, 1, 8, 8)
    with Recorder(net, taps=["?", "*.conv*"]) as recorder:
        net(images).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert record.schema.taps == ("0", "1", "1.conv1", "1.conv2", "2", "2.conv1", "2.conv2", "3", "4")
    assert all(value is not None and value > 0 for value in record.columns["activation_rms"])
    assert all(value is not None and value > 0 for value in record.columns["gradient_rms"])
    assert all(value is not None and value > 0 for value in record.columns["weight_gradient_norm"])


def test_a_transformer_encoder_is_measured() -> None:
    torch.manual_seed(0)
    net = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2, enable_nested_tensor=False)
    with Recorder(net, taps="layers.*.linear?") as recorder:
        net(torch.randn(2, 5, 8)).square().mean().backward()
        record = recorder.read()
    assert record is not None
    assert len(record.schema.taps) == 4
    assert all(value is not None and value > 0 for value in record.columns["gradient_rms"])
