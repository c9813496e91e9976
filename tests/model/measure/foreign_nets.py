"""Networks of twelve kinds as others write them, each with the batch that it takes; small, and alike at each call."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

Made = tuple[nn.Module, Callable[[nn.Module], Tensor]]
"""A network, and what gives its loss on one batch."""
CLASSES = 4
IMAGES = torch.randn(16, 3, 16, 16, generator=torch.Generator().manual_seed(0))
ROWS = torch.randn(16, 32, generator=torch.Generator().manual_seed(1))
WORDS = torch.randn(16, 12, 32, generator=torch.Generator().manual_seed(2))
LABELS = torch.arange(16) % CLASSES


def classify(x: Tensor) -> Callable[[nn.Module], Tensor]:
    """Return the loss of a classifier on a batch; of an answer of several parts that of "logits"."""

    def loss(net: nn.Module) -> Tensor:
        answer = net(x)
        logits = answer["logits"] if isinstance(answer, dict) else answer
        return nn.functional.cross_entropy(logits, LABELS)

    return loss


def conv(inside: int, outside: int, stride: int = 1, groups: int = 1, kernel: int = 3) -> nn.Sequential:
    """Make a convolution with BatchNorm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(),
    )


def small_cnn() -> Made:
    """Two convolutions with BatchNorm, global pooling, a linear layer."""
    net = nn.Sequential(conv(3, 16), conv(16, 32, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, CLASSES))
    return net, classify(IMAGES)


def recurrent() -> Made:
    """A sequence of one RNN, whose answer is a pair: its last state classifies."""
    net = nn.Sequential(nn.RNN(32, CLASSES, batch_first=True))

    def loss(net: nn.Module) -> Tensor:
        return nn.functional.cross_entropy(net(WORDS)[0][:, -1], LABELS)

    return net, loss


def frozen() -> Made:
    """A backbone that is frozen, and a head that learns."""
    net, loss = small_cnn()
    assert isinstance(net, nn.Sequential)
    for parameter in net[:2].parameters():
        parameter.requires_grad_(False)
    return net, loss


class Encoder(nn.Module):
    """Three layers of a transformer over words, the mean of which is classified."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False)
        self.head = nn.Linear(32, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layers(x).mean(1))


class Ladder(nn.Module):
    """Down, and up again beside what was on the way: a U-Net's shape, with a label an image from the finest map."""

    def __init__(self) -> None:
        super().__init__()
        self.top, self.down, self.deep = conv(3, 8), conv(8, 16, 2), conv(16, 32, 2)
        self.up1, self.join1 = nn.ConvTranspose2d(32, 16, 2, 2), conv(32, 16)
        self.up2, self.join2 = nn.ConvTranspose2d(16, 8, 2, 2), conv(16, 8)
        self.head = nn.Conv2d(8, CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = self.top(x)
        second = self.down(first)
        x = self.join1(torch.cat([self.up1(self.deep(second)), second], 1))
        x = self.join2(torch.cat([self.up2(x), first], 1))
        return self.head(x).mean((2, 3))


def depthwise() -> Made:
    """Six pairs of a convolution a channel and one of 1x1, as in MobileNet."""
    pairs = [nn.Sequential(conv(16, 16, groups=16), conv(16, 16, kernel=1)) for _ in range(6)]
    net = nn.Sequential(conv(3, 16, 2), *pairs, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, CLASSES))
    return net, classify(IMAGES)


class StemLast(nn.Module):
    """Sigmoid layers without norm, the first of which is registered last."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(*[nn.Sequential(nn.Linear(32, 32), nn.Sigmoid()) for _ in range(8)])
        self.head = nn.Linear(32, CLASSES)
        self.stem = nn.Linear(32, 32)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(self.stem(x)))


class Answers(nn.Module):
    """A small network that answers a dictionary, features first."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(conv(3, 16), conv(16, 16, 2), conv(16, 32, 2))
        self.head = nn.Linear(32, CLASSES)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        features = self.features(x)
        return {"features": features, "logits": self.head(features.mean((2, 3)))}


def layer_norm_mlp() -> Made:
    """Eight linear layers with LayerNorm and GELU."""
    layers = [nn.Sequential(nn.Linear(32, 32), nn.LayerNorm(32), nn.GELU()) for _ in range(8)]
    return nn.Sequential(*layers, nn.Linear(32, CLASSES)), classify(ROWS)


class Dense(nn.Module):
    """Each convolution reads all maps before it, as in DenseNet."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layers = nn.ModuleList([nn.Sequential(conv(8 + 8 * i, 8)) for i in range(6)])
        self.head = nn.Linear(56, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return self.head(x.mean((2, 3)))


def siamese() -> Made:
    """One network that sees two batches, and a margin between its answers to both."""
    net = nn.Sequential(
        conv(3, 16), conv(16, 32, 2), conv(32, 32, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 8)
    )

    def loss(net: nn.Module) -> Tensor:
        apart = (net(IMAGES[:8]) - net(IMAGES[8:])).square().sum(1)
        return nn.functional.softplus(apart * torch.where(LABELS[:8] == LABELS[8:], 1.0, -1.0)).mean()

    return net, loss


def deep_sigmoid() -> Made:
    """Twenty sigmoid layers without norm: a discriminator of the nineties, whose gradient does vanish."""
    layers = [nn.Sequential(nn.Linear(32, 32), nn.Sigmoid()) for _ in range(20)]
    return nn.Sequential(*layers, nn.Linear(32, CLASSES)), classify(ROWS)


def of(make: Callable[[], nn.Module], batch: Tensor) -> Callable[[], Made]:
    """Return what makes a classifier of a class of networks."""
    return lambda: (make(), classify(batch))


FOREIGN: Mapping[str, Callable[[], Any]] = MappingProxyType({
    "a small CNN": small_cnn,
    "a sequence of an RNN": recurrent,
    "a frozen backbone": frozen,
    "a transformer": of(Encoder, WORDS),
    "a U-Net": of(Ladder, IMAGES),
    "a depthwise network": depthwise,
    "a stem registered last": of(StemLast, ROWS),
    "a dictionary of answers": of(Answers, IMAGES),
    "an MLP with LayerNorm": layer_norm_mlp,
    "a dense network": of(Dense, IMAGES),
    "a siamese network": siamese,
    "a deep sigmoid network": deep_sigmoid,
})  # fmt: skip


def made(name: str) -> Made:
    """Make a network from one seed."""
    torch.manual_seed(0)
    return FOREIGN[name]()
