"""An image's tensors: parts add up, gradients are autograd's, and Grad-CAM at the end is the class's own weights."""

import pytest
import torch
from torch import nn

from skipscope.model.experiments.maps.tensors import grad_cam, look
from tests.model.experiments.paths.test_cut import NETS, made

DEEP = {"depths": (2, 1, 1)}


@pytest.mark.parametrize("name", NETS)
def test_parts_add_up_and_gradients_are_those_of_autograd(name: str) -> None:
    net, images, labels = made({**NETS[name], **DEEP})
    image, label = images[1:2], labels[1:2]
    looked = look(net, image, label, tuple(net.blocks))
    assert [place.name for place in looked.places] == ["stem", *net.blocks]
    seen: list[torch.Tensor] = []

    def keep(_: nn.Module, __: object, output: torch.Tensor) -> None:
        output.retain_grad()
        seen.append(output)

    for block in net.blocks.values():
        block.junction.register_forward_hook(keep)
    logits = net(image.clone().requires_grad_())
    loss = nn.functional.cross_entropy(logits, label)
    loss.backward()
    assert looked.loss == loss.item()
    assert torch.equal(looked.logits, logits[0].detach())
    for place, total in zip(looked.places[1:], seen, strict=True):
        assert torch.equal(place.total, total[0].detach())
        assert total.grad is not None
        torch.testing.assert_close(place.gradient, total.grad[0], rtol=1e-9, atol=1e-15)
        assert place.branch is not None
        if place.shortcut is None:
            assert torch.equal(place.total, place.branch)
        else:
            assert torch.equal(place.total, place.shortcut + place.branch)


def test_grad_cam_after_the_last_block_is_the_map_of_the_class_s_own_weights() -> None:
    """Of a mean and a linear layer (Zhou et al. 2016, CAM; Selvaraju et al. 2017, section 3.1)."""
    net, images, labels = made(DEEP)
    last = look(net, images[:1], labels[:1], ("layer3.0",)).places[-1]
    weights = net.get_parameter("fc.weight")[int(labels[0])]
    output = last.total.relu()
    wanted = torch.einsum("c,chw->hw", weights, output).relu() / output[0].numel()
    torch.testing.assert_close(last.cam, wanted, rtol=1e-9, atol=1e-15)
    assert last.cam.min() >= 0


def test_channels_whose_gradient_is_negative_take_away() -> None:
    activation = torch.tensor([[[1.0, 2.0]], [[3.0, 0.5]]])
    gradient = torch.tensor([[[1.0, 3.0]], [[-1.0, -1.0]]])
    assert grad_cam(activation, gradient).tolist() == [[0.0, 3.5]]
