"""One image's tensors in a network: at some blocks both parts of the sum, the gradient there, and Grad-CAM."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.network.resnet import ResNet

STEM = "stem"


class Place(NamedTuple):
    """Maps at one place, [C, H, W], of the one image.

    `shortcut` and `branch` add up to `total`; the stem has neither, and a block without shortcut has no `shortcut`.
    `gradient` is that of the loss, at `total`. `cam` is Grad-CAM, [H, W], of the place's output.
    """

    name: str
    shortcut: Tensor | None
    branch: Tensor | None
    total: Tensor
    gradient: Tensor
    cam: Tensor


class Looked(NamedTuple):
    """The places, the loss, and the logits, [classes]."""

    places: tuple[Place, ...]
    loss: float
    logits: Tensor


def look(net: ResNet, image: Tensor, label: Tensor | None, blocks: Sequence[str]) -> Looked:
    """Run a network, as it is, on an image, [1, C, H, W], and return the maps after the stem and at some blocks.

    An image without a label is taken for one of the class that the network answers.
    """
    parts: list[tuple[str, Tensor | None, Tensor | None, Tensor, Tensor]] = []
    with torch.enable_grad():
        x = net.enter_trunk(image).detach().requires_grad_()
        parts.append((STEM, None, None, x, x))
        for name, block in net.blocks.items():
            fork = block.enter(x)
            branch, shortcut = block.paths(fork, fork if block.skip else None)
            total = block.junction(branch, shortcut)
            x = block.leave(total)
            if name in blocks:
                parts.append((name, shortcut, branch, total, x))
        logits = net.leave_trunk(x)
        own = logits.detach().argmax(1) if label is None else label
        loss = nn.functional.cross_entropy(logits, own)
        gradients = torch.autograd.grad(loss, [total for *_, total, _ in parts], retain_graph=True)
        of_class = torch.autograd.grad(logits[0, int(own)], [output for *_, output in parts])
    places = [
        Place(name, _own(shortcut), _own(branch), _one(total), _one(gradient), grad_cam(output[0], of_output[0]).cpu())
        for (name, shortcut, branch, total, output), gradient, of_output in zip(parts, gradients, of_class, strict=True)
    ]
    return Looked(tuple(places), loss.item(), logits[0].detach().cpu())


def grad_cam(activation: Tensor, gradient: Tensor) -> Tensor:
    """Return Grad-CAM, [H, W], of an activation and a class's gradient there, both [C, H, W] (Selvaraju et al. 2017).

    Channels are weighed by the means of their gradients and added; the part below 0 is cut off.
    """
    return (gradient.mean((1, 2), keepdim=True) * activation.detach()).sum(0).relu()


def _one(tensor: Tensor) -> Tensor:
    return tensor[0].detach().cpu()


def _own(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else _one(tensor)
