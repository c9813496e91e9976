"""A network of RepVGG blocks against the same in plain torch: outputs, gradients, and what is measured of each path."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.resnet import ResNet

FIELDS: dict[str, Any] = {
    "block": "repvgg", "stem": "cifar", "stem_width": 4, "depths": (2, 2), "widths": (4, 6), "image_size": 8,
    "num_classes": 3,
}  # fmt: skip


class Plain(nn.Module):
    """The block as its paper writes it: y = ReLU(BN(W3 x) + BN(W1 x) + BN(x)), the last where shapes agree."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.rbr_dense = nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out))
        self.rbr_1x1 = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.rbr_identity = nn.BatchNorm2d(out) if into == out and stride == 1 else None
        self.dense, self.skip = torch.zeros(0), torch.zeros(0)
        self.into: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        for_dense, for_skip = x.clone(), x.clone()
        self.into = [for_dense, for_skip]
        for one in self.into:
            one.retain_grad()
        self.dense, self.skip = self.rbr_dense(for_dense), self.rbr_1x1(for_skip)
        if self.rbr_identity is not None:
            self.skip = self.skip + self.rbr_identity(for_skip)
        return torch.relu(self.dense + self.skip)


NAMES = {"conv1": "rbr_dense.0", "bn1": "rbr_dense.1", "downsample": "rbr_1x1", "identity": "rbr_identity"}


def plain_like(net: ResNet) -> nn.Sequential:
    """Make the network of plain torch with the same weights."""
    blocks = [Plain(4, 4, 1), Plain(4, 4, 1), Plain(4, 6, 2), Plain(6, 6, 1)]
    stem = nn.Sequential(nn.Conv2d(3, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4))
    twin = nn.Sequential(stem, nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3))
    own = net.state_dict()
    for (name, _), block in zip(net.blocks.items(), blocks, strict=True):
        parts = {key.removeprefix(f"{name}."): value for key, value in own.items() if key.startswith(f"{name}.")}
        renamed = {NAMES[key.split(".")[0]] + "." + key.partition(".")[2]: value for key, value in parts.items()}
        block.load_state_dict(renamed)
    stem[0].load_state_dict({"weight": own["conv1.weight"]})
    stem[1].load_state_dict({key[4:]: value for key, value in own.items() if key.startswith("bn1.")})
    twin[-1].load_state_dict({"weight": own["fc.weight"], "bias": own["fc.bias"]})
    return twin


def test_outputs_gradients_and_measures_are_those_of_plain_torch() -> None:
    net = ResNet(Architecture.model_validate(FIELDS), seed=1)
    twin = plain_like(net)
    generator = torch.Generator().manual_seed(2)
    images, labels = torch.randn(5, 3, 8, 8, generator=generator), torch.randint(3, (5,), generator=generator)
    with Recorder(net) as recorder:
        logits = net(images)
        nn.functional.cross_entropy(logits, labels).backward()
        record = recorder.read()
    assert record is not None
    expected = twin(images)
    nn.functional.cross_entropy(expected, labels).backward()
    torch.testing.assert_close(logits, expected)

    for (name, own), block in zip(net.blocks.items(), list(twin)[2:6], strict=True):
        assert isinstance(block, Plain)
        for key, renamed in (("conv1", "rbr_dense.0"), ("downsample.0", "rbr_1x1.0"), ("bn1", "rbr_dense.1")):
            one, other = own.get_parameter(f"{key}.weight"), block.get_parameter(f"{renamed}.weight")
            torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-6)
        measured = {
            "residual_rms": block.dense.square().mean().sqrt(), "identity_rms": block.skip.square().mean().sqrt(),
            "residual_gradient_norm": gradient_of(block.into[0]), "identity_gradient_norm": gradient_of(block.into[1]),
        }  # fmt: skip
        for measure, value in measured.items():
            found = record.of(measure, name)
            assert found is not None
            assert math.isclose(found, value.item(), rel_tol=1e-4), (measure, name)


def gradient_of(x: Tensor) -> Tensor:
    """Return the norm of a gradient."""
    assert x.grad is not None
    return x.grad.norm()


def test_a_skip_that_was_never_built_is_built_when_it_is_needed() -> None:
    net = ResNet(Architecture.model_validate({**FIELDS, "skips": False}), seed=1)
    assert "layer1.1.identity.weight" not in net.state_dict()
    made = net.set_skip("layer1.1", on=True)
    assert len(made) == 5  # of a convolution and of two norms
    assert net(torch.zeros(2, 3, 8, 8)).shape == (2, 3)
    net.set_skip("layer1.1", on=False)
    assert net.architecture.skips is False


@pytest.mark.parametrize(
    ("field", "value"),
    [("norm", "none"), ("order", "pre_activation"), ("shortcut", "decayed"), ("projection", "A"),
     ("squeeze_excitation", True), ("groups", 2), ("downsample", "avg_pool")],
)  # fmt: skip
def test_a_repvgg_block_leaves_no_choice_of_its_branches(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        Architecture.model_validate({**FIELDS, field: value})
