"""A block's maps equal what plain autograd gives, path by path."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.maps import MAPS, alignment, measure_maps
from skipscope.model.network.resnet import ResNet

COMMON = {"stem": "cifar", "stem_width": 6, "depths": [2, 2], "widths": [6, 8], "num_classes": 5, "image_size": 8}
CASES = {
    "no norm": {"norm": "none"},
    "batch norm": {},
    "option A": {"projection": "A"},
    "pre-activation": {"order": "pre_activation"},
    "bottleneck": {"block": "bottleneck"},
    "ResNet-D": {"downsample": "avg_pool", "projection": "B"},
    "scaled": {"shortcut": "constant_scaling", "shortcut_scale": 0.5, "norm": "none"},
    "squeeze": {"squeeze_excitation": True},
    "plain": {"skips": False},
    "F at zero": {"norm": "none", "residual_init": "skipinit"},
}


def made(fields: dict[str, Any]) -> tuple[ResNet, Tensor, Tensor]:
    """Return a network in training, and a batch of which no two images are alike."""
    architecture = Architecture.model_validate({**COMMON, **fields})
    net = ResNet(architecture, seed=3).train()
    images = torch.randn(7, architecture.in_channels, 8, 8, generator=torch.Generator().manual_seed(0))
    return net, images, torch.arange(7) % 5


def reference(net: ResNet, name: str, images: Tensor, labels: Tensor) -> dict[str, Tensor | None]:
    """Run the network with every tensor kept, then each path of the block alone, from the input that it had."""
    block = net.blocks[name]
    seen: dict[str, Tensor] = {}

    def keep(place: str, tensor: Any) -> None:
        seen[place] = tensor

    hooks = [
        block.fork.register_forward_hook(lambda _, args, __: keep("x", args[0])),
        block.junction.register_forward_hook(lambda _, __, out: keep("sum", out)),
        block.register_forward_hook(lambda _, __, out: keep("output", out)),
    ]
    loss = nn.functional.cross_entropy(net(images), labels)
    for hook in hooks:
        hook.remove()
    x, total = seen["x"], seen["sum"]
    grad_x, grad_sum = torch.autograd.grad(loss, [x, total])
    alone = x.detach().requires_grad_()
    branch = alone
    for child in block.residual:
        branch = block.get_submodule(child)(branch)
    (grad_branch,) = torch.autograd.grad(branch, alone, grad_sum)
    found: dict[str, Tensor | None] = {
        "x": x, "branch": branch, "sum": total, "output": seen["output"],
        "grad_sum": grad_sum, "grad_branch": grad_branch, "grad_x": grad_x, "shortcut": None, "grad_identity": None,
    }  # fmt: skip
    if block.skip:
        shortcut = alone
        for child in block.shortcut:
            shortcut = block.get_submodule(child)(shortcut)
        shortcut = shortcut * block.skip_strength
        found |= {"shortcut": shortcut, "grad_identity": torch.autograd.grad(shortcut, alone, grad_sum)[0]}
    return found


@pytest.mark.parametrize("name", ["layer1.1", "layer2.0"])
@pytest.mark.parametrize("fields", CASES.values(), ids=CASES)
def test_every_map_is_plain_autograds(fields: dict[str, Any], name: str) -> None:
    net, images, labels = made(fields)
    if net.blocks[name].skip:
        net.set_strength(name, 0.75)
    found = measure_maps(net, name, images, labels)
    assert tuple(found.maps) == MAPS
    for place, expected in reference(net, name, images, labels).items():
        tensor = found.maps[place]
        if expected is None:
            assert tensor is None, place
        else:
            assert tensor is not None, place
            torch.testing.assert_close(tensor, expected.detach(), rtol=1e-4, atol=1e-6, msg=lambda m, p=place: p + m)
    assert all(parameter.grad is None for parameter in net.parameters())


@pytest.mark.parametrize("fields", [{}, {"shortcut": "exclusive_gating"}, {"stochastic_depth": 0.5}])
def test_the_parts_add_up(fields: dict[str, Any]) -> None:
    net, images, labels = made(fields)
    for name in net.blocks:
        maps = measure_maps(net, name, images, labels).maps
        forward = [maps[place] for place in ("shortcut", "branch")]
        backward = [maps[place] for place in ("grad_identity", "grad_branch")]
        for parts, place in ((forward, "sum"), (backward, "grad_x")):
            whole = maps[place]
            assert whole is not None
            total = sum((part for part in parts if part is not None), torch.zeros(()))
            torch.testing.assert_close(total.expand_as(whole), whole, rtol=1e-4, atol=1e-7)


def test_with_f_at_zero_the_output_is_the_input_to_the_last_bit() -> None:
    net, images, labels = made(CASES["F at zero"])
    found = measure_maps(net, "layer1.1", images, labels)
    x, total, output = (found.maps[place] for place in ("x", "sum", "output"))
    assert x is not None and total is not None and output is not None
    assert torch.equal(x, total) and torch.equal(x, output)
    assert alignment(found) == (None, pytest.approx(1))


def test_the_shares_of_both_parts_add_up_to_one() -> None:
    net, images, labels = made({"norm": "none"})
    found = measure_maps(net, "layer1.1", images, labels)
    cosine, share = alignment(found)
    identity, branch, whole = (found.maps[place] for place in ("grad_identity", "grad_branch", "grad_x"))
    assert identity is not None and branch is not None and whole is not None
    rest = ((branch * whole).sum() / whole.square().sum()).item()
    assert share == pytest.approx(1 - rest, abs=1e-4)
    assert cosine == pytest.approx(
        torch.cosine_similarity(identity.flatten(), branch.flatten(), dim=0).item(), abs=1e-4
    )


def test_layers_are_named_in_order_and_the_last_is_the_output() -> None:
    net, images, labels = made({})
    found = measure_maps(net, "layer2.0", images, labels)
    names = [name.removeprefix("layer2.0.") for name in found.layers]
    assert names == ["conv1", "bn1", "relu1", "conv2", "bn2", "downsample", "relu2"]
    branch, output = found.maps["branch"], found.maps["output"]
    assert branch is not None and output is not None
    assert torch.equal(found.layers["layer2.0.bn2"], branch)
    assert torch.equal(found.layers["layer2.0.relu2"], output)


def test_nothing_is_left_at_the_network() -> None:
    net, images, labels = made({"norm": "none"})
    before = net(images)
    measure_maps(net, "layer1.0", images, labels)
    assert torch.equal(net(images), before)
    assert not any(module._forward_hooks for module in net.modules())
