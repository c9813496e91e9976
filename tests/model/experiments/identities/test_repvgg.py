"""RepVGG blocks and the convolutions that they fold into."""

import pytest
import torch
from torch import nn

from skipscope.model.experiments.identities.repvgg import RepVGG, folded


@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 1e-6), (torch.float64, 1e-14)])
@pytest.mark.parametrize("channels", [1, 16, 64])
def test_a_block_folds_into_one_convolution(channels: int, dtype: torch.dtype, limit: float) -> None:
    generator = torch.Generator().manual_seed(0)
    block = RepVGG(channels, generator).eval().to(dtype)
    x = torch.randn(4, channels, 8, 8, generator=generator).to(dtype)
    one = folded(block)
    assert [type(module) for module in one] == [nn.Conv2d, nn.ReLU]
    wanted = block(x)
    assert (one(x) - wanted).abs().max() <= limit * wanted.abs().max()
    without = folded(block, with_identity=False)
    assert (without(x) - wanted).abs().max() > 0.01 * wanted.abs().max()


def test_in_training_the_statistics_are_the_batch_s_and_nothing_folds() -> None:
    generator = torch.Generator().manual_seed(0)
    block = RepVGG(4, generator)
    x = torch.randn(4, 4, 8, 8, generator=generator)
    one = folded(block)
    assert (one(x) - block.train()(x)).abs().max() > 0.01
