"""Where a block forks and joins, and which blocks training drops."""

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import Architecture, ResNet
from skipscope.model.network.blocks import Block, Fork, Junction

SMALL: dict[str, Any] = {"stem": "cifar", "depths": [2, 2], "widths": [4, 8], "stem_width": 4, "image_size": 8}


def small(seed: int = 0, **fields: Any) -> ResNet:
    return ResNet(Architecture.model_validate({**SMALL, **fields}), seed=seed)


def images(net: ResNet, batch: int = 3) -> Tensor:
    a = net.architecture
    return torch.randn(batch, a.in_channels, a.image_size, a.image_size, generator=torch.Generator().manual_seed(9))


def test_forks_and_junctions_are_where_hooks_find_both_paths() -> None:
    net = small()
    x = torch.randn(2, 4, 8, 8, requires_grad=True)
    block = net.blocks["layer1.0"]
    parts: dict[str, Tensor] = {}

    def split(_: nn.Module, __: Any, output: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        views = output[0].view_as(output[0]), output[1].view_as(output[1])
        for name, view in zip(("residual", "identity"), views, strict=True):
            view.register_hook(partial(parts.__setitem__, name))
        return views

    block.fork.register_forward_hook(split)
    block.junction.register_forward_pre_hook(lambda _, inputs: parts.update(f=inputs[0], shortcut=inputs[1]))
    block(x).square().sum().backward()
    assert isinstance(block.fork, Fork) and isinstance(block.junction, Junction)
    assert parts["shortcut"].data_ptr() == x.data_ptr()
    torch.testing.assert_close(x.grad, parts["residual"] + parts["identity"])


def test_nothing_works_in_place_and_every_activation_has_its_own_module() -> None:
    net = small(norm="none", activation="leaky_relu")
    assert not any(getattr(module, "inplace", False) for module in net.modules())
    activations = [layer for layer in net.graph.layers if layer.type == "activation"]
    assert sum(isinstance(module, nn.LeakyReLU) for module in net.modules()) == len(activations)


def test_survival_falls_linearly() -> None:
    net = small(depths=[4, 4], stochastic_depth=0.4)
    survival = [block.survival for block in net.blocks.values()]
    assert survival == pytest.approx([1 - 0.4 * number / 8 for number in range(1, 9)])


def test_a_dropped_branch_is_not_executed() -> None:
    net = small(depths=[4, 4], stochastic_depth=0.9, seed=1)
    executed: list[Block] = []

    def note(block: Block, *_: object) -> None:
        executed.append(block)

    for block in net.blocks.values():
        first = block.get_submodule("conv1")
        first.register_forward_hook(partial(note, block))
    net(images(net))
    dropped = [block for block in net.blocks.values() if block.dropped]
    assert 0 < len(dropped) < 8
    assert executed == [block for block in net.blocks.values() if not block.dropped]
    x = torch.rand(2, 4, 8, 8)
    net.blocks["layer1.1"].survival = 0.0
    assert torch.equal(net.blocks["layer1.1"](x), x)


def test_dropping_is_as_frequent_as_stated_and_reproducible() -> None:
    first, again = (small(depths=[1], widths=[4], stochastic_depth=0.3, image_size=1) for _ in range(2))
    x = images(first)
    drawn: list[list[bool]] = [[], []]
    for net, dropped in zip((first, again), drawn, strict=True):
        for _ in range(1000):
            net(x)
            dropped.append(net.blocks["layer1.0"].dropped)
    assert drawn[0] == drawn[1]
    assert sum(drawn[0]) / 1000 == pytest.approx(0.3, abs=0.05)


def test_evaluation_weighs_each_branch_by_its_survival() -> None:
    net = small(stochastic_depth=0.5, norm="none").eval()
    block = net.blocks["layer2.1"]
    x = torch.rand(2, 8, 4, 4)
    f = block.get_submodule("conv2")(nn.functional.relu(block.get_submodule("conv1")(x)))
    torch.testing.assert_close(block(x), nn.functional.relu(x + 0.5 * f))
    assert not block.dropped


def test_a_block_without_shortcut_is_never_dropped() -> None:
    net = small(depths=[1], widths=[4], stochastic_depth=0.99, skips=False)
    for _ in range(50):
        net(images(net))
        assert not net.blocks["layer1.0"].dropped
