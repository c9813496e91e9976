"""Layers with their norms folded against the network's own, for each order, norm and shortcut; convolutions as matrices
against convolutions."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from skipscope.model.experiments.dense import at_each_pixel, is_dense, matrix_of, multiply, output_shape
from skipscope.model.experiments.frozen import Frozen, FrozenBlock, parts_of
from tests.model.experiments.landscape.test_straight import NETS
from tests.model.experiments.paths.test_cut import made


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_each_block_and_its_shortcut_alone_are_the_networks(name: str, layout: torch.memory_format) -> None:
    net, images, _ = made(NETS[name])
    before = {key: value.clone() for key, value in net.state_dict().items()}
    x = images.contiguous(memory_format=layout)
    found = Frozen(net.stem, layout)(x)
    torch.testing.assert_close(found, net.enter_trunk(images), rtol=1e-9, atol=1e-9)
    x = found
    for block in net.blocks.values():
        kept, frozen = x.clone(), FrozenBlock(block, layout)
        y, again = frozen(x), frozen(x)
        torch.testing.assert_close(y, block(x), rtol=1e-9, atol=1e-9)
        assert torch.equal(y, again), "nothing is left of a pass"
        if block.skip:
            alone = block.leave(block.alone(block.enter(x)))
            torch.testing.assert_close(frozen.alone(x), alone, rtol=1e-9, atol=1e-9)
        assert torch.equal(x, kept), "its input is not written to"
        x = y
    torch.testing.assert_close(Frozen(net.head, layout)(x), net(images), rtol=1e-9, atol=1e-9)
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


CONVOLUTIONS: dict[str, dict[str, Any]] = {
    "3x3": {"kernel_size": 3, "padding": 1}, "strided": {"kernel_size": 3, "padding": 1, "stride": 2},
    "1x1": {"kernel_size": 1}, "dilated": {"kernel_size": 3, "padding": 2, "dilation": 2, "bias": False},
}  # fmt: skip


@pytest.mark.parametrize("name", CONVOLUTIONS)
@pytest.mark.parametrize("pixels", [(2, 2), (1, 1), (1, 3)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_convolution_of_few_pixels_is_its_matrix(name: str, pixels: tuple[int, int], dtype: torch.dtype) -> None:
    generator = torch.Generator().manual_seed(0)
    layer = nn.Conv2d(3, 5, **CONVOLUTIONS[name]).to(dtype).requires_grad_(False)
    x = torch.randn(4, 3, *pixels, generator=generator, dtype=dtype).contiguous(memory_format=torch.channels_last)
    size = torch.Size(pixels)
    assert is_dense(layer, size)
    shape = output_shape(layer, size)
    found = multiply(x, matrix_of(layer, layer.weight, size), at_each_pixel(layer.bias, shape), shape)
    tolerance = 1e-12 if dtype == torch.float64 else 1e-5
    torch.testing.assert_close(found, layer(x), rtol=tolerance, atol=tolerance)
    ones = functional.conv2d(torch.eye(3 * size.numel(), dtype=dtype).view(-1, 3, *pixels), layer.weight, None,
                             layer.stride, layer.padding, layer.dilation)  # fmt: skip
    assert set(matrix_of(layer, layer.weight, size).flatten().tolist()) == set(ones.flatten().tolist())


def test_groups_and_larger_maps_stay_convolutions() -> None:
    assert not is_dense(nn.Conv2d(4, 4, 3, padding=1, groups=2), torch.Size((2, 2)))
    assert not is_dense(nn.Conv2d(4, 4, 3, padding=1), torch.Size((2, 3)))
    assert not is_dense(nn.Conv2d(4, 4, 3, padding=1, padding_mode="circular"), torch.Size((2, 2)))


def test_a_gradient_goes_through_a_frozen_block_to_its_input() -> None:
    net, images, _ = made({})
    block = net.blocks["layer1.0"]
    x = net.enter_trunk(images).detach().requires_grad_()
    (wanted,) = torch.autograd.grad(block(x).square().sum(), x)
    (found,) = torch.autograd.grad(FrozenBlock(block, torch.contiguous_format)(x).square().sum(), x)
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)


def test_images_go_in_parts_of_one_size_that_the_cache_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    net, images, _ = made({})
    more = images[:1].expand(11, -1, -1, -1)
    monkeypatch.setattr("skipscope.model.experiments.frozen.PART_BYTES", 4 * net.graph.largest_output * 8)
    parts = parts_of(net, more)
    assert [len(part) for part in parts] == [4, 4, 3]
    assert all(part.is_contiguous(memory_format=torch.channels_last) for part in parts)
    assert torch.equal(torch.cat(parts), more)
