"""Networks of timm itself, where it is installed: their junctions by name, and each identity's parts by autograd."""

import math
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from skipscope import Record, Recorder
from tests.model.measure.junctions.without_torchvision import importable

with importable():
    timm: Any = pytest.importorskip("timm")
pytestmark = pytest.mark.filterwarnings("ignore")
IDENTITY = "identity shortcut"


class Case(NamedTuple):
    """A network of timm: how many junctions it has, the first of them, and how many of them have an identity."""

    name: str
    size: int
    junctions: int
    first: str
    identities: int
    more: dict[str, Any]


CASES = (
    Case("resnet18", 64, 8, "layer1.0", 5, {}),
    Case("resnet26d", 64, 8, "layer1.0", 4, {}),
    Case("resnetv2_50", 64, 16, "stages.0.blocks.0", 12, {}),
    Case("vit_tiny_patch16_224", 64, 24, "blocks.0", 24, {"img_size": 64}),
    Case("swin_tiny_patch4_window7_224", 224, 24, "layers.0.blocks.0", 24, {}),
    Case("mixer_s32_224", 224, 16, "blocks.0", 16, {}),
    Case("convnext_atto", 64, 12, "stages.0.blocks.0", 12, {}),
    Case("efficientnet_b0", 64, 9, "blocks.1.1", 9, {}),
    Case("regnety_002", 64, 13, "s1.b1", 9, {}),
    Case("densenet121", 64, 0, "", 0, {}),
)


class Sums(TorchFunctionMode):
    """Keeps all additions of two tensors of one shape; those in place are done apart."""

    ADDS = (Tensor.add, Tensor.__add__, Tensor.__iadd__, Tensor.add_, Tensor.__radd__, torch.add)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[Tensor, Tensor, Tensor]] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        tensors = [value for value in args if isinstance(value, Tensor)]
        if func not in self.ADDS or kwargs or len(tensors) < 2 or tensors[0].shape != tensors[1].shape:
            return func(*args, **(kwargs or {}))
        one, two = tensors
        y = torch.add(one, two)
        if y.requires_grad:
            y.retain_grad()
        self.found.append((one, two, y))
        return y


def made(case: Case) -> nn.Module:
    """Return the network, the same each time; what is done in place is not."""
    torch.manual_seed(0)
    net: nn.Module = timm.create_model(case.name, num_classes=4, **case.more)
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.__dict__["inplace"] = False
    return net


def batch(case: Case) -> Tensor:
    """Return two images."""
    return torch.randn(2, 3, case.size, case.size, generator=torch.Generator().manual_seed(1))


def norm(x: Tensor) -> float:
    """Return the L2 norm in float64."""
    return math.sqrt(x.detach().double().square().sum().item())


@contextmanager
def summed(net: nn.Module, x: Tensor) -> Generator[list[tuple[Tensor, Tensor, Tensor]]]:
    """Make one step and keep its additions."""
    with Sums() as sums:
        net(x).square().mean().backward(retain_graph=True)
    yield sums.found


def identities(net: nn.Module, x: Tensor) -> list[tuple[float, float]]:
    """Return the norms of the residual's and the identity's part of each addition whose one input comes from the
    other."""
    expected: list[tuple[float, float]] = []
    with summed(net, x) as found:
        for one, two, y in found:
            if not y.requires_grad:
                continue
            gradient: Any = y.grad
            for shortcut, branch in ((one, two), (two, one)):
                if not shortcut.requires_grad or not branch.requires_grad:
                    continue
                part: Any = torch.autograd.grad(branch, shortcut, gradient, retain_graph=True, allow_unused=True)[0]
                if part is not None:
                    expected.append((norm(part), norm(gradient)))
    return expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_junctions_are_those_of_the_code(case: Case) -> None:
    net, x = made(case), batch(case)
    with Recorder(net, at="junctions") as recorder:
        net(x).square().mean().backward()
        record: Record | None = recorder.read()
    assert record is not None
    blocks = record.schema.blocks
    assert len(blocks) == case.junctions, blocks
    assert (blocks[0] if blocks else "") == case.first
    straight = [name for name, said in zip(blocks, map(str, recorder.junctions), strict=True) if IDENTITY in said]
    assert len(straight) == case.identities, straight
    own = [(record.of("residual_gradient_norm", name), record.of("identity_gradient_norm", name)) for name in straight]
    expected = identities(made(case), x)
    assert len(own) == len(expected)
    for name, parts, wanted in zip(straight, own, expected, strict=True):
        assert parts == pytest.approx(wanted, rel=1e-3), name
