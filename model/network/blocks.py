"""The modules that torch lacks: the block, where it forks and joins, option A, gates, squeeze-and-excitation, scalars.
Nothing works in place, and no module is used at two places."""

from typing import cast

import torch
from torch import Tensor, nn


class Fork(nn.Module):
    """Hand a block's input to both paths; to the branch alone while the skip is off."""

    def __init__(self, connected: bool) -> None:
        super().__init__()
        self.connected = connected

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        return x, x if self.connected else None


class Junction(nn.Module):
    """Add F(x) and the shortcut's output; either is None where there is none."""

    def forward(self, residual: Tensor | None, identity: Tensor | None) -> Tensor:
        if identity is None:
            assert residual is not None, "a block without shortcut is never dropped"
            return residual
        return identity if residual is None else residual + identity


class Conv2d(nn.Conv2d):
    """A convolution whose weights are left to the net's own initialisation."""

    def reset_parameters(self) -> None:
        pass


class Linear(nn.Linear):
    """A linear layer whose weights are left to the net's own initialisation."""

    def reset_parameters(self) -> None:
        pass


class PadShortcut(nn.Module):
    """Option A of He et al. 2015: take every stride-th pixel and append channels of zeros."""

    def __init__(self, more_channels: int, stride: int) -> None:
        super().__init__()
        self.more_channels, self.stride = more_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return nn.functional.pad(x, (0, 0, 0, 0, 0, self.more_channels))


class Factor(nn.Module):
    """Multiply by a constant (He et al. 2016, constant scaling)."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, x: Tensor) -> Tensor:
        return x * self.value


class Scale(nn.Module):
    """Multiply by a learned factor, one for all channels or one for each."""

    def __init__(self, num_factors: int, start: float) -> None:
        super().__init__()
        shape = (1,) if num_factors == 1 else (num_factors, 1, 1)
        self.weight = nn.Parameter(torch.full(shape, start))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight


class Bias(nn.Module):
    """Add one learned scalar, from 0 (Fixup)."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bias


class ShortcutSum(nn.Module):
    """Add the identity's norm and the 1x1 convolution's of a RepVGG block."""

    def forward(self, identity: Tensor, projected: Tensor) -> Tensor:
        return identity + projected


class ShortcutDropout(nn.Module):
    """Keep each element with probability `keep` in training and multiply by `keep` otherwise (He et al. 2016, 3.1)."""

    def __init__(self, keep: float, generator: torch.Generator) -> None:
        super().__init__()
        self.keep, self.generator = keep, generator

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * self.keep
        if x.is_meta:
            return x * torch.empty_like(x)
        mask = torch.empty(x.shape, device=self.generator.device).bernoulli_(self.keep, generator=self.generator)
        return x * mask.to(device=x.device, dtype=x.dtype, non_blocking=True)


class GateShortcut(nn.Module):
    """Multiply the shortcut by 1 - g."""

    def forward(self, x: Tensor, g: Tensor) -> Tensor:
        return x * (1 - g)


class GateResidual(nn.Module):
    """Multiply the branch by g."""

    def forward(self, x: Tensor, g: Tensor) -> Tensor:
        return x * g


class Gate(nn.Module):
    """Weigh the shortcut by 1 - g, g = sigmoid(conv1x1(x) + b), and, with that child, the branch by g."""

    def forward(self, x: Tensor, residual: Tensor | None, identity: Tensor) -> tuple[Tensor | None, Tensor]:
        children = cast("dict[str, nn.Module]", self._modules)
        g = children["sigmoid"](children["conv"](x))
        if residual is not None and "residual" in children:
            residual = children["residual"](residual, g)
        return residual, children["shortcut"](identity, g)


class SqueezeExcitation(nn.Module):
    """Weigh each channel by a function of all channels' means (Hu et al. 2018)."""

    def forward(self, x: Tensor) -> Tensor:
        modules, g = cast("dict[str, nn.Module]", self._modules), x
        for name in ("pool", "fc1", "relu", "fc2", "sigmoid"):
            g = modules[name](g)
        return x * g


class Block(nn.Module):
    """One residual unit: layers before the fork, the branch F, the shortcut, the junction, layers after it.

    Its layers are children under torchvision's names; the four lists say in which order they run. `survival` is the
    probability that F is executed in training (stochastic depth), `dropped` tells of the last forward pass.
    `skip_strength` multiplies the shortcut. Of a shortcut with a sum the last layer stands beside those before it.
    """

    def __init__(self, *, connected: bool, survival: float, generator: torch.Generator) -> None:
        super().__init__()
        self.survival, self.generator = survival, generator
        self.skip_strength = 1.0
        self.dropped = False
        self.before: list[str] = []
        self.residual: list[str] = []
        self.shortcut: list[str] = []
        self.after: list[str] = []
        self.fork = Fork(connected)
        self.junction = Junction()

    @property
    def skip(self) -> bool:
        """Tell whether the shortcut is connected."""
        return self.fork.connected

    @property
    def has_bare_shortcut(self) -> bool:
        """Tell whether the shortcut, where it is connected, hands on the input unchanged."""
        return self.skip_strength == 1 and not self.shortcut and "gate" not in self._modules

    def forward(self, x: Tensor) -> Tensor:
        residual_in, identity_in = cast("tuple[Tensor, Tensor | None]", self.fork(self.enter(x)))
        self.dropped = identity_in is not None and self._draws_drop()
        return self.leave(self.junction(*self.paths(residual_in, identity_in)))

    def enter(self, x: Tensor) -> Tensor:
        """Return the output of the layers before the fork."""
        return self._run(self.before, x)

    def paths(self, residual_in: Tensor, identity_in: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
        """Return F(x), None where it is dropped, and the shortcut's output, None where it is not connected."""
        residual = None if self.dropped else self._run(self.residual, residual_in)
        if identity_in is None:
            return residual, None
        if residual is not None and self.survival != 1 and not self.training:
            residual = residual * self.survival
        return self.gated(residual, identity_in)

    def alone(self, entered: Tensor) -> Tensor:
        """Return the shortcut's output, without F(x)."""
        return self.gated(None, entered)[1]

    def gated(self, residual: Tensor | None, identity_in: Tensor) -> tuple[Tensor | None, Tensor]:
        """Return F(x) and the shortcut's output, both as a gate and the strength of the skip weigh them."""
        identity = self._shortcut(identity_in)
        if "gate" in self._modules:
            residual, identity = cast("Gate", self.gate)(identity_in, residual, identity)
        if self.skip_strength != 1:
            identity = identity * self.skip_strength
        return residual, identity

    def _shortcut(self, x: Tensor) -> Tensor:
        if "shortcut_sum" not in self._modules:
            return self._run(self.shortcut, x)
        *projection, identity = self.shortcut
        return cast("ShortcutSum", self.shortcut_sum)(self._run([identity], x), self._run(projection, x))

    def leave(self, total: Tensor) -> Tensor:
        """Return the output of the layers after the junction."""
        return self._run(self.after, total)

    def _run(self, names: list[str], x: Tensor) -> Tensor:
        modules = cast("dict[str, nn.Module]", self._modules)
        for name in names:
            x = modules[name](x)
        return x

    def _draws_drop(self) -> bool:
        if self.survival == 1 or not self.training:
            return False
        return torch.rand((), generator=self.generator, device=self.generator.device).item() >= self.survival
