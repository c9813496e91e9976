"""Networks of RepVGG blocks whose blocks are folded, weakened skips and strides included."""

from typing import Any

import pytest
import torch

from skipscope.model.describe.architecture import Architecture
from skipscope.model.experiments.identities.netfold import branches_of, fold_blocks
from skipscope.model.network.resnet import ResNet

FIELDS: dict[str, Any] = {
    "block": "repvgg", "stem": "cifar", "stem_width": 4, "depths": (2, 2), "widths": (4, 6), "image_size": 8,
    "num_classes": 3,
}  # fmt: skip


def trained(**fields: Any) -> ResNet:
    """Make a network whose norms have statistics and weights of their own."""
    net = ResNet(Architecture.model_validate({**FIELDS, **fields}), seed=1)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5, generator=generator)
                module.bias.normal_(0, 0.5, generator=generator)
        for _ in range(3):
            net(torch.randn(8, 3, 8, 8, generator=generator))
    return net


@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 1e-6), (torch.float64, 1e-14)])
def test_each_block_folds_into_one_convolution(dtype: torch.dtype, limit: float) -> None:
    net = trained(skips=(True, True, True, False))
    net.set_strength("layer1.1", 0.25)
    found = fold_blocks(net, torch.randn(3, 3, 8, 8), dtype)
    assert found is not None
    assert found.blocks == 4
    assert found.difference < limit
    assert found.control is not None
    assert found.control > 0.01
    assert net.training, "a copy is folded"


def test_branches_are_those_of_the_block() -> None:
    net = trained(skips=(True, True, True, False))
    assert [len(branches_of(block)) for block in net.blocks.values()] == [3, 3, 2, 1]
    assert fold_blocks(trained(block="basic"), torch.randn(1, 3, 8, 8), torch.float32) is None
