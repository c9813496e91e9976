"""The RepVGG block, conv3(x) + conv1(x) + x with a batch norm each, and the one convolution that it folds into in
evaluation mode (Ding et al. 2021)."""

import torch
from torch import Tensor, nn


class RepVGG(nn.Module):
    """act(bn3(conv3(x)) + bn1(conv1(x)) + bn0(x)) with the ReLU as act; its own weights and statistics are drawn."""

    def __init__(self, channels: int, generator: torch.Generator) -> None:
        super().__init__()
        self.conv3 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv1 = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn3, self.bn1, self.bn0 = (nn.BatchNorm2d(channels) for _ in range(3))
        self.relu = nn.ReLU()
        with torch.no_grad():
            for conv in (self.conv3, self.conv1):
                conv.weight.normal_(0, (2 / conv.weight[0].numel()) ** 0.5, generator=generator)
            for norm in (self.bn3, self.bn1, self.bn0):
                assert norm.running_mean is not None
                assert norm.running_var is not None
                norm.weight.uniform_(0.5, 1.5, generator=generator)
                norm.bias.normal_(0, 0.5, generator=generator)
                norm.running_mean.normal_(0, 0.5, generator=generator)
                norm.running_var.uniform_(0.5, 1.5, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, [N, C, H, W]."""
        return self.relu(self.bn3(self.conv3(x)) + self.bn1(self.conv1(x)) + self.bn0(x))


@torch.no_grad()
def folded(block: RepVGG, *, with_identity: bool = True) -> nn.Sequential:
    """Return one convolution and the ReLU, equal to the block in evaluation mode; or without its identity path."""
    channels = block.conv3.in_channels
    one = nn.functional.pad(block.conv1.weight, (1, 1, 1, 1))
    identity = torch.zeros_like(block.conv3.weight)
    identity[range(channels), range(channels), 1, 1] = 1
    weight, bias = torch.zeros_like(identity), torch.zeros_like(block.bn3.bias)
    parts = [(block.conv3.weight, block.bn3), (one, block.bn1), (identity, block.bn0)]
    for kernel, norm in parts if with_identity else parts[:2]:
        assert norm.running_mean is not None
        assert norm.running_var is not None
        factor = norm.weight / (norm.running_var + norm.eps).sqrt()
        weight += kernel * factor[:, None, None, None]
        bias += norm.bias - norm.running_mean * factor
    conv = nn.Conv2d(channels, channels, 3, padding=1).to(weight)
    conv.weight.copy_(weight)
    assert conv.bias is not None
    conv.bias.copy_(bias)
    return nn.Sequential(conv, nn.ReLU())
