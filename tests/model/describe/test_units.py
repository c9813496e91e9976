"""What a unit knows of its layers: groups, squeezed channels, and receptive fields as gradients see them."""

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from skipscope import Architecture, ResNet
from skipscope.model.describe.units import num_norm_groups, num_squeezed


@pytest.mark.parametrize(
    ("channels", "most", "groups"), [(64, 32, 32), (16, 32, 16), (48, 32, 24), (37, 32, 1), (1, 9, 1)]
)
def test_norm_groups_divide_the_channels(channels: int, most: int, groups: int) -> None:
    assert num_norm_groups(channels, most) == groups


@pytest.mark.parametrize(
    ("channels", "squeezed"), [(1, 8), (64, 8), (128, 8), (192, 16), (256, 16), (512, 32), (2048, 128)]
)
def test_squeezed_channels_are_timms(channels: int, squeezed: int) -> None:
    assert num_squeezed(channels) == squeezed


NETS: dict[str, dict[str, Any]] = {
    "basic": {},
    "imagenet stem": {"stem": "imagenet", "stem_width": 2},
    "deep stem": {"stem": "deep", "stem_width": 2},
    "plain": {"skips": False},
    "bottleneck": {"block": "bottleneck"},
    "bottleneck, paper's stride": {"block": "bottleneck", "bottleneck_stride": "1x1"},
    "pre-activation": {"order": "pre_activation"},
    "option A": {"projection": "A", "downsample": "avg_pool"},
}


@pytest.mark.parametrize("kind", NETS)
def test_receptive_fields_are_where_gradients_arrive(kind: str) -> None:
    size = 40 if "stem" not in NETS[kind] else 130
    fields = {"stem": "cifar", "depths": [2, 1], "widths": [1, 1], "stem_width": 1, "image_size": size, **NETS[kind]}
    architecture = Architecture.model_validate({**fields, "norm": "none", "in_channels": 1})
    net = ResNet(architecture).double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(0.5)  # positive weights: no path cancels another
    outputs: dict[str, Tensor] = {}

    def keep(name: str, _: nn.Module, __: object, output: Tensor) -> None:
        outputs[name] = output

    for layer in net.graph.layers:
        net.get_submodule(layer.name).register_forward_hook(partial(keep, layer.name))
    # many random images where a max pooling takes only its largest pixel
    num_images = 30 if "stem" in NETS[kind] else 1
    x = torch.rand(num_images, 1, size, size, dtype=torch.float64, generator=net.generator).requires_grad_()
    net(x)
    for layer in net.graph.layers:
        if layer.stage == "head" or ".downsample." in layer.name:
            continue
        middle = layer.output_shape[1] // 2
        (gradient,) = torch.autograd.grad(outputs[layer.name][:, :, middle, middle].sum(), x, retain_graph=True)
        reached = gradient.sum((0, 1, 3)).nonzero().flatten()
        assert int(reached.max() - reached.min()) + 1 == layer.receptive_field, layer
