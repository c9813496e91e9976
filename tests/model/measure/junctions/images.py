"""Convolutional networks as others write them; each tells what it adds."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.model.measure.junctions.telling import LISTENING, tell


class Basic(nn.Module):
    """A block as torchvision writes it: one ReLU used twice, in place, and `out += identity`."""

    def __init__(self, inside: int, width: int, stride: int = 1, *, inplace: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=inplace)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride > 1 or inside != width:
            self.downsample = nn.Sequential(nn.Conv2d(inside, width, 1, stride, bias=False), nn.BatchNorm2d(width))
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            identity = self.downsample(x)
        if self.inplace and not LISTENING:
            out += identity
        else:
            out = tell(x, identity, out, out + identity)
        return self.relu(out)


class ResNet(nn.Module):
    """Three stages of two blocks."""

    def __init__(self, *, inplace: bool = True) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=inplace)
        self.layer1 = nn.Sequential(Basic(4, 4, inplace=inplace), Basic(4, 4, inplace=inplace))
        self.layer2 = nn.Sequential(Basic(4, 8, 2, inplace=inplace), Basic(8, 8, inplace=inplace))
        self.fc = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean((2, 3)))


class Preactivated(nn.Module):
    """BN and ReLU first; the shortcut of a block that changes shape starts behind them, and is option A or a 1x1."""

    def __init__(self, inside: int, width: int, stride: int, *, pads: bool) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(inside), nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(inside, width, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.shortcut = nn.Conv2d(inside, width, 1, stride) if stride > 1 and not pads else None
        self.stride, self.more = stride, width - inside

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(x))
        start, shortcut = x, x
        if self.shortcut is not None:
            start, shortcut = out, self.shortcut(out)
        elif self.stride > 1:
            start, shortcut = out, functional.pad(out[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.more))
        branch = self.conv2(functional.relu(self.bn2(self.conv1(out))))
        return tell(start, shortcut, branch, torch.add(branch, shortcut))


def preactivated() -> nn.Module:
    """Return a network of four such blocks."""
    blocks = [Preactivated(4, 4, 1, pads=True), Preactivated(4, 6, 2, pads=True), Preactivated(6, 8, 2, pads=False)]
    blocks.append(Preactivated(8, 8, 1, pads=False))
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))


class DropPath(nn.Module):
    """Leave a branch out of a sample with some probability."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.ones(len(x), *[1] * (x.dim() - 1)).bernoulli_(0.5)
        return x * keep.div_(0.5)


class ConvNext(nn.Module):
    """A block of ConvNeXt: a depthwise convolution, channels last within, a learned scale, a path that is dropped."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.dwconv, self.norm = nn.Conv2d(width, width, 3, 1, 1, groups=width), nn.LayerNorm(width)
        self.up, self.act, self.down = nn.Linear(width, 8), nn.GELU(), nn.Linear(8, width)
        self.gamma, self.drop_path = nn.Parameter(torch.full((width,), 0.5)), DropPath()

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        out = (self.gamma * self.down(self.act(self.up(out)))).permute(0, 3, 1, 2)
        branch = self.drop_path(out)
        return tell(x, x, branch, x + branch)


def convnext() -> nn.Module:
    """Return three blocks between a stem and a head."""
    blocks = [ConvNext() for _ in range(3)]
    return nn.Sequential(nn.Conv2d(3, 4, 2, 2), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


class Scaled(nn.Module):
    """Convolutions whose result is multiplied by a number, in one of three ways."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(4, 4, 3, 1, 1), nn.ReLU(), nn.Conv2d(4, 4, 3, 1, 1))
        self.way = way

    def forward(self, x: Tensor) -> Tensor:
        branch = self.body(x)
        if self.way == "alpha":
            return tell(x, x, 0.1 * branch if LISTENING else branch, torch.add(x, branch, alpha=0.1))
        if self.way == "minus":
            return tell(x, x, -branch if LISTENING else branch, x - branch)
        branch = 0.1 * branch
        return tell(x, x, branch, x + branch)


def scaled() -> nn.Module:
    """Return a block of each way."""
    blocks = [Scaled(way) for way in ("alpha", "minus", "product")]
    return nn.Sequential(nn.Conv2d(3, 4, 3, 1, 1), *blocks, nn.Flatten(), nn.Linear(4 * 8 * 8, 3))


class Unet(nn.Module):
    """Down and up again; what was on the way down is added on the way up, and each step is a residual block."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, 1, 1)
        self.down1, self.down2 = Basic(4, 8, 2), Basic(8, 8, 2)
        self.up1, self.up2 = nn.ConvTranspose2d(8, 8, 2, 2), nn.Upsample(scale_factor=2)
        self.conv = nn.Conv2d(8, 4, 3, 1, 1)
        self.head = nn.Conv2d(4, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = functional.silu(self.stem(x))
        second = self.down1(first)
        up = self.up1(self.down2(second))
        x = tell(second, second, up, up + second)
        up = self.conv(self.up2(x))
        x = tell(first, first, up, first + up)
        return self.head(x).mean((2, 3))
