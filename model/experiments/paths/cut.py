"""A network whose graph of gradients is cut at each block, so that a gradient can take one path alone."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from skipscope.model.experiments.frozen import FrozenBlock
from skipscope.model.network.blocks import Block
from skipscope.model.network.resnet import ResNet

Path = Literal["residual", "identity"]
SMALL = 1e-12
"""Norms below it are those of numbers whose squares may be 0 in float32."""


class Scaled(NamedTuple):
    """Gradients, [P, N, C, H, W], each of norm 1 or 0, and the decimal logarithms of their norms, [P] float64.

    The norms of deep networks' single paths leave the range of float32.
    """

    direction: Tensor
    log_norm: Tensor

    @classmethod
    def of(cls, gradients: Tensor, log_norm: Tensor | float = 0.0) -> "Scaled":
        """Return gradients that had been divided by a power of ten."""
        norms = _norms(gradients.flatten(1))
        divisor = torch.where(norms > 0, norms, 1.0).to(gradients.dtype)
        shape = (-1, *[1] * (gradients.dim() - 1))
        return cls(gradients / divisor.view(shape), norms.log10() + log_norm)

    def at(self, chosen: Tensor) -> "Scaled":
        """Return some of them, by their numbers."""
        return Scaled(self.direction[chosen], self.log_norm[chosen])


def _norms(vectors: Tensor) -> Tensor:
    """Return the norm of each row, [P] float64: those whose squares float32 cannot hold are added up in float64."""
    norms = torch.linalg.vector_norm(vectors, dim=1).double()
    extreme = ~((norms > SMALL) & (norms < 1 / SMALL))
    if extreme.any():
        norms[extreme] = torch.linalg.vector_norm(vectors[extreme], dim=1, dtype=torch.float64)
    return norms


class CutBlock:
    """One block: its paths from the output's gradient back to the input's, each alone.

    Statistics of norms and masks of activations stay those of the forward pass (Veit et al. 2016).
    """

    def __init__(self, block: Block, x: Tensor) -> None:
        self._x = x.detach().requires_grad_()
        frozen = FrozenBlock(block, torch.contiguous_format)
        self._entered = frozen.enter(self._x)
        # without layers before the fork, or after the junction, there is nothing to cut there
        self._fork = self._entered if self._entered is self._x else self._entered.detach().requires_grad_()
        self._residual, self._identity = frozen.paths(self._fork)
        total = self._residual if self._identity is None else self._residual + self._identity
        self._total = total.detach().requires_grad_()
        self._output = frozen.leave(self._total)
        self.y = self._output.detach()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return the paths that there are: F, the shortcut, or both."""
        return ("residual", "identity") if self._identity is not None else ("residual",)

    def back(self, gradients: Scaled, path: Path) -> Scaled:
        """Return the input's gradients of the output's, by one path."""
        return Scaled.of(self.pull(gradients.direction, path), gradients.log_norm)

    def pull(self, gradients: Tensor, path: Path) -> Tensor:
        """Return the same of gradients as they are, [P, N, C, H, W]."""
        taken = self._residual if path == "residual" else self._identity
        assert taken is not None
        g = _back(self._output, self._total, gradients)
        return _back(self._entered, self._x, _back(taken, self._fork, g))


def _back(output: Tensor, source: Tensor, gradients: Tensor) -> Tensor:
    if output is source:
        return gradients
    (found,) = torch.autograd.grad(output, source, gradients, retain_graph=True, is_grads_batched=True)
    return found


class Cut:
    """A network's blocks, cut, for one batch, and the gradient of its loss at the last block's output."""

    def __init__(self, net: ResNet, images: Tensor, labels: Tensor) -> None:
        with torch.enable_grad():
            x = net.enter_trunk(images)
            self.blocks: list[CutBlock] = []
            for block in net.blocks.values():
                self.blocks.append(CutBlock(block, x))
                x = self.blocks[-1].y
            last = x.detach().requires_grad_()
            loss = nn.functional.cross_entropy(net.leave_trunk(last), labels)
            (self.gradient,) = torch.autograd.grad(loss, last)
        self.loss = loss.item()
        self.largest = max(block.y.numel() for block in self.blocks)
        self.start = Scaled.of(self.gradient[None])
        """The gradient at the last block's output."""
