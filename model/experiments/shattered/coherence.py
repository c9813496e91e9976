"""How alike the gradients of two images are at each block of a network that stays as it is."""

import torch
from torch import Tensor

from skipscope.model.experiments.shattered.dense import mean_cosine
from skipscope.model.network.resnet import ResNet


class Coherence:
    """One network's trunk for some images: the outputs of the stem and of each block, and the logits."""

    def __init__(self, net: ResNet, images: Tensor) -> None:
        self.names = ("stem", *net.blocks)
        with torch.enable_grad():
            x = net.enter_trunk(images).detach().requires_grad_()
            self._trunk = [x]
            for block in net.blocks.values():
                x = block(x)
                self._trunk.append(x)
            self._logits = net.leave_trunk(x)

    def measure(self, generator: torch.Generator) -> list[float]:
        """Return the mean cosine of each two images' gradients at each place, of one direction of the logits, drawn."""
        direction = torch.randn(self._logits.shape[1], generator=generator).to(self._logits)
        along = self._logits @ direction
        found = torch.autograd.grad(along.sum(), self._trunk, retain_graph=True)
        return [mean_cosine(gradient.cpu()) for gradient in found]
