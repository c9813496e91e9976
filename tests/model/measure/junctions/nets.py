"""Networks of many kinds, and the junctions that each has."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tests.model.measure.junctions.images import ResNet, Unet, convnext, preactivated, scaled
from tests.model.measure.junctions.words import Language, Shared, Vit, parallel

IMAGES = torch.randn(3, 3, 8, 8, generator=torch.Generator().manual_seed(0))
TOKENS = torch.randint(11, (3, 6), generator=torch.Generator().manual_seed(1))
ROWS = torch.randn(5, 6, generator=torch.Generator().manual_seed(2))


class Case(NamedTuple):
    """A network, its batch, and the junctions that it has, in words."""

    make: Callable[[], nn.Module]
    batch: Tensor
    junctions: tuple[str, ...]


def made(case: Case) -> nn.Module:
    """Make a network, the same at each call."""
    torch.manual_seed(0)
    return case.make()


IDENTITY, PROJECTION = "identity shortcut", "projection shortcut"
CASES: dict[str, Case] = {
    "torchvision's ResNet": Case(ResNet, IMAGES, (
        f"layer1.0: {IDENTITY}", f"layer1.1: {IDENTITY}", f"layer2.0: {PROJECTION}", f"layer2.1: {IDENTITY}",
    )),
    "a pre-activation net": Case(preactivated, IMAGES, (
        f"1: {IDENTITY}", f"2: {PROJECTION}", f"3: {PROJECTION}", f"4: {IDENTITY}",
    )),
    "GPT, pre-norm": Case(Language, TOKENS, tuple(f"h.{i}{end}: {IDENTITY}" for i in (0, 1) for end in ("", ".2"))),
    "GPT, post-norm": Case(lambda: Language(post=True), TOKENS, tuple(
        f"h.{i}{end}: {IDENTITY}" for i in (0, 1) for end in ("", ".2")
    )),
    "a ViT": Case(Vit, IMAGES, tuple(f"blocks.{i}{end}: {IDENTITY}" for i in (0, 1) for end in ("", ".2"))),
    "ConvNeXt": Case(convnext, IMAGES, tuple(f"{i}: {IDENTITY}, scaled branch" for i in (1, 2, 3))),
    "scaled branches": Case(scaled, IMAGES, (
        f"1: {IDENTITY}, scaled branch", f"2: {IDENTITY}", f"3: {IDENTITY}, scaled branch",
    )),
    "a U-Net": Case(Unet, IMAGES, (
        f"down1: {PROJECTION}", f"down2: {PROJECTION}", "Unet: long skip", "Unet.2: long skip",
    )),
    "parallel branches": Case(parallel, TOKENS, (f"1: {IDENTITY}", f"2: {IDENTITY}")),
    "a block that runs twice": Case(Shared, ROWS, (
        f"block: {IDENTITY}", f"block:2: {IDENTITY}", f"Shared: {IDENTITY}", f"Shared.2: {IDENTITY}",
    )),
}  # fmt: skip
